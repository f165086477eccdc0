import type { FunctionInstance } from '../../src/sandbox';
import { VirtualPlatform } from '../support/virtual-platform';
import type { VirtualPlatformOptions } from '../support/virtual-platform';

const DAY = 86_400;
const LIFETIMES = [10, 60, 300, 600, 900, 1000, 1800, 3600, 7200, DAY, 30 * DAY - 1];
const STARTUP_DELAYS_MS = [0, 1500, 6000, 60_000];
/** What a hop sleeps at most: the default time limit less the default buffer, milliseconds. */
const LONGEST_SLEEP_MS = 895_000;
const TOLERANCE_MS = 1000;

let platform: VirtualPlatform;

function startChain(options: VirtualPlatformOptions, parameters?: object): number {
  platform = new VirtualPlatform(options);
  platform.start(parameters);
  return platform.clock.now();
}

afterEach(() => {
  platform.close();
});

/** How long after each token was due its refresh was asked for, milliseconds. */
function deviations(): number[] {
  return platform.refreshes.slice(1).map(({ at, dueAt = NaN }) => at - dueAt);
}

/** From one token request to the next, milliseconds. */
function intervals(): number[] {
  return platform.refreshes.slice(1).map(({ at }, index) => at - (platform.refreshes[index]?.at ?? NaN));
}

/** What holds for every chain at any time. */
function expectGoodManners(startedAt: number, longestSleepMs = LONGEST_SLEEP_MS): void {
  const stats = platform.runtime.stats();
  expect(stats.maxHttpRequestsPerInstance).toBeLessThanOrEqual(5);
  expect(stats.refusedHttpRequests).toBe(0);
  expect(stats.maxActive).toBeLessThanOrEqual(2);
  const elapsed = platform.clock.now() - startedAt;
  expect(stats.hops).toBeLessThanOrEqual(elapsed / longestSleepMs + platform.refreshes.length + 2);
  expect(platform.runtime.list().filter(({ status }: FunctionInstance) => status === 'error')).toEqual([]);
  for (const parameters of platform.parameters.slice(1)) {
    expect(Object.keys(parameters).sort()).toEqual(['chainId', 'hop', 'wakeAt']);
  }
  expect(JSON.stringify([platform.parameters, platform.logs.entries])).not.toContain('canary');
}

describe.each([
  ['is answered', false],
  ['throws', true],
])('when a status other than 2xx %s', (_, httpErrorStatusThrows) => {
  describe.each(STARTUP_DELAYS_MS)('and a Function takes %d ms to start', (functionStartupDelayMs) => {
    test.each(LIFETIMES)('a token of %d s is refreshed on time, once a lifetime', async (lifetime) => {
      const refreshes = lifetime > DAY ? 1 : 3;
      const startedAt = startChain({ lifetime, functionStartupDelayMs, httpErrorStatusThrows });
      await platform.runUntilRefreshed(1 + refreshes);
      const refreshGapMs = lifetime * 900;
      expect(deviations()).toHaveLength(refreshes);
      if (refreshGapMs >= functionStartupDelayMs) {
        for (const deviation of deviations()) {
          expect(deviation).toBeGreaterThanOrEqual(-TOLERANCE_MS);
          expect(deviation).toBeLessThanOrEqual(functionStartupDelayMs + TOLERANCE_MS);
        }
        for (const interval of intervals()) expect(interval).toBeGreaterThanOrEqual(refreshGapMs - TOLERANCE_MS);
      } else {
        // No instance is there in time: as soon as possible, that is by every instance, and no faster.
        for (const interval of intervals()) {
          expect(interval).toBeGreaterThanOrEqual(functionStartupDelayMs);
          expect(interval).toBeLessThanOrEqual(functionStartupDelayMs + TOLERANCE_MS);
        }
        expect(platform.runtime.stats().hops).toBe(platform.refreshes.length);
      }
      if (lifetime > DAY) {
        // A hop every quarter of an hour, no more and no less.
        const expected = refreshGapMs / (LONGEST_SLEEP_MS + functionStartupDelayMs);
        expect(Math.abs(platform.runtime.stats().hops - expected)).toBeLessThan(5);
      }
      expectGoodManners(startedAt);
    });
  });
});

test.each([6000, 60_000])(
  'a token that is due while one instance hands over to the next is late by the start-up of %d ms at most',
  async (functionStartupDelayMs) => {
    // The instance after a refresh sleeps its whole time; this token is due half way to the start of the one after it.
    const dueAfterMs = functionStartupDelayMs + LONGEST_SLEEP_MS + functionStartupDelayMs / 2;
    const startedAt = startChain({ lifetime: dueAfterMs / 900, functionStartupDelayMs });
    await platform.runUntilRefreshed(4);
    for (const deviation of deviations()) {
      expect(deviation).toBeGreaterThan(functionStartupDelayMs / 4);
      expect(deviation).toBeLessThanOrEqual(functionStartupDelayMs + TOLERANCE_MS);
    }
    expectGoodManners(startedAt);
  },
);

