import type { TokenRecord } from '../../src/lifetime';
import { chooseGrant } from '../../src/oauth';
import { ContextPort, StoreEngine } from '../../src/stores';
import { failureOf, fingerprint, recordOf, START } from '../support/token-records';
import { clientConfig, DOWN, issue, refuse, TokenWorld } from '../support/token-world';

let world: TokenWorld;

beforeEach(() => {
  world = new TokenWorld();
});

afterEach(() => {
  jest.restoreAllMocks();
});

/** The refresh tokens that were sent; `undefined` for client credentials. */
function sent(): (string | undefined)[] {
  return world.tokenRequests.map(({ parameters }) => parameters['refresh_token']);
}

describe('chooseGrant', () => {
  const withToken = { ...recordOf('x', START, { refresh_token: 'stored' }), version: 1 };
  const without = { ...recordOf('x', START), version: 1 };
  const configured = clientConfig({ refreshToken: 'configured' });
  const plain = clientConfig();
  const refused = failureOf(START, { code: 'invalid_grant' });

  test.each([
    ['the stored one first', { record: withToken }, configured, true, 'stored'],
    ["the connection's while there is no record", { record: null }, configured, true, 'configured'],
    ["not the connection's once there is a record", { record: without }, configured, true, undefined],
    ['client credentials where there is none', { record: without }, plain, true, undefined],
    ['client credentials at the start', { record: null }, plain, true, undefined],
    ['not a stored one that was refused', { record: withToken, failure: refused }, configured, true, undefined],
    ['a stored one after another failure', { record: withToken, failure: failureOf(START) }, plain, true, 'stored'],
    ["the connection's where the store keeps none", { record: without }, configured, false, 'configured'],
    ['client credentials where the store keeps none', { record: without }, plain, false, undefined],
  ])('%s', (_, stored, config, keeps, expected) => {
    const { name, parameters } = chooseGrant({ ...stored, config, keepsRefreshTokens: keeps });
    const wanted = expected === undefined ? ['client_credentials', {}] : ['refresh_token', { refresh_token: expected }];
    expect([name, parameters]).toEqual(wanted);
  });
});

describe('a refresh token', () => {
  test('from the connection starts the chain of refreshes', async () => {
    world.tokenAnswer = (_, index) => issue(`fresh ${index}`, { refresh_token: `rotated ${index}` });
    const request = { config: clientConfig({ refreshToken: 'configured' }) };
    for (let round = 0; round < 3; round += 1) {
      await world.get(request);
      await world.clock.advanceBy(95_000);
    }
    expect(sent()).toEqual(['configured', 'rotated 0', 'rotated 1']);
  });

  test('is kept when the answer has none', async () => {
    await world.keep('old', 95_000, { refresh_token: 'kept' });
    const { record } = await world.get();
    expect(record.token).toMatchObject({ access_token: 'fresh 1', refresh_token: 'kept' });
    expect((await world.stored()).record?.token.refresh_token).toBe('kept');
    expect(sent()).toEqual(['kept']);
  });

  test('that rotates is committed before the token is handed out', async () => {
    await world.keep('old', 95_000, { refresh_token: 'old one' });
    world.tokenAnswer = () => issue('new', { refresh_token: 'new one' });
    await world.get();
    // The second checkout makes sure of the lease, in a store whose writes land late.
    expect(world.events).toEqual([
      'checkout: "granted"',
      'checkout: "granted"',
      'token request: refresh_token',
      'commit: 2',
    ]);
    expect((await world.stored()).record?.token.refresh_token).toBe('new one');
  });

  test('is not invented for client credentials', async () => {
    await world.get();
    expect((await world.stored()).record?.token).not.toHaveProperty('refresh_token');
  });
});

