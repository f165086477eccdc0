import { expectPatience, LONG_LIFETIMES, platform, startChain, testLifetimes } from '../artifacts/support/chain-times';

testLifetimes(LONG_LIFETIMES);

test('an hour without a token endpoint: no busy loop, and back within a minute', async () => {
  startChain({ lifetime: 60 });
  await platform.runUntilRefreshed(1);
  await expectPatience(3600);
});
