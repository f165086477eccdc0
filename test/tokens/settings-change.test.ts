import { boundTo, settingsMark } from '../../src/oauth';
import { fingerprint } from '../../src/sha256';
import { clientConfig, issue, refuse, TokenWorld } from '../support/token-world';

let world: TokenWorld;

beforeEach(() => {
  world = new TokenWorld();
});

afterEach(() => {
  jest.restoreAllMocks();
});

function sent(): (string | undefined)[] {
  return world.tokenRequests.map(({ parameters }) => parameters['refresh_token']);
}

describe('what a token is for', () => {
  const plain = clientConfig({ scope: 'read write', audience: 'api', extraParameters: 'a=1&b=2' });

  test.each<[string, object]>([
    ['the token URL', { tokenUrl: 'https://other.example.com/token' }],
    ['the client', { clientId: 'another' }],
    ['the scope', { scope: 'read' }],
    ['the audience', { audience: 'another' }],
    ['an extra parameter', { extraParameters: 'a=1&b=3' }],
  ])('depends on %s', (_, changed) => {
    const other = clientConfig({ scope: 'read write', audience: 'api', extraParameters: 'a=1&b=2', ...changed });
    expect(boundTo(other)).not.toBe(boundTo(plain));
    expect(settingsMark(other)).not.toBe(settingsMark(plain));
  });

  test.each<[string, object]>([
    ['the order of scopes', { scope: 'write  read' }],
    ['the order and form of extra parameters', { extraParameters: { b: 2, a: '1' } }],
  ])('does not depend on %s', (_, changed) => {
    const same = clientConfig({ scope: 'read write', audience: 'api', extraParameters: 'a=1&b=2', ...changed });
    expect([boundTo(same), settingsMark(same)]).toEqual([boundTo(plain), settingsMark(plain)]);
  });

  test.each<[string, object]>([
    ['the secret', { clientSecret: 'canary-of-another-secret' }],
    ['the refresh token', { refreshToken: 'canary-of-a-refresh-token' }],
    ['the client authentication', { clientAuthentication: 'client_secret_basic' }],
  ])('does not depend on %s, by which alone a refresh can fail', (_, changed) => {
    const other = clientConfig({ scope: 'read write', audience: 'api', extraParameters: 'a=1&b=2', ...changed });
    expect(boundTo(other)).toBe(boundTo(plain));
    expect(settingsMark(other)).not.toBe(settingsMark(plain));
  });

  test('is 16 hex digits', () => {
    expect([boundTo(plain), settingsMark(plain)]).toEqual([expect.stringMatching(/^[0-9a-f]{16}$/), expect.stringMatching(/^[0-9a-f]{16}$/)]);
  });
});

describe('a token under a name that two settings use', () => {
  const orders = clientConfig({ scope: 'orders' });
  const payments = clientConfig({ scope: 'payments' });

  beforeEach(() => {
    world.tokenAnswer = ({ parameters: { scope = '' } }, index) => issue(`${scope} ${index}`);
  });

  test('is never handed out to the other, and each is told', async () => {
    await expect(world.get({ config: orders })).resolves.toMatchObject({ record: { token: { access_token: 'orders 0' } } });
    const second = await world.get({ config: payments });
    expect(second).toMatchObject({ record: { token: { access_token: 'payments 1' } }, warning: { code: 'token_name_in_use' } });
    const third = await world.get({ config: orders });
    expect(third).toMatchObject({ record: { token: { access_token: 'orders 2' } }, warning: { code: 'token_name_in_use' } });
  });

  test('is told of once where the setting has only been changed', async () => {
    await world.get({ config: orders });
    await world.get({ config: payments });
    const { warning, source } = await world.get({ config: payments });
    expect([warning, source]).toEqual([undefined, 'store']);
  });

  test('is not handed out where its own is refused', async () => {
    await world.get({ config: orders });
    world.tokenAnswer = () => refuse('invalid_scope');
    await expect(world.get({ config: payments })).rejects.toMatchObject({ code: 'invalid_scope' });
  });

  test('is not handed out while somebody else is refreshing it', async () => {
    await world.get({ config: orders });
    await world.clock.advanceBy(80_000);
    await world.endpoint.operate({ op: 'checkout', tokenName: 'accessToken', owner: 'another', leaseMs: 60_000, refreshPercent: 50 });
    await expect(world.get({ config: payments })).rejects.toMatchObject({ code: 'refresh_in_progress' });
    await expect(world.get({ config: orders })).resolves.toMatchObject({ record: { token: { access_token: 'orders 0' } } });
  });

  test('leaves its refresh token unused', async () => {
    world.tokenAnswer = (_, index) => issue(`fresh ${index}`, { refresh_token: `rotated ${index}` });
    await world.get({ config: clientConfig({ scope: 'orders', refreshToken: 'of orders' }) });
    await world.get({ config: clientConfig({ scope: 'payments' }) });
    expect(sent()).toEqual(['of orders', undefined]);
  });

  test("a record that does not say what it is for, as version 0.1 wrote, is anybody's", async () => {
    await world.keep('of version 0.1', 10_000);
    await expect(world.get({ config: payments })).resolves.toMatchObject({ source: 'store', record: { token: { access_token: 'of version 0.1' } } });
  });

  test('is not taken from somebody else who refreshed it meanwhile', async () => {
    await world.get({ config: orders });
    await world.clock.advanceBy(95_000);
    world.tokenAnswer = () => {
      const foreign = { ...clientConfig({ scope: 'payments' }) };
      const record = { token: { access_token: 'of payments', token_type: 'Bearer', expires_in: 100 }, timestamp: Math.floor(world.clock.now() / 1000), boundTo: boundTo(foreign) };
      void world.endpoint.operate({ op: 'commit', tokenName: 'accessToken', owner: 'another', ifVersion: 1, record });
      return issue('mine');
    };
    await expect(world.get({ config: orders })).resolves.toMatchObject({ record: { token: { access_token: 'mine' } } });
  });
});

