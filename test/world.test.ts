import { byStoreClock, clockAhead } from '../src/world';
import type { World } from '../src/world';

describe('how far another clock is ahead', () => {
  test.each([
    ['one that was read on the way', 1_000_000, 1_000_200, 1_000_100, 0],
    ['one that is behind', 1_000_000, 1_000_200, 999_900, -100],
    ['one that is ahead', 1_000_000, 1_000_200, 1_000_700, 500],
    ['one that is a year behind', 40_000_000_000, 40_000_000_200, 8_464_000_000, -31_536_000_000],
    ['one that is a year ahead', 1_000_000, 1_000_200, 31_537_000_200, 31_536_000_000],
  ])('%s', (_, asked, answered, other, ahead) => {
    expect(clockAhead(asked, answered, other)).toBe(ahead);
  });
});

test('the world by a store’s clock differs in its time only', () => {
  const world = { now: () => 1000, random: () => 0.5, log: () => undefined } as unknown as World;
  expect(byStoreClock(world, 0)).toBe(world);
  const there = byStoreClock(world, -400);
  expect(there.now()).toBe(600);
  expect(there.random).toBe(world.random);
});
