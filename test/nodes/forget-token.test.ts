import { TransportError } from '../../src/http';
import { readForm } from '../../src/http/form';
import { jsonAnswer } from '../support/recording-transport';
import { ENDPOINT_SECRET } from '../support/store-endpoint';
import { START } from '../support/token-records';
import * as support from './support';

const { CLIENT_SECRET, CONNECTION, COPIES, REFRESH_TOKEN, REVOCATION_URL, run, SHARED } = support;

jest.mock('../../src/http/node-transport', () => jest.requireActual<typeof support>('./support').transportModule);
support.useWorld();

const REVOKING = { revocationUrl: REVOCATION_URL };
const WITH_REFRESH_TOKEN = { ...SHARED, connection: { ...CONNECTION, refreshToken: REFRESH_TOKEN } };

/** Gets a token as a conversation does, and gives its context back. */
async function loggedIn(config: object): Promise<Record<string, unknown>> {
  const { context } = await run('getAccessToken', config);
  expect(context).toHaveProperty(['accessToken', 'access_token']);
  return context;
}

function tokenIn(context: Record<string, unknown>): string {
  return (context['accessToken'] as { access_token: string }).access_token;
}

/** Forgets, and checks that what is told shows no token and no secret. */
async function forget(config: object, context: Record<string, unknown>) {
  const { calls, ...done } = await run('forgetToken', config, { context });
  expect(calls.length).toBeLessThanOrEqual(3);
  for (const secret of ['token-', REFRESH_TOKEN, 'rotated', CLIENT_SECRET, ENDPOINT_SECRET]) expect(JSON.stringify(calls)).not.toContain(secret);
  return { ...done, result: done.context['accessToken'], after: { ...context, ...done.context } };
}

async function stored(): Promise<unknown> {
  const { body } = await support.world.endpoint.operate({ op: 'read', tokenName: 'accessToken' });
  return (body as { record: unknown }).record;
}

function revoked(): unknown[] {
  return support.world.revocations.map(({ body }) => readForm(body as string));
}

describe('without a revocation URL', () => {
  test.each([
    ['a conversation', { connection: CONNECTION }],
    ['the Endpoint', SHARED],
  ])('the token is gone from %s and from the context, and the next one is fresh', async (_, config) => {
    const context = await loggedIn(config);
    const { result, after, logs } = await forget(config, context);
    expect(result).toEqual({ forgotten: true, revoked: false });
    expect(after[COPIES]).toEqual({});
    expect(JSON.stringify(after)).not.toContain('token-1');
    expect(logs).toEqual([]);
    expect(await stored()).toBeNull();
    expect(tokenIn((await run('getAccessToken', config, { context: after })).context)).toBe('token-2');
    expect(support.world.revocations).toEqual([]);
  });

  test('there is nothing to forget the second time, and no write of copies', async () => {
    const { after } = await forget(SHARED, await loggedIn(SHARED));
    const again = await forget(SHARED, after);
    expect(again.context).toEqual({ accessToken: { forgotten: false, revoked: false } });
  });

  test('a token for other settings stays in the store; of copies only those of other names stay', async () => {
    const context = await loggedIn(SHARED);
    const other = { ...SHARED, connection: { ...CONNECTION, scope: 'another' } };
    const { result, after } = await forget({ ...other, ...REVOKING }, { ...context, [COPIES]: { ...(context[COPIES] as object), crm: support.copyOf('mine', 0) } });
    expect(result).toEqual({ forgotten: false, revoked: false });
    expect(await stored()).toMatchObject({ token: { access_token: 'token-1' } });
    expect(Object.keys(after[COPIES] as object)).toEqual(['crm']);
    expect(support.world.revocations).toEqual([]);
    // Nor is its lease left behind.
    expect((await run('refreshIfExpiring', { ...SHARED, rejectedToken: 'token-1' })).branch).toBe('refreshIfExpiringOnRefreshed');
  });
});

