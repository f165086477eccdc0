import type { FlowNode, FunctionInstance } from '../../tools/sandbox';
import { ENDED } from '../support/chain-platform';
import { CHAIN_SECRETS, TOKEN_URL, VirtualPlatform } from '../support/virtual-platform';
import type { VirtualPlatformOptions } from '../support/virtual-platform';

const STARTUP_MS = 200;
/** What the hops and their requests add to a refresh's time, milliseconds. */
const PACE_MS = 1000;

let platform: VirtualPlatform;
afterEach(() => platform.close());

function start(options: VirtualPlatformOptions): void {
  platform = new VirtualPlatform({ functionTimeLimitSeconds: 6, functionBufferSeconds: 3, functionStartupDelayMs: STARTUP_MS, ...options });
  platform.start();
}

/** A Flow with a Refresh If Expiring for each token. */
function refreshing(...tokenNames: string[]): (platform: VirtualPlatform) => FlowNode[] {
  return (world) =>
    tokenNames.map((tokenName): FlowNode => {
      const config = { ...world.nodeConfig(tokenName), contextKey: tokenName };
      return { id: tokenName, type: 'refreshIfExpiring', extension: true, config };
    });
}

/** When a token was asked for, Unix milliseconds. */
function issues(tokenName = 'accessToken'): number[] {
  return platform.refreshes.filter((refresh) => refresh.tokenName === tokenName).map(({ at }) => at);
}

/** A token was asked for when it was due: `gapMs` after the one that it replaced. */
function expectPunctual(times: number[], gapMs: number, paceMs = PACE_MS): void {
  for (const [index, at] of times.slice(1).entries()) {
    const gap = at - (times[index] ?? NaN);
    // A record's timestamp is in whole seconds, rounded down.
    expect(gap).toBeGreaterThanOrEqual(gapMs - 1100);
    expect(gap).toBeLessThanOrEqual(gapMs + STARTUP_MS + paceMs);
  }
}

function instances(): FunctionInstance[] {
  return platform.runtime.list();
}

function log(): string {
  return instances().flatMap((instance) => instance.log).join('\n');
}

test('a chain keeps two tokens, each on time, and its Function holds no secret of client or store', async () => {
  start({
    tokenName: 'crm',
    lifetime: 6,
    refreshPercent: 50,
    moreTokens: [{ tokenName: 'erp', lifetime: 12, refreshPercent: 75 }],
    flow: refreshing('crm', 'erp'),
  });
  const { endpointSecret, clientSecret } = CHAIN_SECRETS;
  for (const secret of [endpointSecret, clientSecret, TOKEN_URL]) expect(platform.code).not.toContain(secret);

  await platform.reach('eight tokens and four', () => issues('crm').length >= 8 && issues('erp').length >= 4);
  expectPunctual(issues('crm'), 3000);
  expectPunctual(issues('erp'), 9000);

  await platform.reach('the end of the hop that refreshed', () => platform.running.every(({ httpRequests }) => httpRequests === 0));
  const { chainId } = platform.running[0]?.parameters ?? {};
  platform.killChain();
  const done = instances().slice(0, -1);
  // One turn of the Flow and one trigger a hop; never two hops at a time.
  expect(done.map(({ status, httpRequests }) => [status, httpRequests])).toEqual(done.map(() => ['done', 2]));
  expect(platform.runtime.stats().maxActive).toBeLessThanOrEqual(2);
  // What the platform bills: one conversation a chain, one turn of it a hop.
  expect(platform.conversations.list().map(({ sessionId, flowRuns }) => [sessionId, flowRuns])).toEqual([[chainId, done.length]]);
  for (const parameters of platform.parameters.slice(1)) {
    expect(Object.keys(parameters).sort()).toEqual(['chainId', 'hop', 'wakeAt']);
  }

  // A node in another conversation finds the token in the store.
  const { result } = await platform.run('getAccessToken', { tokenName: 'erp' });
  expect([result.source, result.refreshed]).toEqual(['store', false]);
});

test('a second chain, started on purpose, is a second conversation and takes over within a hop', async () => {
  start({ lifetime: 4, refreshPercent: 50, flow: refreshing('accessToken'), sessionStorageWriteDelayMs: 0 });
  await platform.reach('a refresh', () => issues().length >= 2);
  platform.start();
  const second = instances().length - 1;
  await platform.reach('the older chain ends', () => log().includes(ENDED));
  const refreshed = issues().length;
  await platform.reach('the newer one refreshes', () => issues().length >= refreshed + 4);
  const chains = new Set(instances().slice(second + 1).map(({ parameters }) => parameters['chainId']));
  expect(log().split(ENDED)).toHaveLength(2);
  expect(chains.size).toBeLessThanOrEqual(2);
  expect(platform.conversations.list()).toHaveLength(2);
  // Between the old chain and the new one lies a hop.
  expectPunctual(issues(), 2000, 2 * PACE_MS);
});

describe('what is wrong with the Flow', () => {
  /** Lets the first hop end. @returns it, and in how many milliseconds the second one wakes */
  async function firstHop(): Promise<{ first: FunctionInstance | undefined; pauseMs: number }> {
    await platform.reach('a second hop, and the end of the first', () => instances().length > 1 && instances()[0]?.finishedAt !== undefined);
    const [first, second] = instances();
    return { first, pauseMs: Number(second?.parameters['wakeAt']) - Number(second?.createdAt) };
  }

  test('it has no Refresh If Expiring: the log says so, and the chain goes on, slowly', async () => {
    start({ lifetime: 60, flow: () => [{ id: 'say', type: 'say', config: { text: 'hello' } }] });
    const { first, pauseMs } = await firstHop();
    expect(first).toMatchObject({ status: 'done', httpRequests: 2 });
    expect(first?.log.join()).toMatch(/error: .* error refresh_flow_silent .*Put Refresh If Expiring into the Flow/);
    expect(pauseMs).toBeGreaterThan(50_000);
    expect(pauseMs).toBeLessThanOrEqual(60_000);
  });

  test.each(['answers 503', 'drops connections', 'never answers'] as const)(
    'its Endpoint %s: the chain stays within its requests, goes on, and refreshes afterwards',
    async (fault) => {
      start({ lifetime: 60, flow: refreshing('accessToken') });
      platform.flowFault = fault;
      const { first, pauseMs } = await firstHop();
      expect(first?.status).toBe('done');
      expect(first?.httpRequests).toBeLessThanOrEqual(5);
      expect(first?.log.join()).toContain('refresh_flow_unreachable');
      expect(pauseMs).toBeGreaterThan(5000);
      expect(pauseMs).toBeLessThanOrEqual(15_000);
      expect(issues()).toEqual([]);
      platform.flowFault = 'none';
      await platform.reach('a token', () => issues().length > 0);
      expect(platform.runtime.stats().refusedHttpRequests).toBe(0);
    },
  );
});