describe('a new refresh token', () => {
  test('takes the place of a stored one that is dead, and is used once', async () => {
    world.tokenAnswer = ({ parameters }, index) =>
      parameters['refresh_token'] === 'dead' ? refuse('invalid_grant') : issue(`fresh ${index}`, { refresh_token: `rotated ${index}` });
    await world.keep('old', 200_000, { refresh_token: 'dead' });
    await expect(world.get({ config: clientConfig({ refreshToken: 'the first' }) })).resolves.toBeDefined();
    await world.clock.advanceBy(95_000);
    const config = clientConfig({ refreshToken: 'the second' });
    for (let round = 0; round < 2; round += 1) {
      await expect(world.get({ config })).resolves.toMatchObject({ refreshed: true });
      await world.clock.advanceBy(95_000);
    }
    // Of a record of version 0.1 nobody knows what it has started from.
    expect(sent()).toEqual(['dead', 'the first', 'the second', 'rotated 2']);
    expect((await world.stored()).record?.seeds).toEqual([fingerprint('the first'), fingerprint('the second')]);
  });

  test('is tried at once, however long the pause after the dead one is', async () => {
    world.tokenAnswer = ({ parameters }) => (parameters['refresh_token'] === 'new' ? issue('fresh') : refuse('invalid_grant'));
    for (let round = 0; round < 10; round += 1) {
      await world.get({ config: clientConfig({ refreshToken: 'dead' }) }).catch(() => undefined);
      await world.clock.advanceBy(600_000);
    }
    await world.get({ config: clientConfig({ refreshToken: 'dead' }) }).catch(() => undefined);
    await expect(world.get({ config: clientConfig({ refreshToken: 'dead' }) })).rejects.toMatchObject({
      message: expect.stringContaining('the next try is allowed in') as unknown,
    });
    await expect(world.get({ config: clientConfig({ refreshToken: 'new' }) })).resolves.toMatchObject({ refreshed: true });
  });

  test('that is refused leaves the stored one in use', async () => {
    world.tokenAnswer = ({ parameters }, index) => (parameters['refresh_token'] === 'mistyped' ? refuse('invalid_grant') : issue(`fresh ${index}`));
    await world.get({ config: clientConfig({ refreshToken: 'the first' }) });
    await world.clock.advanceBy(95_000);
    await expect(world.get({ config: clientConfig({ refreshToken: 'mistyped' }) })).resolves.toMatchObject({ refreshed: true });
    expect(sent()).toEqual(['the first', 'mistyped', 'the first']);
  });
});