describe('other settings', () => {
  test.each([1, 50, 75, 99])('a refresh percent of %d is kept to', async (refreshPercent) => {
    const startedAt = startChain({ lifetime: 3600, refreshPercent });
    await platform.runUntilRefreshed(4);
    for (const deviation of deviations()) {
      expect(deviation).toBeGreaterThanOrEqual(-TOLERANCE_MS);
      expect(deviation).toBeLessThanOrEqual(1500 + TOLERANCE_MS);
    }
    expectGoodManners(startedAt);
  });

  test.each(['key', 'session'] as const)(
    'storage that writes one %s at a time, late',
    async (sessionStorageWrites) => {
      const startedAt = startChain({ lifetime: 60, sessionStorageWrites, sessionStorageWriteDelayMs: 300 });
      await platform.runUntilRefreshed(6);
      expect(Math.max(...deviations())).toBeLessThanOrEqual(1500 + TOLERANCE_MS);
      expect(Math.min(...intervals())).toBeGreaterThanOrEqual(53_000);
      expectGoodManners(startedAt);
    },
  );

  test('a transformer that is loaded anew for each request', async () => {
    const startedAt = startChain({ lifetime: 600, moduleState: 'fresh' });
    await platform.runUntilRefreshed(4);
    expect(Math.max(...deviations())).toBeLessThanOrEqual(1500 + TOLERANCE_MS);
    expectGoodManners(startedAt);
  });
});

describe('what befalls a chain', () => {
  test('a second one is started: the first one ends, and one goes on', async () => {
    startChain({ lifetime: 60 });
    await platform.runUntilRefreshed(2);
    platform.start();
    await platform.runUntilRefreshed(8);
    const [first, second] = [...new Set(platform.parameters.map(({ chainId }) => chainId).filter(Boolean))];
    const chains = platform.parameters.slice(-4).map(({ chainId }) => chainId);
    expect(first).not.toBe(second);
    expect(chains).toEqual([second, second, second, second]);
    expect(platform.logs.text()).toContain('is at work already: this instance ends.');
    expect(Math.min(...intervals())).toBeGreaterThanOrEqual(53_000);
  });

  test.each([-2000, -100, 100, 2000])("the store's clock is %d ms ahead: on time by the later clock, and no hop more", async (ahead) => {
    startChain({ lifetime: 600, storeClockAheadMs: ahead });
    await platform.runUntilRefreshed(6);
    expect(Math.min(...deviations())).toBeGreaterThanOrEqual(-TOLERANCE_MS);
    expect(Math.max(...deviations())).toBeLessThanOrEqual(Math.max(0, -ahead) + 1500 + TOLERANCE_MS);
    // The first hop, one for each refresh, and one to learn how the clocks differ.
    expect(platform.parameters.length).toBeLessThanOrEqual(6 + 2);
  });

  test('the session storage is lost: the token is fetched anew, and the chain goes on', async () => {
    startChain({ lifetime: 600 });
    await platform.runUntilRefreshed(2);
    await platform.clock.advanceBy(60_000);
    platform.storage.clear();
    await platform.runUntilRefreshed(5);
    expect(Math.max(...deviations())).toBeLessThanOrEqual(1500 + TOLERANCE_MS);
  });

  test.each([60, 600, 3600])(
    'the token endpoint is down from 88 % to 97 % of %d s: refreshed afterwards, before expiry',
    async (lifetime) => {
      const startedAt = startChain({ lifetime });
      await platform.runUntilRefreshed(1);
      const issuedAt = Math.floor((platform.refreshes[0]?.at ?? 0) / 1000) * 1000;
      await platform.clock.advanceTo(issuedAt + lifetime * 880);
      platform.isDown = true;
      await platform.clock.advanceTo(issuedAt + lifetime * 970);
      platform.isDown = false;
      await platform.runUntilRefreshed(2);
      expect(platform.refused.length).toBeGreaterThanOrEqual(2);
      // A minute's last 3 % are hardly longer than the start of an instance: there it is as soon as possible.
      const latest = Math.max(issuedAt + lifetime * 1000, issuedAt + lifetime * 970 + 1500 + 2 * TOLERANCE_MS);
      expect(platform.refreshes[1]?.at).toBeLessThan(latest);
      expect(platform.runtime.stats().maxHttpRequestsPerInstance).toBeLessThanOrEqual(5);
      expect(platform.runtime.stats().hops).toBeLessThan((platform.clock.now() - startedAt) / LONGEST_SLEEP_MS + 40);
    },
  );

  test('an hour without a token endpoint: no busy loop, and back within a minute', async () => {
    startChain({ lifetime: 60 });
    await platform.runUntilRefreshed(1);
    platform.isDown = true;
    await platform.clock.advanceBy(3_600_000);
    const hops = platform.runtime.stats().hops;
    expect(hops).toBeLessThan(3600 / 7);
    platform.isDown = false;
    const back = platform.clock.now();
    await platform.runUntilRefreshed(2);
    expect(platform.clock.now() - back).toBeLessThan(60_000);
  });

  test('it takes over from the older, hand-made Function', async () => {
    const token = { access_token: 'canary-access-token-old', token_type: 'Bearer', expires_in: 3600 };
    startChain({ lifetime: 3600 }, { token, waitingTime: 900 });
    const { clock } = platform;
    const startedAt = clock.now();
    await platform.runUntilRefreshed(1);
    // 900 s were left of 3600, so 90 % of its life are reached 540 s after the start.
    expect((platform.refreshes[0]?.at ?? 0) - startedAt).toBeGreaterThanOrEqual(539_000);
    expect((platform.refreshes[0]?.at ?? 0) - startedAt).toBeLessThanOrEqual(543_000);
    expect(JSON.stringify(platform.parameters.slice(1))).not.toContain('canary');
    expect(platform.logs.text()).not.toContain('canary');
  });
});
