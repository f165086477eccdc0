import { reportOf } from '../../src/errors';
import { TransportError } from '../../src/http';
import type { TokenRecord } from '../../src/lifetime';
import { recordOf, START } from '../support/token-records';
import {
  clientConfig,
  CLIENT_SECRET,
  DEADLINE_MS,
  DOWN,
  issue,
  refuse,
  TokenWorld,
  UNREACHABLE,
} from '../support/token-world';
import type { StoreFault } from '../support/token-world';

let world: TokenWorld;

beforeEach(() => {
  world = new TokenWorld();
});

afterEach(() => {
  jest.restoreAllMocks();
});

describe('the token endpoint is down while the token is valid', () => {
  test.each([
    ['HTTP 503', DOWN, 'token_endpoint_unavailable'],
    ['HTTP 429', { status: 429 }, 'token_endpoint_unavailable'],
    ['no connection', UNREACHABLE, 'token_endpoint_unreachable'],
    ['no answer', 'hang' as const, 'token_endpoint_unreachable'],
    ['a refusal', refuse('invalid_client', 401), 'invalid_client'],
    ['a page', { data: '<html></html>' }, 'token_response_invalid'],
    ['a redirect', { status: 302 }, 'token_endpoint_redirect'],
  ])('%s: the valid token with a warning, and the failure is noted', async (_, answer, code) => {
    const record = await world.keep('valid', 90_000);
    world.tokenAnswer = () => answer;
    const handedOut = await world.get();
    expect(handedOut).toMatchObject({ record, source: 'store', refreshed: false, stale: true, warning: { code } });
    expect((await world.stored()).record?.failure).toMatchObject({ code, attempts: 1 });
    expect(world.tokenRequests).toHaveLength(1);
    expect(world.clock.now()).toBeLessThan(START + 4500);
  });

  test('until retryAt nobody asks it again; then one does', async () => {
    await world.keep('valid', 900_000, { expires_in: 1000 });
    world.tokenAnswer = () => DOWN;
    await world.get();
    const { retryAt } = (await world.stored()).record?.failure ?? { retryAt: 0 };
    expect(retryAt).toBeGreaterThan(world.clock.now());

    const gated = await world.get({}, { owner: 'the next' });
    expect(gated).toMatchObject({ stale: true, warning: { code: 'token_endpoint_unavailable', retryAt } });
    expect(world.tokenRequests).toHaveLength(1);
    expect((await world.stored()).record?.failure?.attempts).toBe(1);

    await world.clock.advanceTo(retryAt);
    await world.get({}, { owner: 'later' });
    expect(world.tokenRequests).toHaveLength(2);
    expect((await world.stored()).record?.failure).toMatchObject({ attempts: 2 });
  });

  test('the gate leaves the lease free', async () => {
    await world.keep('valid', 90_000);
    world.tokenAnswer = () => DOWN;
    await world.get();
    await world.get({}, { owner: 'gated' });
    await world.clock.advanceBy(3000);
    world.tokenAnswer = () => issue('back again');
    await expect(world.get({}, { owner: 'third' })).resolves.toMatchObject({ refreshed: true, stale: false });
  });

  test('Retry-After is kept to', async () => {
    await world.keep('valid', 900_000, { expires_in: 1000 });
    world.tokenAnswer = () => ({ status: 429, headers: { 'retry-after': '60' } });
    await world.get();
    const { retryAt } = (await world.stored()).record?.failure ?? { retryAt: 0 };
    expect(retryAt).toBeGreaterThanOrEqual(START + 60_000);
    await world.clock.advanceTo(START + 59_000);
    await world.get();
    expect(world.tokenRequests).toHaveLength(1);
  });
});