describe('with a revocation URL', () => {
  test('the refresh token is revoked first, then the access token, with the client authentication of token requests', async () => {
    support.world.answer = () => support.world.issue({ refresh_token: 'rotated' });
    const config = { ...WITH_REFRESH_TOKEN, ...REVOKING };
    const { result } = await forget(config, await loggedIn(config));
    expect(result).toEqual({ forgotten: true, revoked: true });
    expect(revoked()).toEqual([
      { token: 'rotated', token_type_hint: 'refresh_token' },
      { token: 'token-1', token_type_hint: 'access_token' },
    ]);
    const basic = `Basic ${Buffer.from(`a-client:${CLIENT_SECRET}`).toString('base64')}`;
    for (const { headers } of support.world.revocations) expect(headers).toMatchObject({ authorization: basic });
    // It is forgotten before anybody is asked to revoke it.
    expect(await stored()).toBeNull();
  });

  test.each([
    ['client_secret_post', { clientAuthentication: 'client_secret_post' }, { client_id: 'a-client', client_secret: CLIENT_SECRET }],
    ['none', { clientSecret: undefined, refreshToken: REFRESH_TOKEN }, { client_id: 'a-client' }],
  ])('a client with %s says who it is in the body', async (_, connection, proof) => {
    const config = { ...SHARED, ...REVOKING, connection: { ...CONNECTION, ...connection } };
    await forget(config, await loggedIn(config));
    expect(revoked()).toContainEqual({ token: 'token-1', token_type_hint: 'access_token', ...proof });
  });

  test('the client authentication that was found out goes first; where it was not, the other one is tried', async () => {
    const { world } = support;
    const isPost = (body: unknown) => String(body).includes('client_secret');
    world.answer = () => (isPost(world.tokenRequests.at(-1)?.body) ? world.issue() : jsonAnswer(401, { error: 'invalid_client' }));
    world.revocation = () => (isPost(world.revocations.at(-1)?.body) ? { status: 200, headers: {}, data: '' } : jsonAnswer(401, { error: 'invalid_client' }));
    const config = { ...SHARED, ...REVOKING };
    const first = await loggedIn(config);
    expect((await forget(config, first)).result).toEqual({ forgotten: true, revoked: true });
    expect(world.revocations).toHaveLength(1);
    // A token that somebody else has put in does not say how.
    await jest.advanceTimersByTimeAsync(5000);
    await support.seed('token-9', -5);
    expect((await forget(config, {})).result).toEqual({ forgotten: true, revoked: true });
    expect(world.revocations).toHaveLength(3);
  });

  test('the copy of a token that the store has replaced since is revoked, too', async () => {
    const config = { ...SHARED, ...REVOKING };
    const context = await loggedIn(config);
    await run('refreshIfExpiring', { ...SHARED, rejectedToken: 'token-1' });
    await forget(config, context);
    expect(revoked()).toEqual(['token-2', 'token-1'].map((token) => ({ token, token_type_hint: 'access_token' })));
  });

  test('a login of its own has none: a URL that was left there is not used', async () => {
    const customRequestConnection = { url: support.TOKEN_URL, body: '{"user":"{username}","pass":"{secret}"}', username: 'a-user', secret: CLIENT_SECRET };
    const config = { authentication: 'customRequest', customRequestConnection, ...REVOKING };
    expect((await forget(config, await loggedIn(config))).result).toEqual({ forgotten: true, revoked: false });
    expect(support.world.revocations).toEqual([]);
  });

  test('while somebody refreshes the token, it waits a moment for the refresh token that comes', async () => {
    const { world } = support;
    const config = { ...WITH_REFRESH_TOKEN, ...REVOKING };
    world.answer = () => world.issue({ refresh_token: 'rotated' });
    const context = await loggedIn(config);
    await jest.advanceTimersByTimeAsync(5000);
    world.answer = () => new Promise((resolve) => setTimeout(() => resolve(world.issue({ refresh_token: 'rotated again' })), 1000));
    const refreshing = run('refreshIfExpiring', { ...config, rejectedToken: 'token-1' });
    await jest.advanceTimersByTimeAsync(300);
    const [{ result }] = await Promise.all([forget(config, context), refreshing]);
    expect(result).toEqual({ forgotten: true, revoked: true });
    expect(revoked()[0]).toEqual({ token: 'rotated again', token_type_hint: 'refresh_token' });
    expect(await stored()).toBeNull();
  });

  test('a refresh that takes too long is not waited for, and cannot bring the token back', async () => {
    const { world } = support;
    const config = { ...SHARED, ...REVOKING };
    const context = await loggedIn(config);
    await jest.advanceTimersByTimeAsync(5000);
    world.answer = () => new Promise((resolve) => setTimeout(() => resolve(world.issue()), 7000));
    const refreshing = run('refreshIfExpiring', { ...config, reuseInConversation: false, rejectedToken: 'token-1' });
    await jest.advanceTimersByTimeAsync(300);
    const [{ result }] = await Promise.all([forget(config, context), refreshing]);
    expect(result).toEqual({ forgotten: true, revoked: true });
    expect(await stored()).toBeNull();
  });
});

