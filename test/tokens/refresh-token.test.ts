import type { RefreshFailure, TokenRecord } from '../../src/lifetime';
import { grantsFor } from '../../src/oauth';
import type { GrantContext } from '../../src/oauth';
import { fingerprint } from '../../src/sha256';
import { ContextPort, StoreEngine } from '../../src/stores';
import { failureOf, recordOf, START } from '../support/token-records';
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

describe('grantsFor', () => {
  const record = { ...recordOf('x', START), version: 1 };
  const withToken = { ...recordOf('x', START, { refresh_token: 'stored' }), version: 1 };
  const seeded = { ...withToken, seeds: [fingerprint('configured')] };
  const reseeded = { ...withToken, seeds: [fingerprint('an earlier one')] };
  const CLIENT = 'the client';

  test.each<[string, Partial<GrantContext>, object, string[]]>([
    ['the configured one starts a record', {}, { refreshToken: 'configured' }, ['configured']],
    ['client credentials where there is none', {}, {}, [CLIENT]],
    ['client credentials where the record has none either', { record }, {}, [CLIENT]],
    ['the stored one', { record: seeded }, { refreshToken: 'configured' }, ['stored']],
    ['the stored one where none is configured', { record: withToken }, {}, ['stored']],
    ['a new configured one, then the stored one', { record: reseeded }, { refreshToken: 'configured' }, ['configured', 'stored']],
    ['a new configured one for a record without', { record }, { refreshToken: 'configured' }, ['configured']],
    ['the stored one first in a record of version 0.1', { record: withToken }, { refreshToken: 'configured' }, ['stored', 'configured']],
    ['one that is both', { record: withToken }, { refreshToken: 'stored' }, ['stored']],
    ['the configured one where the store keeps none', { record: withToken, keepsRefreshTokens: false }, { refreshToken: 'configured' }, ['configured']],
    ['client credentials where the store keeps none', { record: withToken, keepsRefreshTokens: false }, {}, [CLIENT]],
    ['the client in the last place, where that is allowed', { record: seeded }, { refreshToken: 'configured', fallBackToClient: true }, ['stored', CLIENT]],
    ['the client once, where there is nothing else', {}, { fallBackToClient: true }, [CLIENT]],
  ])('%s', (_, context, settings, expected) => {
    const config = clientConfig(settings);
    const namesOf = (failure?: RefreshFailure) =>
      grantsFor({ record: null, keepsRefreshTokens: true, ...context, config }, failure).map(({ name, isSingleUse, parameters }) => {
        expect([name, isSingleUse]).toEqual(parameters['refresh_token'] === undefined ? ['client_credentials', false] : ['refresh_token', true]);
        return parameters['refresh_token'] ?? CLIENT;
      });
    expect(namesOf()).toEqual(expected);
    // One that was refused lets the others go first, and has its turn again.
    for (let attempts = 1; attempts <= 4; attempts += 1) {
      const turn = attempts % expected.length;
      const failure = failureOf(START, { code: 'invalid_grant', attempts });
      expect(namesOf(failure)).toEqual([...expected.slice(turn), ...expected.slice(0, turn)]);
      expect(namesOf({ ...failure, code: 'invalid_client' })).toEqual(expected);
    }
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

  test('else, where that is allowed: client credentials, and the refresh token is tried again the next time', async () => {
    await world.keep('old', 95_000, { refresh_token: 'refused in passing' });
    world.tokenAnswer = ({ parameters }, index) =>
      index === 0 ? refuse('invalid_grant') : issue(parameters['grant_type'] ?? '', { refresh_token: "another's" });
    const config = clientConfig({ fallBackToClient: true });
    const { record, refreshed } = await world.get({ config });
    expect({ refreshed, token: record.token.access_token, grant: record.grant }).toEqual({
      refreshed: true,
      token: 'client_credentials',
      grant: 'client_credentials',
    });
    // The API sees another identity from now on.
    expect(world.notes).toEqual([expect.stringContaining("the token is the client's own (client credentials)")]);
    expect((await world.stored()).record?.token.refresh_token).toBe('refused in passing');
    await world.clock.advanceBy(95_000);
    expect((await world.get({ config })).record).toMatchObject({ token: { access_token: 'refresh_token' }, grant: 'refresh_token' });
    expect(sent()).toEqual(['refused in passing', undefined, 'refused in passing']);
  });

  test('else: never client credentials unasked, which is another identity', async () => {
    await world.keep('old', 200_000, { refresh_token: 'revoked' });
    world.tokenAnswer = ({ parameters }) =>
      parameters['grant_type'] === 'refresh_token' ? refuse('invalid_grant') : issue("the client's");
    for (let round = 0; round < 3; round += 1) {
      await expect(world.get()).rejects.toMatchObject({ code: 'invalid_grant' });
      await world.clock.advanceBy(3600_000);
    }
    expect(sent()).toEqual(['revoked', 'revoked', 'revoked']);
  });

  test('is asked for less and less often: some fifty times in twelve hours', async () => {
    await world.keep('old', 200_000, { refresh_token: 'revoked' });
    world.tokenAnswer = () => refuse('invalid_grant');
    for (let minute = 0; minute < 720; minute += 1) {
      await world.get().catch(() => undefined);
      await world.clock.advanceBy(60_000);
    }
    expect(sent().length).toBeGreaterThan(45);
    expect(sent().length).toBeLessThan(70);
  });

  test('else: invalid_grant itself, past expiry', async () => {
    await world.keep('old', 200_000, { refresh_token: 'revoked' });
    world.tokenAnswer = ({ parameters }) =>
      parameters['grant_type'] === 'refresh_token' ? refuse('invalid_grant') : refuse('unauthorized_client');
    await expect(world.get({ config: clientConfig({ fallBackToClient: true }) })).rejects.toMatchObject({
      code: 'invalid_grant',
      remedy: expect.stringContaining('Enter a new refresh token') as unknown,
    });
    expect((await world.stored()).record).toMatchObject({
      token: { refresh_token: 'revoked' },
      failure: { code: 'invalid_grant' },
    });
  });

  test('with a valid token: stale, and tried again after a pause', async () => {
    await world.keep('valid', 90_000, { refresh_token: 'refused in passing' });
    world.tokenAnswer = (_, index) => (index === 0 ? refuse('invalid_grant') : issue('fresh'));
    await expect(world.get()).resolves.toMatchObject({ stale: true, warning: { code: 'invalid_grant' } });
    await world.clock.advanceBy(6000);
    await expect(world.get()).resolves.toMatchObject({ refreshed: true });
    expect(sent()).toEqual(['refused in passing', 'refused in passing']);
  });

  test('with client credentials down as well: noted as refused, so that they go first the next time', async () => {
    await world.keep('old', 200_000, { refresh_token: 'revoked' });
    world.tokenAnswer = ({ parameters }) =>
      parameters['grant_type'] === 'refresh_token' ? refuse('invalid_grant') : DOWN;
    const config = clientConfig({ fallBackToClient: true });
    await expect(world.get({ config })).rejects.toMatchObject({ code: 'invalid_grant', transient: true });
    const sentBefore = sent().length;
    await world.clock.advanceBy(60_000);
    world.tokenAnswer = () => issue('rescued');
    await expect(world.get({ config })).resolves.toMatchObject({ refreshed: true });
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
      remove: (tokenName: string) => {
        delete context[tokenName];
      },
    };
    return { context, store: new StoreEngine(new ContextPort(copies, () => world.clock.now())) };
  }

  test('the refresh token stays out of the context, and each refresh starts from the connection', async () => {
    const { context, store } = conversationStore();
    world.tokenAnswer = (_, index) => issue(`fresh ${index}`, { id_token: 'canary-id-token' });
    const request = { config: clientConfig({ refreshToken: 'canary-configured' }) };
    for (let round = 0; round < 2; round += 1) {
      const handedOut = await world.get(request, { store });
      expect(handedOut.warning).toBeUndefined();
      expect(world.notes).toHaveLength(round + 1);
      expect(world.notes[round]).toMatch(/If the server rotates it, it is used up for all others/);
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
    // The server has shown that it rotates: the old one would look like theft.
    await world.clock.advanceBy(95_000);
    const request = { config: clientConfig({ refreshToken: 'canary-configured' }) };
    await expect(world.get(request, { store })).resolves.toMatchObject({ stale: true, warning: { code: 'refresh_token_not_kept' } });
    await world.clock.advanceBy(10_000);
    await expect(world.get(request, { store })).rejects.toMatchObject({ code: 'refresh_token_not_kept' });
    expect(sent()).toEqual(['canary-configured']);
    await expect(world.get({ config: clientConfig({ refreshToken: 'canary-new' }) }, { store })).resolves.toMatchObject({ refreshed: true });
    expect(sent()).toEqual(['canary-configured', 'canary-new']);
  });

  test('the same refresh token in the answer is no rotation', async () => {
    const { store } = conversationStore();
    world.tokenAnswer = () => issue('fresh', { refresh_token: 'the same' });
    const { warning } = await world.get({ config: clientConfig({ refreshToken: 'the same' }) }, { store });
    expect(warning).toBeUndefined();
  });
});
