import { isRunning, needsRefresh } from '../../src/stores';
import type { HeldLease } from '../../src/stores';
import { fingerprint, recordOf, START } from '../support/token-records';

describe('isRunning', () => {
  const lease: HeldLease = { owner: 'anna', until: START + 1000 };

  test.each([
    [START, true],
    [START + 999, true],
    [START + 1000, false],
    [START + 1001, false],
  ])('at %d: %s', (now, running) => {
    expect(isRunning(lease, now)).toBe(running);
  });

  test.each([
    null,
    undefined,
    'anna',
    5,
    {},
    { owner: 'anna' },
    { until: START + 1000 },
    { owner: 5, until: START + 1000 },
  ])('%j is no lease', (value) => {
    expect(isRunning(value as HeldLease | null | undefined, START)).toBe(false);
  });
});

describe('needsRefresh', () => {
  const record = { ...recordOf('current', START), version: 1 };

  test('a missing record: yes', () => {
    expect(needsRefresh(null, { refreshPercent: 90 }, START)).toBe(true);
  });

  test('from refreshAt on: yes', () => {
    expect(needsRefresh(record, { refreshPercent: 90 }, START + 89_999)).toBe(false);
    expect(needsRefresh(record, { refreshPercent: 90 }, START + 90_000)).toBe(true);
  });

  test('the rejected token: yes; another one: no', () => {
    const request = { refreshPercent: 90, rejected: fingerprint('current') };
    expect(needsRefresh(record, request, START)).toBe(true);
    expect(needsRefresh({ ...recordOf('next', START), version: 2 }, request, START)).toBe(false);
  });
});