describe('when the revocation fails, the token is forgotten all the same', () => {
  const OUTAGE = { status: 503, headers: {}, data: 'down' };

  test.each([
    ['an outage', () => OUTAGE, 'revocation_failed', 503, 3],
    ['nothing there', () => Promise.reject(new TransportError('network', 'ECONNREFUSED')), 'revocation_failed', undefined, 3],
    ['another page', () => jsonAnswer(404, {}), 'revocation_failed', 404, 1],
    ['a redirect', () => ({ status: 302, headers: { location: 'https://elsewhere.example.com' }, data: '' }), 'revocation_failed', 302, 1],
    ['a client that is refused', () => jsonAnswer(401, { error: 'invalid_client', error_description: `no ${CLIENT_SECRET}` }), 'invalid_client', 401, 2],
    ['unsupported_token_type', () => jsonAnswer(400, { error: 'unsupported_token_type' }), 'revocation_failed', undefined, 1],
  ])('%s', async (_, answer, code, status, requests) => {
    support.world.revocation = answer;
    const config = { ...SHARED, ...REVOKING };
    const { result, after, logs } = await forget(config, await loggedIn(config));
    const { warning } = result as { warning: { message: string; remedy: string } };
    expect(result).toEqual({ forgotten: true, revoked: false, warning: { code, message: warning.message, remedy: warning.remedy, ...(status === undefined ? {} : { status }) } });
    expect(warning.message).toMatch(/^The (?:revocation endpoint|authorization server) .*\.$/);
    expect(warning.remedy).toMatch(/^[A-Z].{15,}\.$/);
    const told = status === undefined ? '' : ` status=${status}`;
    expect(logs).toEqual([['warn', `[access-token] warn ${code} token=accessToken${told} ${warning.message} ${warning.remedy}`]]);
    expect(support.world.revocations).toHaveLength(requests);
    expect(await stored()).toBeNull();
    expect(JSON.stringify(after)).not.toContain('token-1');
  });

  test('a 503 that passes is tried again when it says, within the time that a node has', async () => {
    const times: number[] = [];
    support.world.revocation = () => {
      times.push(Date.now() - START);
      return times.length > 1 ? { status: 200, headers: {}, data: '' } : { ...OUTAGE, headers: { 'retry-after': '4' } };
    };
    const config = { ...SHARED, ...REVOKING };
    expect((await forget(config, await loggedIn(config))).result).toEqual({ forgotten: true, revoked: true });
    expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(4000);
    support.world.revocation = () => ({ ...OUTAGE, headers: { 'retry-after': '60' } });
    const context = await loggedIn(config);
    const start = Date.now();
    expect((await forget(config, context)).result).toMatchObject({ revoked: false, warning: { status: 503 } });
    expect(Date.now() - start).toBeLessThan(1000);
  });

  test('a server that says the token is invalid has none to revoke', async () => {
    support.world.revocation = () => jsonAnswer(400, { error: 'invalid_token' });
    const config = { ...SHARED, ...REVOKING };
    expect((await forget(config, await loggedIn(config))).result).toEqual({ forgotten: true, revoked: true });
  });

  test('access tokens that a server does not revoke are told to the log, once the refresh token is revoked', async () => {
    const { world } = support;
    world.answer = () => world.issue({ refresh_token: 'rotated' });
    world.revocation = () => (world.revocations.length === 1 ? { status: 200, headers: {}, data: '' } : jsonAnswer(400, { error: 'unsupported_token_type' }));
    const config = { ...WITH_REFRESH_TOKEN, ...REVOKING };
    const { result, logs } = await forget(config, await loggedIn(config));
    expect(result).toEqual({ forgotten: true, revoked: true });
    expect(logs).toEqual([['warn', expect.stringContaining('accepted until it ends')]]);
  });
});

