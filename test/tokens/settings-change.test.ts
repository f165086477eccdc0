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

  test('is not handed out while somebody else is refreshing it', async () => {
    await world.get({ config: orders });
    await world.clock.advanceBy(80_000);
    await world.endpoint.operate({ op: 'checkout', tokenName: 'accessToken', owner: 'another', leaseMs: 60_000, refreshPercent: 50 });
    await expect(world.get({ config: payments })).rejects.toMatchObject({ code: 'refresh_in_progress' });
    await expect(world.get({ config: orders })).resolves.toMatchObject({ record: { token: { access_token: 'orders 0' } } });
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

  test('tells nothing of the secret', async () => {
    const { failure } = await world.stored();
    expect(JSON.stringify(failure)).not.toContain('canary');
    expect(failure).toMatchObject({ settings: settingsMark(WRONG) });
  });
});

describe('a token that the server answers again until it ends', () => {
  test('does not live longer for being answered again', async () => {
    world.tokenAnswer = () => issue('always the same', { expires_in: 100 });
    await world.get();
    await world.clock.advanceBy(90_000);
    const { record } = await world.get();
    expect(record).toMatchObject({ isRepeated: true, token: { expires_in: 10 } });
  });
});

test('a store that refuses us is no outage', async () => {
  world.storeFault = () => ({ status: 401, data: { error: 'invalid_endpoint_secret' } });
  await expect(world.get()).rejects.toMatchObject({ code: 'invalid_endpoint_secret' });
});