describe('the token endpoint is down past expiry', () => {
  test('the error says what is wrong, after a few tries inside the time', async () => {
    await world.keep('expired', 100_000);
    world.tokenAnswer = () => DOWN;
    await expect(world.get()).rejects.toMatchObject({ code: 'token_endpoint_unavailable', status: 503 });
    expect(world.tokenRequests).toHaveLength(3);
    expect((await world.stored()).record).toMatchObject({
      token: { access_token: 'expired' },
      failure: { attempts: 1 },
    });
  });

  test('a gated execution gets the same error at once, with the time of the next try', async () => {
    world.tokenAnswer = () => DOWN;
    await expect(world.get()).rejects.toMatchObject({ code: 'token_endpoint_unavailable' });
    const { failure } = await world.stored();
    const before = world.clock.now();
    await expect(world.get({}, { owner: 'gated' })).rejects.toMatchObject({
      code: 'token_endpoint_unavailable',
      retryAt: failure?.retryAt,
    });
    expect(world.clock.now() - before).toBeLessThan(100);
    expect(world.tokenRequests).toHaveLength(3);
  });

  test('one that never answers does not break the time limit', async () => {
    world.tokenAnswer = () => 'hang';
    await expect(world.get()).rejects.toMatchObject({ code: 'token_endpoint_unreachable' });
    expect(world.clock.now()).toBeLessThanOrEqual(START + DEADLINE_MS);
  });

  test('a passing outage is overcome', async () => {
    world.tokenAnswer = (_, index) => (index === 0 ? DOWN : issue('second try'));
    await expect(world.get()).resolves.toMatchObject({
      refreshed: true,
      record: { token: { access_token: 'second try' } },
    });
  });
});

describe('the store is down', () => {
  const faults: [string, StoreFault, string][] = [
    ['no connection', UNREACHABLE, 'store_unreachable'],
    ['no answer', new TransportError('timeout'), 'store_timeout'],
    ['HTTP 500', { status: 500 }, 'store_error'],
    ['a plain chat Endpoint', { data: { text: 'hi' } }, 'store_not_installed'],
    ['a wrong secret', { status: 401, data: { error: 'invalid_endpoint_secret' } }, 'invalid_endpoint_secret'],
  ];

  test.each(faults)('%s, with a copy that is valid: the copy, with a warning', async (_, fault, code) => {
    world.storeFault = () => fault;
    const copy: TokenRecord = { ...recordOf('own', START - 95_000), version: 1 };
    await expect(world.get({ copy })).resolves.toMatchObject({
      record: copy,
      source: 'conversation',
      refreshed: false,
      stale: true,
      warning: { code },
    });
    expect(world.tokenRequests).toEqual([]);
  });

  const REFRESH = { config: clientConfig({ refreshToken: 'not to be spent without a store' }) };

  test.each(faults)('%s, without a copy: the error, where a refresh token might be used up', async (_, fault, code) => {
    world.storeFault = () => fault;
    await expect(world.get(REFRESH)).rejects.toMatchObject({ code });
    expect(world.tokenRequests).toEqual([]);
  });

  const outages = faults.filter(([, , code]) => ['store_unreachable', 'store_timeout', 'store_error'].includes(code));

  test.each(outages)('%s, without a copy: client credentials are asked for without it', async (_, fault, code) => {
    world.storeFault = () => fault;
    await expect(world.get()).resolves.toMatchObject({ refreshed: true, source: 'token_endpoint', warning: { code } });
  });

  test('and the token endpoint hangs as well: an error in time', async () => {
    world.storeFault = () => new TransportError('timeout');
    world.tokenAnswer = () => 'hang';
    await expect(world.get()).rejects.toMatchObject({ code: 'store_timeout' });
    expect(world.clock.now() - START).toBeLessThanOrEqual(DEADLINE_MS);
  });

  test('with a copy that has expired: the error', async () => {
    world.storeFault = () => UNREACHABLE;
    const copy: TokenRecord = { ...recordOf('own', START - 100_000), version: 1 };
    await expect(world.get({ ...REFRESH, copy })).rejects.toMatchObject({ code: 'store_unreachable' });
  });
});

