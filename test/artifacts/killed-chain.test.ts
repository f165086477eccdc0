import { killChain } from './support/killed-chain';

// `npm run soak` plays thousands of kills.
test.each([1, 2])('a chain that is killed, also in the middle of a refresh, fails no message (seed %d)', async (seed) => {
  const { failed, messages, killsInRefresh, restarts } = await killChain(seed, 4);
  expect(failed).toEqual([]);
  // It was killed indeed, where it hurts, and users were there.
  expect(killsInRefresh).toBeGreaterThan(0);
  expect(restarts).toBeGreaterThan(0);
  expect(messages).toBeGreaterThan(100);
});
