import { percentsOf } from '../../../tools/sandbox/demo/summary';

/** Refreshes at 90 % of 10 s, each counted from the second in which it was asked for. */
const LIFETIME = 10;

test('a life is counted from the whole second in which its token was asked for', () => {
  const beginnings = new Set([1_000_000, 1_009_000]);
  expect(percentsOf([1_000_300, 1_009_000, 1_018_000], { lifetime: LIFETIME, beginnings })).toEqual([90, 90]);
});

test('also where its request arrived in the next second', () => {
  const beginnings = new Set([1_000_000, 1_009_000]);
  expect(percentsOf([1_001_004, 1_009_000], { lifetime: LIFETIME, beginnings })).toEqual([90]);
});

test('a token that nobody has seen in the store counts from the second of its request', () => {
  expect(percentsOf([1_000_300, 1_009_000], { lifetime: LIFETIME, beginnings: new Set([990_000, 1_009_000]) })).toEqual([90]);
});

test('a single token has not been replaced', () => {
  expect(percentsOf([1_000_300], { lifetime: LIFETIME, beginnings: new Set() })).toEqual([]);
});
