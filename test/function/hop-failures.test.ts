import { chainParameters, CANARIES, CONFIG, HopWorld, ROTATING_CONFIG } from '../support/hop-world';
import type { Destination, Fault, HopRun } from '../support/hop-world';
import { recordOf, START } from '../support/token-records';

afterEach(() => {
  jest.restoreAllMocks();
});

function destinations({ requests }: HopRun): Destination[] {
  return requests.map(({ to }) => to);
}

const REFRESH: Destination[] = ['store', 'token_endpoint', 'store', 'trigger'];
const DOWN: Fault = { status: 503, data: 'down' };

describe('the token endpoint fails', () => {
  test('once: the failure is noted, the lease freed, and the next hop comes when it may be tried again', async () => {
    const world = new HopWorld();
    const run = await world.run(chainParameters(), ['none', DOWN]);
    expect(destinations(run)).toEqual(REFRESH);
    expect(run.requests[2]?.request.body).toMatchObject({ tokenStore: { op: 'release', failure: { attempts: 1 } } });
    const { body } = await world.endpoint.operate({ op: 'read', tokenName: 'accessToken' });
    const { failure } = body as { failure: { retryAt: number; code: string } };
    expect(failure).toMatchObject({ code: 'token_endpoint_unavailable' });
    expect(run.triggered).toEqual([{ chainId: 'chain', hop: 2, wakeAt: failure.retryAt }]);
    const next = await world.runNext(run);
    expect(next.requests[0]?.at).toBe(failure.retryAt);
    expect(await world.stored()).toMatchObject({ version: 1 });
  });

  test('with a refresh token that rotates it is the same', async () => {
    const world = new HopWorld(ROTATING_CONFIG);
    const run = await world.run(chainParameters(), ['none', DOWN]);
    expect(destinations(run)).toEqual(['store', 'token_endpoint', 'store', 'trigger']);
  });

  test('for good: no busy loop', async () => {
    const world = new HopWorld();
    let run = await world.run(chainParameters());
    let hops = 0;
    const outage: Fault[] = [
      'none',
      // Basic, Post, and the store that should hear of it.
      { status: 401, data: { error: 'invalid_client' } },
      { status: 401, data: { error: 'invalid_client' } },
      { status: 401, data: { error: 'invalid_client' } },
    ];
    for (; world.clock.now() < START + 3_600_000; hops += 1) run = await world.runNext(run, outage);
    expect(hops).toBeLessThan(70);
    expect(run.log).toContain('invalid_client');
  });
});

describe('the client authentication, left open', () => {
  const REFUSED: Fault = { status: 401, data: { error: 'invalid_client' } };
  const FIVE: Destination[] = ['store', 'token_endpoint', 'token_endpoint', 'store', 'trigger'];

  test.each([CONFIG, ROTATING_CONFIG])('is found out within the five requests of an instance, and remembered: %#', async (config) => {
    const world = new HopWorld(config);
    const run = await world.run(chainParameters(), ['none', REFUSED]);
    expect(destinations(run)).toEqual(FIVE);
    expect(await world.stored()).toMatchObject({ version: 1, clientAuthentication: 'client_secret_post' });
    const next = await world.runNext(run);
    expect(destinations(next)).toEqual(REFRESH);
    expect(next.requests[1]?.request.body).toContain(`client_secret=${CANARIES.clientSecret}`);
    expect(await world.stored()).toMatchObject({ version: 2, clientAuthentication: 'client_secret_post' });
  });

  test.each<[string, Fault[]]>([
    ['both are refused', ['none', REFUSED, REFUSED]],
    ['both are refused, and the store does not hear of it', ['none', REFUSED, REFUSED, DOWN]],
    ['the second gets no answer', ['none', REFUSED, 'no connection']],
    ['the token can not be stored', ['none', REFUSED, 'none', DOWN]],
  ])('where %s, there is a request left for the trigger', async (_, faults) => {
    const world = new HopWorld();
    const run = await world.run(chainParameters(), faults);
    expect(destinations(run)).toEqual(FIVE);
    expect(run.triggered).toHaveLength(1);
  });
});