describe('errors', () => {
  test('a transformer of version 0.1 must be pasted anew; the copy is gone all the same', async () => {
    const context = await loggedIn(SHARED);
    support.world.brokenStore = async () => Promise.resolve(jsonAnswer(400, { error: 'invalid_request', field: 'op' }));
    const { result, after, logs } = await forget(SHARED, context);
    expect(result).toMatchObject({ error: { code: 'store_not_installed', status: 400, remedy: expect.stringContaining('paste it into the Endpoint again') as unknown } });
    expect(after[COPIES]).toEqual({});
    expect(logs).toEqual([['error', expect.stringContaining('store_not_installed')]]);
  });

  test('where the store is down nothing is revoked, since the token is still there', async () => {
    const context = await loggedIn({ ...SHARED, ...REVOKING });
    support.world.brokenStore = async () => Promise.reject(new TransportError('network', 'ECONNREFUSED'));
    const { result, after } = await forget({ ...SHARED, ...REVOKING }, context);
    expect(result).toMatchObject({ error: { code: 'store_unreachable' } });
    expect(after[COPIES]).toEqual({});
    expect(support.world.revocations).toEqual([]);
  });

  test('a plain chat Endpoint is no store', async () => {
    support.world.brokenStore = async () => Promise.resolve(jsonAnswer(200, { text: '', data: {} }));
    expect((await forget(SHARED, {})).result).toMatchObject({ error: { code: 'store_not_installed' } });
  });

  test.each([
    ['/oauth2/revoke', 'url_malformed', 'oauth2/revoke.'],
    ['http://login.example.com/revoke', 'insecure_url', 'https'],
    ['https://user:pass@login.example.com/revoke', 'url_malformed', 'oauth2/revoke.'],
  ])('the revocation URL %s: %s, by its label, and nothing is forgotten', async (revocationUrl, code, remedy) => {
    const context = await loggedIn(SHARED);
    const { result } = await forget({ ...SHARED, revocationUrl }, context);
    expect(result).toMatchObject({ error: { code, message: expect.stringContaining('"Revocation URL"') as unknown, remedy: expect.stringContaining(remedy) as unknown } });
    expect(await stored()).not.toBeNull();
    expect((await forget({ ...SHARED, revocationUrl: '' }, context)).result).toMatchObject({ forgotten: true });
  });

  test('a context key that is the copies\' own', async () => {
    const context = await loggedIn(SHARED);
    const { result } = await forget({ ...SHARED, contextKey: COPIES }, context);
    expect(result).toMatchObject({ error: { code: 'result_key_invalid' } });
  });

  test('whatever comes in, it does not throw', async () => {
    for (const config of [{}, null, undefined, { store: 7 }, { tokenName: [] }, { connection: 'text', revocationUrl: {} }]) {
      for (const context of [{}, null]) {
        const { context: written } = await run('forgetToken', config, { context });
        expect(written).toMatchObject({ accessToken: { error: { code: expect.any(String) as unknown } } });
      }
    }
  });
});