describe('commit', () => {
  const faultsAt = (operation: string, faults: StoreFault[]) => {
    world.storeFault = ({ op }) => (op === operation ? faults.shift() : undefined);
  };

  test('a conflict with a valid token of somebody else: theirs is used', async () => {
    await world.keep('expired', 100_000);
    world.tokenAnswer = () => {
      void world.keep("somebody else's", 0);
      return issue('mine');
    };
    const handedOut = await world.get();
    expect(handedOut).toMatchObject({
      source: 'store',
      refreshed: false,
      record: { token: { access_token: "somebody else's" } },
    });
    expect((await world.stored()).record).toMatchObject({ token: { access_token: "somebody else's" }, version: 2 });
  });

  test('a conflict with a token that has expired: ours replaces it', async () => {
    await world.keep('expired', 100_000);
    world.tokenAnswer = () => {
      void world.keep('expired as well', 100_000);
      return issue('mine', { refresh_token: 'rotated' });
    };
    const handedOut = await world.get();
    expect(handedOut).toMatchObject({ refreshed: true, record: { token: { access_token: 'mine' }, version: 3 } });
    expect((await world.stored()).record).toEqual(handedOut.record);
  });

  test('a storage that was lost meanwhile gets our token', async () => {
    await world.keep('expired', 100_000);
    await world.keep('expired too', 100_000, { refresh_token: 'original' });
    world.tokenAnswer = () => {
      world.sessions.clear();
      return issue('mine', { refresh_token: 'rotated' });
    };
    const handedOut = await world.get();
    expect(handedOut).toMatchObject({ refreshed: true, record: { version: 1 } });
    expect((await world.stored()).record).toMatchObject({
      token: { access_token: 'mine', refresh_token: 'rotated' },
      version: 1,
    });
  });

  test('an answer that was lost is made up for: the conflict with our own token is a success', async () => {
    faultsAt('commit', ['answer lost']);
    const handedOut = await world.get();
    expect(world.events.slice(2)).toEqual(['commit: 1', 'commit: "version_conflict"']);
    expect(handedOut).toMatchObject({ refreshed: true, source: 'token_endpoint', record: { version: 1 } });
    expect(handedOut.warning).toBeUndefined();
  });

  test('is tried again after a passing failure', async () => {
    faultsAt('commit', [UNREACHABLE, { status: 503 }]);
    await expect(world.get()).resolves.toMatchObject({ refreshed: true, stale: false });
    expect((await world.stored()).record?.token.access_token).toBe('fresh 1');
  });

  test('that fails for good: the token is handed out, with a warning', async () => {
    faultsAt('commit', [UNREACHABLE, UNREACHABLE, UNREACHABLE, UNREACHABLE]);
    const handedOut = await world.get();
    expect(handedOut).toMatchObject({
      refreshed: true,
      stale: false,
      source: 'token_endpoint',
      record: { token: { access_token: 'fresh 1' } },
      warning: { code: 'store_unreachable' },
    });
    expect(world.operations.filter(({ op }) => op === 'commit')).toHaveLength(3);
    expect(world.clock.now()).toBeLessThanOrEqual(START + DEADLINE_MS);
  });

  test('that is refused is not repeated', async () => {
    faultsAt('commit', [{ status: 400, data: { error: 'invalid_request', field: 'record' } }]);
    await expect(world.get()).resolves.toMatchObject({ refreshed: true, warning: { code: 'store_error' } });
    expect(world.operations.filter(({ op }) => op === 'commit')).toHaveLength(1);
  });
});

test("a lease that can't be freed is a note, no error", async () => {
  await world.keep('valid', 90_000);
  world.tokenAnswer = () => DOWN;
  world.storeFault = ({ op }) => (op === 'release' ? UNREACHABLE : undefined);
  await expect(world.get()).resolves.toMatchObject({ stale: true, warning: { code: 'token_endpoint_unavailable' } });
  expect(world.notes).toEqual([
    'lease_not_freed: The refresh lease could not be freed: The store did not answer: network (ECONNREFUSED).',
  ]);
});

test('no secret in an error, a warning or a note, whatever the token endpoint says', async () => {
  const echo = { error: 'invalid_client', error_description: `${CLIENT_SECRET} is wrong; try refresh-canary-token` };
  world.tokenAnswer = () => ({ status: 401, data: echo });
  const stored = await world.keep('valid', 90_000, { refresh_token: 'refresh-canary-token' });
  const { warning } = await world.get();
  expect(JSON.stringify([warning?.message, warning && reportOf(warning), world.notes])).not.toMatch(/canary/);
  expect(stored.token.refresh_token).toBe('refresh-canary-token');
});
