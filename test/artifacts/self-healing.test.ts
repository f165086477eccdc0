import type { FunctionInstance } from '../../tools/sandbox';
import { ENDED } from '../support/chain-platform';
import { randomFrom } from '../support/random';
import { CHAIN_SECRETS, VirtualPlatform } from '../support/virtual-platform';
import type { VirtualOutcome, VirtualPlatformOptions } from '../support/virtual-platform';
import { inVirtualTime } from '../support/virtual-time';

const EXECUTIONS = 30;
const LIFETIME_SECONDS = 6;
const REFRESH_PERCENT = 50;
const TIME_LIMIT_SECONDS = 6;
/** The time limit, and 5 s: after this without a heartbeat a chain is late. */
const BEAT_WITHIN_MS = TIME_LIMIT_SECONDS * 1000 + 5000;
const STARTED = 'The background chain had stopped and was started again.';

let platform: VirtualPlatform;
afterEach(() => platform.close());

function open(options: Partial<VirtualPlatformOptions> = {}): void {
  platform = new VirtualPlatform({
    lifetime: LIFETIME_SECONDS,
    refreshPercent: REFRESH_PERCENT,
    functionTimeLimitSeconds: TIME_LIMIT_SECONDS,
    functionBufferSeconds: 3,
    functionStartupDelayMs: 200,
    sessionStorageWriteDelayMs: 0,
    ...options,
  });
}

/** Runs Get Access Token as often as that, all at the same time. */
function crowd(changes: Record<string, unknown>, executions = EXECUTIONS): Promise<VirtualOutcome[]> {
  const running = Array.from({ length: executions }, () => platform.execute('getAccessToken', changes));
  return inVirtualTime(platform.clock, Promise.all(running));
}

/** What lets nodes start the chain again. */
function watching(changes: object = {}): Record<string, unknown> {
  return { cognigyApiConnection: platform.apiConnection(changes) };
}

function instances(): FunctionInstance[] {
  return platform.runtime.list();
}

/** Instances that were started without parameters: each of them starts a chain. */
function starts(): number {
  return platform.parameters.filter(({ chainId }) => chainId === undefined).length;
}

function logged(text: string): number {
  return platform.logs.text().split(text).length - 1;
}

function expectAllServed(outcomes: VirtualOutcome[]): void {
  expect(outcomes.map(({ branch, result }) => result.error?.code ?? branch)).toEqual(outcomes.map(() => 'OnSuccess'));
}

/** Nodes are idle now: whatever is refreshed, the chain does it. */
async function expectRefreshes(): Promise<void> {
  const before = platform.refreshes.length;
  await platform.reach('the chain refreshes', () => platform.refreshes.length >= before + 2);
}

/** How a chain comes to a stop, and what there is to see of it. */
const STOPS: [string, () => Promise<void>][] = [
  ['was never started', () => Promise.resolve()],
  [
    'was killed through the management API',
    async () => {
      platform.start();
      await platform.reach('a refresh', () => platform.refreshes.length >= 2);
      platform.killChain();
    },
  ],
  [
    'could not trigger its next hop',
    async () => {
      platform.triggerKey = 'another-key';
      platform.start();
      await platform.reach('the end of the only hop', () => instances()[0]?.finishedAt !== undefined);
      expect(instances()[0]).toMatchObject({ status: 'error', error: expect.stringContaining('trigger_failed') as string });
      expect(instances()[0]?.httpRequests).toBeLessThanOrEqual(5);
      platform.triggerKey = CHAIN_SECRETS.apiKey;
    },
  ],
];

