import { chainParameters, CANARIES, CONFIG, HopWorld, ROTATING_CONFIG } from '../support/hop-world';
import type { Destination, Fault, HopRun, TestConfig } from '../support/hop-world';
import { ENDPOINT_SECRET } from '../support/store-endpoint';
import { failureOf, START } from '../support/token-records';

afterEach(() => {
  jest.restoreAllMocks();
});

function destinations({ requests }: HopRun): Destination[] {
  return requests.map(({ to }) => to);
}

const REFRESH: Destination[] = ['store', 'token_endpoint', 'store', 'trigger'];
const DOWN: Fault = { status: 503, data: 'down' };

describe('a hop', () => {
  test('with a token that is due: beat, token request, commit, trigger', async () => {
    const world = new HopWorld();
    const run = await world.run(chainParameters());
    expect(destinations(run)).toEqual(REFRESH);
    expect(run.error).toBeUndefined();
    expect(run.triggered).toEqual([{ chainId: 'chain', hop: 2, wakeAt: START + 90_000 }]);
    expect(await world.stored()).toMatchObject({ token: { access_token: 'canary-access-token-1' }, version: 1 });
  });

  test('with a token that is not due: beat, trigger', async () => {
    const world = new HopWorld();
    const first = await world.run(chainParameters());
    const second = await world.run({ chainId: 'chain', hop: 2, wakeAt: 0 });
    expect(destinations(second)).toEqual(['store', 'trigger']);
    expect(second.triggered).toEqual([{ ...first.triggered[0], hop: 3 }]);
  });

  test('sleeps until the token is due, to the millisecond', async () => {
    const world = new HopWorld();
    const first = await world.run(chainParameters());
    const second = await world.runNext(first);
    expect(second.requests[0]?.at).toBe(START + 90_000);
    expect(world.tokenRequests).toBe(2);
  });

  test('sleeps no longer than an outage at the end leaves it, then hands over', async () => {
    const world = new HopWorld();
    world.lifetime = 10_000;
    const first = await world.run(chainParameters());
    const second = await world.runNext(first);
    expect(second.requests[0]?.at).toBe(second.startedAt + 770_000);
    expect(destinations(second)).toEqual(['store', 'trigger']);
    expect(second.triggered).toEqual([{ chainId: 'chain', hop: 3, wakeAt: START + 9_000_000 }]);
  });

  test('starts a chain when nothing was handed to it', async () => {
    const run = await new HopWorld().run({});
    expect(run.triggered).toEqual([
      { chainId: expect.stringMatching(/^[a-z0-9]+-[a-z0-9]+$/) as unknown, hop: 1, wakeAt: START + 90_000 },
    ]);
  });

  test('ends without a successor when a newer chain is at work', async () => {
    const world = new HopWorld();
    const older = await world.run(chainParameters({ chainId: 'older' }));
    await world.run(chainParameters({ chainId: 'newer~0', hop: 0 }));
    const run = await world.run({ ...older.triggered[0], wakeAt: 0 });
    expect(destinations(run)).toEqual(['store']);
    expect(run.error).toBeUndefined();
    expect(run.log).toContain('is at work already: this instance ends.');
  });

  test('of which two were started: one of them ends', async () => {
    const world = new HopWorld();
    const first = await world.run(chainParameters());
    world.random = () => 0.1;
    const one = await world.runNext(first);
    world.random = () => 0.9;
    const two = await world.runNext(first);
    expect(one.triggered).toHaveLength(1);
    expect(two.triggered).toHaveLength(0);
    expect(world.tokenRequests).toBe(2);
  });

  test('keeps several tokens, one refresh a hop, the next hop at once while more are due', async () => {
    const names = ['a', 'b', 'c'];
    const [token] = CONFIG.tokens;
    const world = new HopWorld({ ...CONFIG, tokens: names.map((tokenName) => ({ ...token, tokenName })) });
    const first = await world.run(chainParameters());
    const second = await world.runNext(first);
    const third = await world.runNext(second);
    expect([first, second, third].map(destinations)).toEqual([REFRESH, REFRESH, REFRESH]);
    expect(third.endedAt).toBeLessThan(START + 1000);
    for (const name of names) expect(await world.stored(name)).toMatchObject({ version: 1 });
    expect((await world.runNext(third)).requests[0]?.at).toBeGreaterThanOrEqual(START + 90_000);
  });
});

