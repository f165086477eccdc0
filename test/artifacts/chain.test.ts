import {
  deviations,
  expectGoodManners,
  expectPatience,
  intervals,
  LONGEST_SLEEP_MS,
  platform,
  SHORT_LIFETIMES,
  startChain,
  testLifetimes,
  TOLERANCE_MS,
} from './support/chain-times';

// `npm run soak` plays the long lifetimes, thousands of hops, and all delays with both answers.
testLifetimes(SHORT_LIFETIMES, [1500, 60_000], [1500]);

describe.each([86_400, 30 * 86_400 - 1])('a token of %d s that the chain finds in the store', (lifetime) => {
  test('is refreshed on time, after the last hours of its life', async () => {
    const hoursLeft = 2;
    const startedAt = startChain({ lifetime });
    const dueAt = startedAt + hoursLeft * 3_600_000;
    await platform.seed(lifetime, dueAt / 1000 - lifetime * 0.9);
    await platform.runUntilRefreshed(1);
    const late = (platform.refreshes[0]?.at ?? NaN) - dueAt;
    expect(late).toBeGreaterThanOrEqual(-TOLERANCE_MS);
    expect(late).toBeLessThanOrEqual(1500 + TOLERANCE_MS);
    expectGoodManners(startedAt);
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

  test('ten minutes without a token endpoint: no busy loop, and back within a minute', async () => {
    startChain({ lifetime: 60 });
    await platform.runUntilRefreshed(1);
    await expectPatience(600);
  });

  test('it takes over from the older, hand-made Function', async () => {
    const token = { access_token: 'canary-access-token-old', token_type: 'Bearer', expires_in: 3600 };
    startChain({ lifetime: 3600 }, { token, waitingTime: 540_000 });
    const { clock } = platform;
    const startedAt = clock.now();
    await platform.runUntilRefreshed(1);
    // The article's Function counts milliseconds down to the refresh point.
    expect((platform.refreshes[0]?.at ?? 0) - startedAt).toBeGreaterThanOrEqual(539_000);
    expect((platform.refreshes[0]?.at ?? 0) - startedAt).toBeLessThanOrEqual(543_000);
    expect(JSON.stringify(platform.parameters.slice(1))).not.toContain('canary');
    expect(platform.logs.text()).not.toContain('canary');
  });
});

test('nodes that are content with an older token than the chain never ask for one, and each one works', async () => {
  startChain({ lifetime: 60, refreshPercent: 50 });
  await platform.runUntilRefreshed(1);
  while (platform.refreshes.length < 5) {
    const { result, branch } = await platform.run('getAccessToken', { refreshPercent: 90 });
    expect([branch, result.refreshed, result.source, platform.callApi(result)]).toEqual(['OnSuccess', false, 'store', 200]);
    await platform.clock.advanceBy(700);
  }
});