describe('a refresh token', () => {
  test('from the configuration is used first, then the rotated ones', async () => {
    const world = new HopWorld(ROTATING_CONFIG);
    let run = await world.run(chainParameters());
    for (let round = 0; round < 3; round += 1) run = await world.runNext(run);
    expect(world.tokenRequests).toBe(4);
    expect(await world.stored()).toMatchObject({
      token: { refresh_token: `${CANARIES.refreshToken}-4` },
      version: 4,
    });
  });

  test('that is refused at the start: noted, and the next hop takes client credentials where that is allowed', async () => {
    const world = new HopWorld({
      ...CONFIG,
      tokens: CONFIG.tokens.map((token) => ({ ...token, refreshToken: 'revoked', fallBackToClient: true })),
    });
    const first = await world.run(chainParameters());
    expect(destinations(first)).toEqual(REFRESH);
    const second = await world.runNext(first);
    expect(second.requests[1]?.request.body).toContain('grant_type=client_credentials');
    expect(second.log).toContain("the token is the client's own (client credentials), not the user's");
    expect(await world.stored()).toMatchObject({ version: 1 });
  });

  test('that is refused is never given up for client credentials unasked', async () => {
    const world = new HopWorld(ROTATING_CONFIG);
    const record = recordOf('old', START - 95_000, { refresh_token: 'revoked' });
    await world.endpoint.operate({ op: 'commit', tokenName: 'accessToken', owner: 'x', ifVersion: 0, record });
    let run = await world.run(chainParameters());
    for (let round = 0; round < 3; round += 1) {
      expect(JSON.stringify(run.requests)).not.toContain('client_credentials');
      run = await world.runNext(run);
    }
  });

  test('that is refused later: noted, and the next hop takes client credentials where that is allowed', async () => {
    const world = new HopWorld({ ...CONFIG, tokens: CONFIG.tokens.map((token) => ({ ...token, fallBackToClient: true })) });
    const record = recordOf('old', START - 95_000, { refresh_token: 'revoked' });
    await world.endpoint.operate({ op: 'commit', tokenName: 'accessToken', owner: 'x', ifVersion: 0, record });
    const first = await world.run(chainParameters());
    expect(destinations(first)).toEqual(REFRESH);
    const second = await world.runNext(first);
    expect(destinations(second)).toEqual(REFRESH);
    expect(second.requests[1]?.request.body).toContain('grant_type=client_credentials');
    expect(await world.stored()).toMatchObject({ version: 2 });
  });

  test('is not spent when too little time is left for its answer: the next hop does it', async () => {
    const world = new HopWorld({ ...ROTATING_CONFIG, functionTimeLimitSeconds: 30, functionBufferSeconds: 5 });
    const first = await world.run(chainParameters({ wakeAt: START + 29_000 }));
    expect(destinations(first)).toEqual(['store', 'store', 'trigger']);
    expect(world.tokenRequests).toBe(0);
    expect(first.triggered).toEqual([{ chainId: 'chain', hop: 2, wakeAt: first.requests[2]?.at }]);
    expect(destinations(await world.runNext(first))).toEqual(REFRESH);
  });

  test('is not lost when the commit fails once', async () => {
    const world = new HopWorld(ROTATING_CONFIG);
    const run = await world.run(chainParameters(), ['none', 'none', 'no connection']);
    expect(destinations(run)).toEqual(['store', 'token_endpoint', 'store', 'store', 'trigger']);
    expect(await world.stored()).toMatchObject({ token: { refresh_token: `${CANARIES.refreshToken}-1` } });
  });
});

describe('the commit', () => {
  test('whose answer is lost is a success', async () => {
    const world = new HopWorld();
    const run = await world.run(chainParameters(), ['none', 'none', 'answer lost']);
    expect(destinations(run)).toEqual(['store', 'token_endpoint', 'store', 'store', 'trigger']);
    expect(run.triggered).toEqual([{ chainId: 'chain', hop: 2, wakeAt: START + 90_000 }]);
    expect(world.tokenRequests).toBe(1);
  });

  test('that conflicts with a living token leaves it, and wakes when that one is due', async () => {
    const world = new HopWorld();
    const theirs = recordOf('theirs', START, { expires_in: 50 });
    const original = world.endpoint.transport;
    jest.spyOn(world.endpoint, 'transport').mockImplementation(async (request, timeoutMs) => {
      if (JSON.stringify(request.body).includes('"commit"')) {
        await world.endpoint.operate({
          op: 'commit',
          tokenName: 'accessToken',
          owner: 'x',
          ifVersion: 0,
          record: theirs,
        });
      }
      return original(request, timeoutMs);
    });
    const run = await world.run(chainParameters());
    expect(run.triggered).toEqual([{ chainId: 'chain', hop: 2, wakeAt: START + 45_000 }]);
    expect(await world.stored()).toEqual({ ...theirs, version: 1 });
  });

  test('finds a storage that was lost: the fresh token goes in', async () => {
    const world = new HopWorld(ROTATING_CONFIG);
    const first = await world.run(chainParameters());
    const original = world.endpoint.transport;
    jest
      .spyOn(world.endpoint, 'transport')
      .mockImplementationOnce(original)
      .mockImplementationOnce((request, timeoutMs) => {
        world.sessions.clear();
        return original(request, timeoutMs);
      });
    const run = await world.runNext(first);
    expect(destinations(run)).toEqual(['store', 'token_endpoint', 'store', 'store', 'trigger']);
    expect(await world.stored()).toMatchObject({
      token: { refresh_token: `${CANARIES.refreshToken}-2` },
      version: 1,
    });
  });
});