test.each(STOPS)('a chain that %s is started again by one of 30 executions', async (how, stop) => {
  open();
  await stop();
  // A request of the last hop may still have been under way.
  await platform.clock.advanceBy(1000);
  platform.killChain();
  const before = starts();
  if (how !== 'was never started') {
    // Its heartbeat is not late yet.
    expectAllServed(await crowd(watching(), 3));
    expect(starts()).toBe(before);
    await platform.clock.advanceBy(BEAT_WITHIN_MS + 100);
  }

  // Without the connection nobody may.
  expectAllServed(await crowd({}, 3));
  expect([starts(), logged('background chain')]).toEqual([before, 0]);

  expectAllServed(await crowd(watching()));
  expect([starts() - before, logged(STARTED)]).toEqual([1, 1]);
  await expectRefreshes();
  expectAllServed(await crowd(watching(), 3));
  expect([starts() - before, logged(ENDED)]).toEqual([1, 0]);
  expect(platform.runtime.stats().refusedHttpRequests).toBe(0);
});

test('a wrong API key is a line in the log: the token is handed out all the same', async () => {
  open();
  const apiKey = 'canary-wrong-api-key';
  const outcomes = await crowd(watching({ apiKey }));
  expectAllServed(outcomes);
  expect(outcomes.filter(({ result }) => result.warning !== undefined)).toEqual([]);
  expect(instances()).toEqual([]);
  expect(logged('could not be started again. The platform answered HTTP 401.')).toBe(1);
  expect(platform.logs.text()).not.toContain(apiKey);
});

// All that look before the first claim can be read find that nobody restarts the chain. Of the chains that they start
// the newest goes on.
test('where writes are seen 20 ms late, those that look at the same time start chains, and one of them goes on', async () => {
  const random = randomFrom(1);
  // In lock step the chains would never learn of each other.
  open({ sessionStorageWriteDelayMs: 20, latencyMs: () => 10 + 60 * random() });
  const together = 8;
  expectAllServed(await crowd(watching(), together));
  const started = starts();
  expect(started).toBeGreaterThanOrEqual(1);
  expect(started).toBeLessThanOrEqual(together);
  expect(logged(STARTED)).toBe(started);
  await platform.reach('one chain is left', () => logged(ENDED) === started - 1);
  await expectRefreshes();
  expect(platform.running.length).toBeLessThanOrEqual(2);
  expect(starts()).toBe(started);
});

test('of two chains that are started on purpose one goes on, and they never refresh both', async () => {
  open();
  platform.start();
  platform.start();
  await platform.reach('one of them ends', () => logged(ENDED) === 1);
  expect(instances().filter(({ log }) => log.join().includes(ENDED))).toMatchObject([
    // It ends at its first or its second beat.
    { status: 'done', parameters: {} },
  ]);
  await expectRefreshes();
  expect(logged(ENDED)).toBe(1);
  const gaps = platform.refreshes.slice(1).map(({ at }, index) => at - (platform.refreshes[index]?.at ?? NaN));
  // Half of the lifetime, less what the timestamp's whole seconds round off.
  expect(Math.min(...gaps)).toBeGreaterThanOrEqual((LIFETIME_SECONDS * 1000 * REFRESH_PERCENT) / 100 - 1100);
});

test("while the chain's refreshes fail, nodes hand out the token with the reason and the time of the next try", async () => {
  open({ lifetime: 60 });
  await platform.seed(60, Math.floor(platform.clock.now() / 1000) - 40);
  platform.isDown = true;
  platform.start();
  await platform.reach('the chain fails', () => logged('warn token_endpoint_unavailable token=accessToken') > 0);
  expect(platform.refused.length).toBeGreaterThan(0);
  const { result, branch } = await platform.run('getAccessToken');
  expect(branch).toBe('OnSuccess');
  expect(result).toMatchObject({
    access_token: 'canary-access-token-seeded',
    stale: true,
    warning: { code: 'token_endpoint_unavailable', retry_at: expect.any(Number) as number },
  });
  const { retry_at = NaN } = (result.warning ?? {}) as { retry_at?: number };
  const seconds = platform.clock.now() / 1000;
  expect(retry_at).toBeGreaterThan(seconds - 5);
  expect(retry_at).toBeLessThanOrEqual(seconds + 61);
  platform.isDown = false;
  await platform.reach('the chain refreshes', () => logged('info refreshed token=accessToken') > 0);
  const { result: fresh } = await platform.run('getAccessToken');
  expect(fresh.warning).toBeUndefined();
});
