import fc from 'fast-check';

import { nextWakeAt } from '../../src/function/schedule';
import type { ScheduleEntry } from '../../src/stores';
import { failureOf, START } from '../support/token-records';

function entry(tokenName: string, refreshAt: number, members: Partial<ScheduleEntry> = {}): ScheduleEntry {
  return { tokenName, refreshAt, expiresAt: refreshAt + 10_000, version: 1, ...members };
}

test('the first token that is due decides', () => {
  const schedule = [entry('a', START + 3000), entry('b', START + 1000), entry('c', START + 2000)];
  expect(nextWakeAt({ schedule }, START)).toBe(START + 1000);
});

test('a failure puts a token off until it may be tried again, and no longer', () => {
  const late = entry('a', START - 1000, { failure: failureOf(START - 500, { retryAt: START + 4000 }) });
  expect(nextWakeAt({ schedule: [late] }, START)).toBe(START + 4000);
  const early = entry('a', START + 5000, { failure: failureOf(START - 500, { retryAt: START + 4000 }) });
  expect(nextWakeAt({ schedule: [early] }, START)).toBe(START + 5000);
});

test('the token that this hop has dealt with is due when it says', () => {
  const schedule = [entry('a', START - 1000), entry('b', START + 9000)];
  expect(nextWakeAt({ schedule, handled: { tokenName: 'a', dueAt: START + 5000 } }, START)).toBe(START + 5000);
  expect(nextWakeAt({ schedule, handled: { tokenName: 'a', dueAt: START + 50_000 } }, START)).toBe(START + 9000);
});

test('another token that is due as well: at once', () => {
  const schedule = [entry('a', START - 1000), entry('b', START - 500)];
  expect(nextWakeAt({ schedule, handled: { tokenName: 'a', dueAt: START + 5000 } }, START)).toBe(START);
});

test('a due token that was not granted is held by somebody: look again after a pause', () => {
  expect(nextWakeAt({ schedule: [entry('a', START)] }, START)).toBe(START + 5000);
  expect(nextWakeAt({ schedule: [entry('a', 0, { version: 0, expiresAt: 0 })] }, START)).toBe(START + 5000);
});

test('where nobody says when a token is due, it looks again in a minute', () => {
  expect(nextWakeAt({ schedule: [] }, START)).toBe(START + 60_000);
});

test('is never in the past, and never at once again for one and the same token', () => {
  const entries = fc.array(
    fc.record({
      tokenName: fc.constantFrom('a', 'b', 'c'),
      refreshAt: fc.integer({ min: 0, max: START * 2 }),
      expiresAt: fc.nat(),
      version: fc.nat(),
    }),
    { maxLength: 5 },
  );
  fc.assert(
    fc.property(entries, (schedule) => {
      expect(nextWakeAt({ schedule }, START)).toBeGreaterThan(START);
      expect(nextWakeAt({ schedule, handled: { tokenName: 'a', dueAt: START - 1 } }, START)).toBeGreaterThanOrEqual(
        START,
      );
    }),
  );
});

describe('a store whose clock is ahead, or behind, by any amount', () => {
  test.each([50, -50, 3_600_000, -3_600_000, 365 * 86_400_000])('%d ms', (clockAheadMs) => {
    const schedule = [entry('a', START + clockAheadMs + 3000)];
    expect(nextWakeAt({ schedule, clockAheadMs }, START)).toBe(START + 3000);
    const handled = { tokenName: 'a', dueAt: START + clockAheadMs + 7000 };
    expect(nextWakeAt({ schedule, handled, clockAheadMs }, START)).toBe(START + 7000);
    expect(nextWakeAt({ schedule: [entry('a', START + clockAheadMs)], clockAheadMs }, START)).toBe(START + 5000);
  });
});
