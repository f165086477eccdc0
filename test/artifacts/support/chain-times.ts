import type { FunctionInstance } from '../../../tools/sandbox';
import { VirtualPlatform } from '../../support/virtual-platform';
import type { VirtualPlatformOptions } from '../../support/virtual-platform';

const DAY = 86_400;
/** Seconds. */
export const SHORT_LIFETIMES = [10, 60, 300, 600, 900, 1000, 1800, 3600, 7200];
/** Seconds. The chain runs for days of virtual time, which takes seconds or minutes to simulate. */
export const LONG_LIFETIMES = [DAY, 30 * DAY - 1];
const STARTUP_DELAYS_MS = [0, 1500, 6000, 60_000];
/** The longest sleep of an instance, milliseconds. The rest of its 900 s is for its work, and for an outage at the trigger. */
export const LONGEST_SLEEP_MS = 770_000;
export const TOLERANCE_MS = 1000;

export let platform: VirtualPlatform;

export function startChain(options: VirtualPlatformOptions, parameters?: object): number {
  platform = new VirtualPlatform(options);
  platform.start(parameters);
  return platform.clock.now();
}

afterEach(() => {
  platform.close();
});

/** How long after its due time each token was requested, milliseconds. */
export function deviations(): number[] {
  return platform.refreshes.slice(1).map(({ at, dueAt = NaN }) => at - dueAt);
}

/** The times between token requests, milliseconds. */
export function intervals(): number[] {
  return platform.refreshes.slice(1).map(({ at }, index) => at - (platform.refreshes[index]?.at ?? NaN));
}

/** Checks what must hold for every chain at any time. */
export function expectGoodManners(startedAt: number, longestSleepMs = LONGEST_SLEEP_MS): void {
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

/** Simulates an outage of the token endpoint. There must be no busy loop, and a refresh within a minute after the outage. */
export async function expectPatience(seconds: number): Promise<void> {
  const refreshed = platform.refreshes.length;
  const hopsBefore = platform.runtime.stats().hops;
  platform.isDown = true;
  await platform.clock.advanceBy(seconds * 1000);
  expect(platform.runtime.stats().hops - hopsBefore).toBeLessThan(seconds / 7);
  platform.isDown = false;
  const back = platform.clock.now();
  await platform.runUntilRefreshed(refreshed + 1);
  expect(platform.clock.now() - back).toBeLessThan(60_000);
}

/**
 * Tests every lifetime with every start-up delay. It is not documented whether the platform throws for a status other than
 * 2xx, so both are tested.
 *
 * @param answered the delays for a platform that does not throw, milliseconds
 * @param throwing the delays for a platform that throws, milliseconds
 */
export function testLifetimes(
  lifetimes: readonly number[],
  answered: readonly number[] = STARTUP_DELAYS_MS,
  throwing: readonly number[] = STARTUP_DELAYS_MS,
): void {
  describe.each([
    ['is answered', false, answered],
    ['throws', true, throwing],
  ])('when a status other than 2xx %s', (_, httpErrorStatusThrows, delays) => {
    describe.each(delays)('and a Function takes %d ms to start', (functionStartupDelayMs) => {
      test.each(lifetimes)('a token of %d s is refreshed on time, once a lifetime', async (lifetime) => {
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
          // No instance starts in time, so every instance must refresh, and not more often.
          for (const interval of intervals()) {
            expect(interval).toBeGreaterThanOrEqual(functionStartupDelayMs);
            expect(interval).toBeLessThanOrEqual(functionStartupDelayMs + TOLERANCE_MS);
          }
          expect(platform.runtime.stats().hops).toBe(platform.refreshes.length);
        }
        if (lifetime > DAY) {
          // One instance about every quarter of an hour.
          const expected = refreshGapMs / (LONGEST_SLEEP_MS + functionStartupDelayMs);
          expect(Math.abs(platform.runtime.stats().hops - expected)).toBeLessThan(5);
        }
        expectGoodManners(startedAt);
      });
    });
  });
}