describe('invalid_grant', () => {
  test('where another worker has rotated it: its token is adopted', async () => {
    await world.keep('old', 95_000, { refresh_token: 'used up' });
    world.tokenAnswer = () => {
      void world.keep("the other worker's", 0, { refresh_token: 'rotated' });
      return refuse('invalid_grant');
    };
    const handedOut = await world.get();
    expect(handedOut).toMatchObject({
      source: 'store',
      refreshed: false,
      stale: false,
      record: { token: { access_token: "the other worker's" } },
    });
    expect(sent()).toEqual(['used up']);
    await expect(
      world.get({ rejected: fingerprint("the other worker's") }, { owner: 'next' }),
    ).resolves.toBeDefined();
  });

  test('where the rotated one is due again: it is refreshed with the newer refresh token', async () => {
    await world.keep('old', 200_000, { refresh_token: 'used up' });
    world.tokenAnswer = (_, index) => {
      if (index > 0) return issue('newest', { refresh_token: 'third' });
      void world.keep('expired as well', 150_000, { refresh_token: 'rotated' });
      return refuse('invalid_grant');
    };
    await expect(world.get()).resolves.toMatchObject({
      refreshed: true,
      record: { token: { access_token: 'newest' }, version: 3 },
    });
    expect(sent()).toEqual(['used up', 'rotated']);
  });

  test('else: client credentials', async () => {
    await world.keep('old', 95_000, { refresh_token: 'revoked' });
    world.tokenAnswer = ({ parameters }) =>
      parameters['grant_type'] === 'refresh_token' ? refuse('invalid_grant') : issue('by client credentials');
    const { record, refreshed } = await world.get();
    expect({ refreshed, token: record.token.access_token }).toEqual({
      refreshed: true,
      token: 'by client credentials',
    });
    expect(sent()).toEqual(['revoked', undefined]);
    expect((await world.stored()).record?.token).not.toHaveProperty('refresh_token');
    // The API sees another identity from now on.
    expect(world.notes).toEqual([expect.stringContaining("the client's own (client credentials), not the user's")]);
  });

  test('else: invalid_grant itself, past expiry', async () => {
    await world.keep('old', 200_000, { refresh_token: 'revoked' });
    world.tokenAnswer = ({ parameters }) =>
      parameters['grant_type'] === 'refresh_token' ? refuse('invalid_grant') : refuse('unauthorized_client');
    await expect(world.get()).rejects.toMatchObject({
      code: 'invalid_grant',
      remedy: expect.stringContaining('Enter a new refresh token') as unknown,
    });
    expect((await world.stored()).record).toMatchObject({
      token: { refresh_token: 'revoked' },
      failure: { code: 'invalid_grant' },
    });
  });

  test('with a valid token: stale, and the refused refresh token is not sent again', async () => {
    await world.keep('valid', 90_000, { refresh_token: 'revoked' });
    world.tokenAnswer = () => refuse('invalid_grant');
    await expect(world.get()).resolves.toMatchObject({ stale: true, warning: { code: 'invalid_grant' } });
    await world.clock.advanceBy(6000);
    await world.get();
    expect(sent()).toEqual(['revoked', undefined, undefined]);
  });

  test('with client credentials down as well: noted as refused, so that it is not sent again', async () => {
    await world.keep('old', 200_000, { refresh_token: 'revoked' });
    world.tokenAnswer = ({ parameters }) =>
      parameters['grant_type'] === 'refresh_token' ? refuse('invalid_grant') : DOWN;
    await expect(world.get()).rejects.toMatchObject({ code: 'invalid_grant', transient: true });
    const sentBefore = sent().length;
    await world.clock.advanceBy(60_000);
    world.tokenAnswer = () => issue('rescued');
    await expect(world.get()).resolves.toMatchObject({ refreshed: true });
    expect(sent().slice(sentBefore)).toEqual([undefined]);
  });
});

test('invalid_grant of client credentials is no refused refresh token where there never was one', async () => {
  world.tokenAnswer = () => ({ status: 400, data: { error: 'invalid_grant', error_description: 'the tenant is locked' } });
  await expect(world.get()).rejects.toMatchObject({ code: 'invalid_grant' });
  await world.clock.advanceBy(60_000);
  await expect(world.get()).rejects.toMatchObject({ message: expect.stringContaining('the tenant is locked') as string });
  await world.clock.advanceBy(60_000);
  world.tokenAnswer = () => issue('at last');
  await expect(world.get()).resolves.toMatchObject({ refreshed: true });
  expect(sent()).toEqual([undefined, undefined, undefined]);
  expect(world.notes).toEqual([]);
});

describe('in a conversation', () => {
  function conversationStore() {
    const context: Record<string, TokenRecord> = {};
    const copies = {
      get: (tokenName: string) => context[tokenName] ?? null,
      put: (tokenName: string, record: TokenRecord) => void (context[tokenName] = record),
    };
    return { context, store: new StoreEngine(new ContextPort(copies, () => world.clock.now()), fingerprint) };
  }

  test('the refresh token stays out of the context, and each refresh starts from the connection', async () => {
    const { context, store } = conversationStore();
    world.tokenAnswer = (_, index) => issue(`fresh ${index}`, { id_token: 'canary-id-token' });
    const request = { config: clientConfig({ refreshToken: 'canary-configured' }) };
    for (let round = 0; round < 2; round += 1) {
      const handedOut = await world.get(request, { store });
      expect(handedOut.warning).toBeUndefined();
      expect(JSON.stringify(context)).not.toContain('canary');
      await world.clock.advanceBy(95_000);
    }
    expect(sent()).toEqual(['canary-configured', 'canary-configured']);
    expect(context['accessToken']).toMatchObject({ token: { access_token: 'fresh 1' }, version: 2 });
  });

  test('a refresh token that rotates is warned of: it is lost', async () => {
    const { context, store } = conversationStore();
    world.tokenAnswer = () => issue('fresh', { refresh_token: 'canary-rotated' });
    const handedOut = await world.get({ config: clientConfig({ refreshToken: 'canary-configured' }) }, { store });
    expect(handedOut).toMatchObject({ refreshed: true, warning: { code: 'refresh_token_not_kept' } });
    expect(JSON.stringify(context)).not.toContain('canary');
  });

  test('the same refresh token in the answer is no rotation', async () => {
    const { store } = conversationStore();
    world.tokenAnswer = () => issue('fresh', { refresh_token: 'the same' });
    const { warning } = await world.get({ config: clientConfig({ refreshToken: 'the same' }) }, { store });
    expect(warning).toBeUndefined();
  });
});