describe('the token of the older Function', () => {
  const token = { access_token: 'canary-access-token-old', token_type: 'Bearer', expires_in: 3600 };

  test('goes into the store, and the chain starts with it', async () => {
    const world = new HopWorld();
    const run = await world.run({ token, waitingTime: 600_000 });
    expect(destinations(run)).toEqual(['store', 'store', 'trigger']);
    expect(await world.stored()).toEqual({ token, timestamp: START / 1000 - 2640, version: 1 });
    const next = await world.runNext(run);
    expect(next.triggered).toMatchObject([{ hop: 2, wakeAt: START + 600_000 }]);
    expect(JSON.stringify([run.triggered, run.log, next.triggered])).not.toContain('canary');
  });

  test('that is due is refreshed by the next hop, at once', async () => {
    const world = new HopWorld();
    const run = await world.run({ token, waitingTime: 0 });
    expect(run.endedAt).toBeLessThan(START + 1000);
    const next = await world.runNext(run);
    expect(destinations(next)).toEqual(REFRESH);
    expect(next.requests[0]?.at).toBe(next.startedAt);
  });

  const seed = (world: HopWorld, access_token: string, timestamp: number) =>
    world.endpoint.post({ token: { ...token, access_token }, timestamp, endpointSecret: ENDPOINT_SECRET });

  test.each([
    ['which the older Function has posted already keeps its own, exact time', token.access_token, START / 1000 - 100],
    ['does not replace a newer one', 'newer', START / 1000 - 2639],
    ['does not replace an older one that lives', 'older', START / 1000 - 3599],
  ])('%s', async (_, stored, timestamp) => {
    const world = new HopWorld();
    await seed(world, stored, timestamp);
    const run = await world.run({ token, waitingTime: 600_000 });
    expect(destinations(run)).toEqual(['store', 'trigger']);
    expect(await world.stored()).toMatchObject({ token: { access_token: stored }, timestamp, version: 1 });
  });

  test('replaces one that has expired', async () => {
    const world = new HopWorld();
    await seed(world, 'expired', START / 1000 - 3600);
    await world.run({ token, waitingTime: 600_000 });
    expect(await world.stored()).toMatchObject({ token, version: 2 });
  });

  test('counts as older where the configuration has a smaller percentage than the older Function', async () => {
    const [configured] = CONFIG.tokens;
    const world = new HopWorld({ ...CONFIG, tokens: [{ ...configured, refreshPercent: 50 }] });
    await world.run({ token, waitingTime: 600_000 });
    expect(await world.stored()).toMatchObject({ timestamp: START / 1000 - 2640 });
  });

  test('destroys no refresh token, whoever hands it over', async () => {
    const world = new HopWorld();
    const rotated = { ...token, access_token: 'expired', refresh_token: 'canary-refresh-token-rotated' };
    await world.endpoint.post({ token: rotated, timestamp: START / 1000 - 7200, endpointSecret: ENDPOINT_SECRET });
    await world.run({ token: { ...token, access_token: 'EVIL' }, waitingTime: 600_000 });
    expect(await world.stored()).toMatchObject({ token: rotated, version: 1 });
  });

  test('takes no time from whoever hands it over', async () => {
    const world = new HopWorld();
    await seed(world, 'living', START / 1000 - 100);
    await world.run({ token: { ...token, access_token: 'EVIL' }, timestamp: 99_999_999_999 });
    expect(await world.stored()).toMatchObject({ token: { access_token: 'living' }, version: 1 });
    const empty = new HopWorld();
    await empty.run({ token: { ...token, access_token: 'EVIL' }, waitingTime: 9e15, timestamp: 99_999_999_999 });
    expect(await empty.stored()).toBeNull();
  });

  describe('whose refresh token was in its own text', () => {
    const REFRESH_TOKEN = 'canary-refresh-token-own';
    const [configured] = CONFIG.tokens;
    const config = { ...CONFIG, tokens: [{ ...configured, refreshToken: REFRESH_TOKEN }] } as TestConfig;

    test('gets the one of the configuration', async () => {
      const world = new HopWorld(config);
      const run = await world.run({ token, waitingTime: 600_000 });
      expect(await world.stored()).toMatchObject({ token: { ...token, refresh_token: REFRESH_TOKEN }, version: 1 });
      expect(JSON.stringify([run.triggered, run.log])).not.toContain('canary');
    });

    test('gets it too where it was posted already, and keeps its time', async () => {
      const world = new HopWorld(config);
      await seed(world, token.access_token, START / 1000 - 100);
      const run = await world.run({ token, waitingTime: 600_000 });
      expect(destinations(run)).toEqual(['store', 'store', 'trigger']);
      const stored = { token: { ...token, refresh_token: REFRESH_TOKEN }, timestamp: START / 1000 - 100, version: 2 };
      expect(await world.stored()).toMatchObject(stored);
    });

    test('keeps the one that came with it', async () => {
      const world = new HopWorld(config);
      await world.run({ token: { ...token, refresh_token: 'canary-refresh-token-newest' }, waitingTime: 600_000 });
      expect(await world.stored()).toMatchObject({ token: { refresh_token: 'canary-refresh-token-newest' } });
    });
  });

  test('that the store refuses does not keep the chain from starting', async () => {
    const world = new HopWorld();
    const run = await world.run({ token: { access_token: '', expires_in: 100 }, waitingTime: 5000 });
    expect(run.error).toBeUndefined();
    expect(run.triggered).toHaveLength(1);
    expect(run.log).toContain("The older Function's token could not be stored. ");
  });
});