describe('a lease held by a node', () => {
  test('is looked at again after a pause, and no token is asked for', async () => {
    const world = new HopWorld();
    await world.endpoint.operate({
      op: 'checkout',
      tokenName: 'accessToken',
      owner: 'a node',
      leaseMs: 15_000,
      refreshPercent: 90,
    });
    let run = await world.run(chainParameters());
    expect(destinations(run)).toEqual(['store', 'trigger']);
    expect(run.triggered).toMatchObject([
      { wakeAt: run.requests[1]?.at === undefined ? 0 : run.requests[1].at + 5000 },
    ]);
    for (let hops = 0; hops < 3; hops += 1) run = await world.runNext(run);
    expect(world.tokenRequests).toBe(1);
    expect(world.clock.now()).toBeLessThan(START + 16_000);
  });
});

describe('the store fails', () => {
  test.each<[string, Fault, number]>([
    ['no connection', 'no connection', 15_000],
    ['silence', 'silence', 15_000],
    ['HTTP 500', { status: 500, data: '' }, 15_000],
    ['a wrong secret', { status: 401, data: { error: 'invalid_endpoint_secret' } }, 60_000],
    ['a plain chat Endpoint', { status: 200, data: { text: 'hi', outputStack: [] } }, 60_000],
    [
      'a schedule of nonsense',
      { status: 200, data: { continue: true, schedule: [{}], granted: null, now: 1 } },
      60_000,
    ],
  ])('%s: the next hop comes after a pause', async (_, fault, pauseMs) => {
    const world = new HopWorld();
    const run = await world.run(chainParameters(), [fault]);
    expect(destinations(run)).toEqual(['store', 'trigger']);
    expect(run.triggered).toEqual([{ chainId: 'chain', hop: 2, wakeAt: (run.requests[1]?.at ?? 0) + pauseMs }]);
  });
});

describe('the trigger', () => {
  test('is tried again with every request that is left', async () => {
    const world = new HopWorld();
    const run = await world.run(chainParameters({ wakeAt: 0 }), [
      'no connection',
      DOWN,
      'silence',
      { status: 401, data: {} },
    ]);
    expect(destinations(run)).toEqual(['store', 'trigger', 'trigger', 'trigger', 'trigger']);
    expect(run.error).toBeUndefined();
    expect(run.triggered).toHaveLength(1);
  });

  test('refused to the end: the instance fails and says so', async () => {
    const world = new HopWorld();
    const run = await world.run(chainParameters(), ['none', 'none', 'none', DOWN, 'no connection']);
    expect(destinations(run)).toEqual([...REFRESH, 'trigger']);
    expect(run.error).toMatchObject({
      code: 'trigger_failed',
      message: 'The chain has no successor. The platform did not answer: network (ECONNREFUSED).',
    });
    // The tries are far apart, as far as the time allows: an outage of seconds must not end the chain.
    const [first, second] = run.requests.slice(-2).map(({ at }) => at);
    expect((second ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(30_000);
    expect(run.log).toMatch(/ error trigger_failed chain=\S+ hop=\d+ The chain has no successor\. /);
  });

  test('carries the API key as a header, and the parameters alone', async () => {
    const world = new HopWorld();
    const { requests } = await world.run(chainParameters());
    expect(requests[3]?.request).toEqual({
      method: 'POST',
      url: 'https://api.example.com/new/v2.0/functions/64b7f0c2a1b2c3d4e5f60718/trigger',
      headers: { accept: 'application/json', 'content-type': 'application/json', 'X-API-Key': CANARIES.apiKey },
      body: { parameters: { chainId: 'chain', hop: 2, wakeAt: START + 90_000 } },
    });
  });
});

describe('a chain that was just started', () => {
  test('and never reaches its store ends with the reason, so that nobody has two after starting it again', async () => {
    const world = new HopWorld();
    let parameters: object = {};
    for (let failed = 1; failed < 5; failed += 1) {
      const run = await world.run(parameters, ['no connection']);
      expect(run.error).toBeUndefined();
      expect(run.triggered).toEqual([expect.objectContaining({ hop: failed, chainId: expect.stringMatching(`~${failed}$`) as string })]);
      parameters = run.triggered[0] ?? {};
    }
    const last = await world.run(parameters, ['no connection']);
    expect(last.error).toMatchObject({ code: 'store_unreachable' });
    expect(last.triggered).toEqual([]);
  });

  test('goes on for good once it has beaten', async () => {
    const world = new HopWorld();
    const late = await world.run({}, ['no connection']);
    let run = await world.runNext(late);
    expect(run.triggered[0]?.chainId).not.toContain('~');
    for (let failed = 1; failed < 10; failed += 1) run = await world.run(run.triggered[0], ['no connection']);
    expect(run.error).toBeUndefined();
    expect(run.triggered).toHaveLength(1);
  });
});