describe('a failure', () => {
  const WRONG = clientConfig({ clientSecret: 'canary-mistyped-secret' });

  beforeEach(async () => {
    world.tokenAnswer = () => refuse('invalid_client');
    for (let round = 0; round < 8; round += 1) {
      await world.get({ config: WRONG }).catch(() => undefined);
      await world.clock.advanceBy(61_000);
    }
    await world.get({ config: WRONG }).catch(() => undefined);
    world.tokenRequests.length = 0;
  });

  test('keeps those away whose settings have failed', async () => {
    await expect(world.get({ config: WRONG })).rejects.toMatchObject({ message: expect.stringContaining('the next try is allowed in') as unknown });
    expect(world.tokenRequests).toEqual([]);
  });

  test('does not stand for settings that were mended since', async () => {
    world.tokenAnswer = () => issue('fresh');
    await expect(world.get()).resolves.toMatchObject({ refreshed: true });
  });

  test('tells nothing of the secret', async () => {
    const { failure } = await world.stored();
    expect(JSON.stringify(failure)).not.toContain('canary');
    expect(failure).toMatchObject({ settings: settingsMark(WRONG) });
  });
});

test.each(['unauthorized_client', 'unsupported_grant_type'])('after %s client credentials are asked for once an hour in the end', async (error) => {
  world.tokenAnswer = () => refuse(error);
  for (let minute = 0; minute < 1440; minute += 1) {
    await world.get().catch(() => undefined);
    await world.clock.advanceBy(60_000);
  }
  const late = world.tokenRequests.filter(({ at }) => at > world.clock.now() - 12 * 3600_000);
  expect(late.length).toBeGreaterThanOrEqual(11);
  expect(late.length).toBeLessThanOrEqual(18);
});

describe('a token that the server answers again until it ends', () => {
  test('is asked for once before, and once when it ends', async () => {
    let issuedAt = -1;
    world.tokenAnswer = () => {
      const now = world.clock.now();
      if (issuedAt < 0 || now - issuedAt >= 100_000) issuedAt = now;
      return issue(`issued at ${issuedAt}`, { expires_in: Math.floor((issuedAt + 100_000 - now) / 1000) });
    };
    const failed: unknown[] = [];
    for (let second = 0; second < 500; second += 1) {
      await world.get().catch((thrown: unknown) => failed.push(thrown));
      await world.clock.advanceBy(1000);
    }
    expect(failed).toEqual([]);
    expect(world.tokenRequests.length).toBeLessThanOrEqual(15);
  });

  test('does not live longer for being answered again', async () => {
    world.tokenAnswer = () => issue('always the same', { expires_in: 100 });
    await world.get();
    await world.clock.advanceBy(90_000);
    const { record } = await world.get();
    expect(record).toMatchObject({ isRepeated: true, token: { expires_in: 10 } });
  });
});

describe('a token that has expired on arrival', () => {
  test('is asked for once more', async () => {
    world.tokenAnswer = (_, index) => issue(`fresh ${index}`, { expires_in: index === 0 ? 0 : 100 });
    await expect(world.get()).resolves.toMatchObject({ record: { token: { access_token: 'fresh 1' } } });
  });

  test('has the default lifetime then', async () => {
    world.tokenAnswer = (_, index) => issue(`fresh ${index}`, { expires_in: -1 });
    const { record } = await world.get({ config: clientConfig({ defaultLifetimeSeconds: 60 }) });
    expect(record.token).toMatchObject({ access_token: 'fresh 1', expires_in: 60 });
    expect(world.tokenRequests).toHaveLength(2);
  });

  test('is an error without one', async () => {
    world.tokenAnswer = () => issue('fresh', { expires_in: 0 });
    await expect(world.get()).rejects.toMatchObject({ code: 'token_already_expired', remedy: expect.stringContaining('default lifetime') as unknown });
    expect(world.tokenRequests).toHaveLength(2);
  });

  test('costs no refresh token: the new one is kept, and the old one not sent again', async () => {
    world.tokenAnswer = (_, index) => issue(`fresh ${index}`, { expires_in: index === 0 ? 0 : 100, refresh_token: `rotated ${index}` });
    const config = clientConfig({ refreshToken: 'the first' });
    await expect(world.get({ config })).rejects.toMatchObject({ code: 'token_already_expired' });
    await world.clock.advanceBy(6000);
    await expect(world.get({ config })).resolves.toMatchObject({ refreshed: true });
    expect(sent()).toEqual(['the first', 'rotated 0']);
  });
});

test('a lifetime that nobody states is a quarter of an hour, and that is said', async () => {
  world.tokenAnswer = () => issue('fresh', { expires_in: undefined });
  const { record } = await world.get();
  expect(record.token).toMatchObject({ expires_in: 900, lifetime_assumed: true });
  expect(world.notes).toEqual([expect.stringContaining('900 s are assumed')]);
});

test('a store that refuses us is no outage', async () => {
  world.storeFault = () => ({ status: 401, data: { error: 'invalid_endpoint_secret' } });
  await expect(world.get()).rejects.toMatchObject({ code: 'invalid_endpoint_secret' });
});