describe('a configuration that is wrong', () => {
  test.each([
    ['apiUrl', { apiUrl: 'http://api.example.com' }, 'insecure_url'],
    ['storeUrl', { storeUrl: '' }, 'url_missing'],
  ])('%s: there can be no chain, so nothing is sent', async (field, change, code) => {
    const run = await new HopWorld({ ...CONFIG, ...change }).run(chainParameters());
    expect(run.error).toMatchObject({ code, field });
    expect(run.requests).toEqual([]);
  });

  test('of one token is noted at that token, and the others are kept', async () => {
    const [token] = CONFIG.tokens;
    const tokens = [
      { ...token, tokenName: 'broken', clientSecret: '' },
      { ...token, tokenName: 'sound' },
    ];
    const world = new HopWorld({ ...CONFIG, tokens });
    const first = await world.run(chainParameters());
    expect(destinations(first)).toEqual(['store', 'store', 'trigger']);
    expect(first.log).toMatch(/ error client_secret_missing token=broken .*The refresh failed\. /);
    await world.runNext(first);
    expect(await world.stored('sound')).toMatchObject({ version: 1 });
  });
});

test("somebody else's failure is not run into before its time", async () => {
  const world = new HopWorld();
  const failure = failureOf(START, { retryAt: START + 30_000 });
  await world.endpoint.operate({ op: 'release', tokenName: 'accessToken', owner: 'a node', failure });
  const run = await world.run(chainParameters());
  expect(destinations(run)).toEqual(['store', 'trigger']);
  expect(run.triggered).toEqual([{ chainId: 'chain', hop: 2, wakeAt: START + 30_000 }]);
});

test('no secret is logged, shown in an error or handed to the next hop', async () => {
  const world = new HopWorld(ROTATING_CONFIG);
  world.throwsOnStatus = true;
  const echo = {
    error: 'invalid_client',
    error_description: `${CANARIES.clientSecret} for ${CANARIES.refreshToken}-1`,
  };
  const runs = [
    await world.run(chainParameters()),
    await world.run(chainParameters({ hop: 2 }), [
      'thrown at once',
      'no connection',
      'thrown at once',
      DOWN,
      'rejected with nothing',
    ]),
    await world.run(chainParameters({ hop: 3, wakeAt: START + 95_000 }), ['none', { status: 401, data: echo }, { status: 401, data: echo }]),
  ];
  const shown = runs.map(({ log, error, triggered }) => [log, String(error), JSON.stringify(error), triggered]);
  expect(JSON.stringify(shown)).not.toContain('canary');
  expect(JSON.stringify(shown)).not.toContain(ENDPOINT_SECRET);
  expect(runs[2]?.log).toContain('invalid_client');
});

describe('the lease that a beat asks for', () => {
  const leaseOf = ({ requests }: HopRun) =>
    (requests[0]?.request.body as { tokenStore: { leaseMs: number } }).tokenStore.leaseMs;

  test('is longer than a refresh takes', async () => {
    expect(leaseOf(await new HopWorld().run(chainParameters()))).toBe(15_000);
  });

  test('ends with the instance, so that nobody waits for one that was killed', async () => {
    const config = { ...CONFIG, functionTimeLimitSeconds: 8, functionBufferSeconds: 1 };
    const world = new HopWorld(config);
    expect(leaseOf(await world.run(chainParameters()))).toBe(8000);
    expect(leaseOf(await world.run(chainParameters({ hop: 2, wakeAt: world.clock.now() + 5000 })))).toBe(3000);
  });
});
