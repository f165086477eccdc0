import { expectPatience, LONG_LIFETIMES, platform, SHORT_LIFETIMES, startChain, testLifetimes } from '../artifacts/support/chain-times';

testLifetimes([...SHORT_LIFETIMES, ...LONG_LIFETIMES]);

test('an hour without a token endpoint: no busy loop, and back within a minute', async () => {
  startChain({ lifetime: 60 });
  await platform.runUntilRefreshed(1);
  await expectPatience(3600);
});
