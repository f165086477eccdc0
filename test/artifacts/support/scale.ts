import { ManyTokens, tokensOf } from '../../function/support/many-tokens';
import type { ChainSpec, KeptToken, ManyTokensOptions } from '../../function/support/many-tokens';
import { renderArtifact } from '../../support/artifact-platform';
import { ENDED } from '../../support/chain-platform';

/** Time from instance to instance, by default: 1.5 s to start one, and half a second of requests. */
const PACE_SECONDS = 2;
const BEHIND = 'The chain is behind';

let platform: ManyTokens;

function install(chains: ChainSpec[], options: Partial<ManyTokensOptions> = {}): ManyTokens {
  platform = new ManyTokens({ chains, render: renderArtifact, jitter: 0.5, ...options });
  return platform;
}

function oneChain(tokens: KeptToken[], options?: Partial<ManyTokensOptions>): ManyTokens {
  return install([{ endpoint: 'store', tokens }], options);
}

function linesBehind(chain = 0): string[] {
  return platform.log(chain).filter((line) => line.includes(BEHIND));
}

/** Lets time pass. @returns the refreshes during it */
async function refreshesIn(seconds: number) {
  const before = platform.refreshes.length;
  await platform.run(seconds);
  return platform.refreshes.slice(before);
}

function mostHopsIn(seconds: number): number {
  return seconds / PACE_SECONDS;
}

/** @param isSoak runs for a long time and with outages; otherwise for one round of refreshes */
export function describeScale({ isSoak }: { isSoak: boolean }): void {
  const more = isSoak ? 1 : 0;
  const testInFull = (name: string, body: () => Promise<void>) => {
    if (isSoak) test(name, body);
  };

  afterEach(() => {
    platform.close();
  });

  describe('a chain with room for its tokens', () => {
    test('keeps them on time, and never says that it is behind', async () => {
      // There is room for 54.
      oneChain(tokensOf(40, 120)).start();
      await platform.run(120 + 120 * more);
      const refreshes = await refreshesIn(120 + 240 * more);
      expect(new Set(refreshes.map(({ tokenName }) => tokenName)).size).toBe(40);
      expect(refreshes.filter(({ expiredMs }) => expiredMs > 0)).toEqual([]);
      expect(Math.max(...refreshes.map(({ lateMs = NaN }) => lateMs))).toBeLessThan(8000);
      expect(linesBehind()).toEqual([]);
    });

    test('says it while it catches up on tokens that were issued in the same second, and not afterwards', async () => {
      await oneChain(tokensOf(40, 300)).issueAll();
      platform.start();
      await platform.run(300 + 40 * PACE_SECONDS);
      expect(linesBehind().length).toBeGreaterThan(0);
      expect(linesBehind().length).toBeLessThan(40);
      const said = linesBehind().length;
      const refreshes = await refreshesIn(300 + 900 * more);
      expect(linesBehind()).toHaveLength(said);
      // The burst has spread out, so each token is refreshed on time.
      expect(Math.max(...refreshes.slice(40).map(({ lateMs = NaN }) => lateMs))).toBeLessThan(15_000);
    });

    testInFull("says nothing while the tokens' server is down, and no longer than it takes to catch up", async () => {
      oneChain(tokensOf(40, 300)).start();
      await platform.run(600);
      platform.down.add('login');
      await platform.run(400);
      expect(linesBehind()).toEqual([]);
      platform.down.clear();
      await platform.run(40 * PACE_SECONDS + 15);
      const said = linesBehind().length;
      const refreshes = await refreshesIn(900);
      expect(linesBehind()).toHaveLength(said);
      expect(refreshes.slice(40).filter(({ expiredMs }) => expiredMs > 0)).toEqual([]);
    });
  });

  describe('a chain with too many tokens', () => {
    // After a burst, the chain only needs longer to reach the same state.
    test.each<[string, boolean]>([['fetched by itself', false], ...(isSoak ? [['issued in the same second', true] as [string, boolean]] : [])])('%s: says so, one line an instance, and keeps as many alive as it can', async (_, burst) => {
      oneChain(tokensOf(45, 60));
      if (burst) await platform.issueAll();
      platform.start();
      await platform.run(300);
      const before = linesBehind().length;
      const seconds = 60 + 240 * more;
      const refreshes = await refreshesIn(seconds);
      expect(linesBehind().length - before).toBeGreaterThan(0.8 * mostHopsIn(seconds));
      for (const { log } of platform.runtime.list()) {
        expect(log.filter((line) => line.includes(BEHIND)).length).toBeLessThanOrEqual(1);
      }
      expect(linesBehind().pop()).toMatch(/: \d+ more tokens are due, .* split the tokens over two chains/);
      // The chain refreshes no expired token while it can still save another one.
      expect(refreshes.filter(({ expiredMs }) => expiredMs === 0).length).toBeGreaterThan(0.9 * refreshes.length);
    });

    testInFull('tokens whose server is down take nothing from the others', async () => {
      const broken = tokensOf(10, 600, 'broken').map((token) => ({ ...token, server: 'broken' }));
      oneChain([...broken, ...tokensOf(30, 600)]).down.add('broken');
      platform.start();
      await platform.run(600);
      const refreshes = await refreshesIn(600);
      expect(new Set(refreshes.map(({ tokenName }) => tokenName)).size).toBe(30);
      expect(refreshes.filter(({ expiredMs }) => expiredMs > 0)).toEqual([]);
      expect(linesBehind()).toEqual([]);
    });
  });

  describe('two chains', () => {
    // In a soak, the tokens in `left` are too many for one chain.
    const most = isSoak ? 45 : 18;
    const left = tokensOf(most, 60, 'left');
    const right = tokensOf(Math.floor(most / 3), 60, 'right');

    test('with two Endpoints: each keeps its own tokens, and neither minds the other', async () => {
      const split = [left.slice(0, most / 2), left.slice(most / 2), right];
      install(split.map((tokens, index) => ({ endpoint: `store-${index}`, tokens }))).start();
      await platform.run(120);
      const refreshes = await refreshesIn(60 + 180 * more);
      expect(new Set(refreshes.map(({ tokenName }) => tokenName)).size).toBe(split.flat().length);
      expect(refreshes.filter(({ expiredMs }) => expiredMs > 0)).toEqual([]);
      for (const chain of split.keys()) {
        const chainIds = platform.runtime.list(platform.functionIds[chain]).map(({ parameters }) => parameters['chainId']);
        expect(new Set(chainIds.filter(Boolean)).size).toBe(1);
        expect(platform.log(chain).join('\n')).not.toContain(ENDED);
        expect(linesBehind(chain)).toEqual([]);
      }
      expect(platform.runtime.stats().maxActive).toBeLessThanOrEqual(2 * split.length);
    });

    test('with one Endpoint: the one that was started last ends the other', async () => {
      install([left, right].map((tokens) => ({ endpoint: 'store', tokens }))).start([0]);
      await platform.run(60);
      platform.start([1]);
      await platform.run(60);
      expect(platform.log(0).join('\n')).toContain(ENDED);
      const refreshes = await refreshesIn(120);
      expect(refreshes.filter(({ tokenName }) => tokenName.startsWith('left'))).toEqual([]);
      expect(refreshes.filter(({ tokenName }) => tokenName.startsWith('right')).length).toBeGreaterThan(0);
    });
  });
}
