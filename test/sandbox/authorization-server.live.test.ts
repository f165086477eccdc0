import axios from 'axios';
import { startAuthorizationServer } from '../../tools/sandbox';
import type { AuthorizationServer, AuthorizationServerStats } from '../../tools/sandbox';
import { bundleProcess } from './support/processes';

const processPath = bundleProcess('authorization-server/process.ts');
const http = axios.create({ validateStatus: () => true, proxy: false });

interface TokenAnswer {
  access_token: string;
  refresh_token?: string;
  expires_in: number;
  scope?: string;
  error?: string;
}

const FORMATS = ['opaque', 'jwt'] as const;
/** Longer than any test takes: where a token is to expire, the server's clock is put ahead. */
const LIFETIME_SECONDS = 7200;
/** By the format of their access tokens; for all tests, which only look at what happens in them. */
const servers = {} as Record<(typeof FORMATS)[number], AuthorizationServer>;

beforeAll(async () => {
  const lifetimes = { accessTokenLifetimeSeconds: LIFETIME_SECONDS, refreshTokenLifetimeSeconds: LIFETIME_SECONDS };
  const client = { clientId: 'a client', clientSecret: 'se:cret/+%' };
  const start = async (accessTokenFormat: (typeof FORMATS)[number]): Promise<void> => {
    servers[accessTokenFormat] = await startAuthorizationServer({ processPath, accessTokenFormat, ...lifetimes, ...client });
  };
  await Promise.all(FORMATS.map(start));
});
afterEach(() => Promise.all(Object.values(servers).map((server) => server.clearFault())));
afterAll(() => Promise.all(Object.values(servers).map((server) => server.close())));

/** Reads what has happened since this was called. */
async function watch(server: AuthorizationServer): Promise<() => Promise<AuthorizationServerStats>> {
  const before = await server.stats();
  return async () => {
    const { tokenRequests, apiCalls, reuseDetections } = await server.stats();
    return {
      tokenRequests: tokenRequests.slice(before.tokenRequests.length),
      apiCalls: {
        accepted: apiCalls.accepted - before.apiCalls.accepted,
        refused: apiCalls.refused - before.apiCalls.refused,
        revoked: apiCalls.revoked - before.apiCalls.revoked,
      },
      reuseDetections: reuseDetections - before.reuseDetections,
    };
  };
}

async function askToken(
  server: AuthorizationServer,
  parameters: Record<string, string>,
  authentication: 'basic' | 'post' | 'wrong' = 'basic',
): Promise<{ status: number; data: TokenAnswer; retryAfter: unknown }> {
  const { clientId, clientSecret } = server.client;
  const body = new URLSearchParams(parameters);
  if (authentication === 'post') {
    body.set('client_id', clientId);
    body.set('client_secret', clientSecret);
  }
  const password = authentication === 'wrong' ? 'wrong' : clientSecret;
  const credentials = `${encodeURIComponent(clientId)}:${encodeURIComponent(password)}`;
  const headers = authentication === 'post' ? {} : { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` };
  const { status, data, headers: answered } = await http.post<TokenAnswer>(server.tokenUrl, body, { headers });
  return { status, data, retryAfter: answered['retry-after'] };
}

function callApi(server: AuthorizationServer, token?: string): Promise<{ status: number; headers: object; data: unknown }> {
  return http.get(server.apiUrl, token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } });
}

/** A token of the server in which one character is another. */
async function forge(server: AuthorizationServer): Promise<string> {
  const { data } = await askToken(server, { grant_type: 'client_credentials' });
  const middle = Math.floor(data.access_token.length / 2);
  const replaced = data.access_token[middle] === 'A' ? 'B' : 'A';
  return data.access_token.slice(0, middle) + replaced + data.access_token.slice(middle + 1);
}

const INVALID = expect.stringMatching(/^Bearer .*error="invalid_token"/) as string;

describe.each(FORMATS)('authorization server with %s access tokens', (accessTokenFormat) => {
  it('gives a client its token, and the protected API accepts it', async () => {
    const server = servers[accessTokenFormat];
    const stats = await watch(server);
    for (const authentication of ['basic', 'post'] as const) {
      const { status, data } = await askToken(server, { grant_type: 'client_credentials', scope: 'hello' }, authentication);
      expect([status, data.expires_in, data.scope, data.refresh_token]).toEqual([200, LIFETIME_SECONDS, 'hello', undefined]);
      expect(data.access_token.split('.')).toHaveLength(accessTokenFormat === 'jwt' ? 3 : 1);
      expect(await callApi(server, data.access_token)).toMatchObject({ status: 200, data: { client_id: 'a client' } });
    }
    expect((await stats()).apiCalls).toEqual({ accepted: 2, refused: 0, revoked: 0 });
  });

  it('refuses a missing, wrong, expired or revoked token at the protected API', async () => {
    const server = servers[accessTokenFormat];
    const stats = await watch(server);
    const without = await callApi(server);
    expect([without.status, without.headers]).toMatchObject([401, { 'www-authenticate': 'Bearer realm="protected-api"' }]);
    for (const other of [await server.issueRefreshToken(), await forge(server)]) {
      expect((await callApi(server, other)).status).toBe(401);
    }
    expect(await callApi(server, 'wrong')).toMatchObject({ status: 401, headers: { 'www-authenticate': INVALID } });

    const { data: expiring } = await askToken(server, { grant_type: 'client_credentials' });
    expect((await callApi(server, expiring.access_token)).status).toBe(200);
    await server.advanceClock(LIFETIME_SECONDS * 1000);
    expect(await callApi(server, expiring.access_token)).toMatchObject({ status: 401, headers: { 'www-authenticate': INVALID } });

    const { data: revoked } = await askToken(server, { grant_type: 'client_credentials' });
    await server.revokeAll();
    expect(await callApi(server, revoked.access_token)).toMatchObject({ status: 401, headers: { 'www-authenticate': INVALID } });
    const { data: later } = await askToken(server, { grant_type: 'client_credentials' });
    expect((await callApi(server, later.access_token)).status).toBe(200);
    const { apiCalls, tokenRequests } = await stats();
    expect(apiCalls).toEqual({ accepted: 2, refused: 6, revoked: 1 });
    expect(tokenRequests.every(({ at }) => at <= Date.now())).toBe(true);
  });

  it('rotates refresh tokens and ends the grant when an old one comes back', async () => {
    const server = servers[accessTokenFormat];
    const stats = await watch(server);
    const refresh = (token = ''): ReturnType<typeof askToken> =>
      askToken(server, { grant_type: 'refresh_token', refresh_token: token });
    const first = await server.issueRefreshToken();
    const second = (await refresh(first)).data;
    expect(second.refresh_token).not.toBe(first);
    const third = (await refresh(second.refresh_token)).data;
    expect((await callApi(server, third.access_token)).status).toBe(200);
    expect(await refresh(first)).toMatchObject({ status: 400, data: { error: 'invalid_grant' } });
    expect(await refresh(third.refresh_token)).toMatchObject({ status: 400, data: { error: 'invalid_grant' } });
    const { reuseDetections, tokenRequests } = await stats();
    expect(reuseDetections).toBe(1);
    expect(tokenRequests.map(({ grantType, status, error }) => [grantType, status, error])).toEqual([
      ['refresh_token', 200, undefined],
      ['refresh_token', 200, undefined],
      ['refresh_token', 400, 'invalid_grant'],
      ['refresh_token', 400, 'invalid_grant'],
    ]);
    // Another grant is not concerned.
    expect((await refresh(await server.issueRefreshToken())).status).toBe(200);
  });
});

describe('authorization server', () => {
  it('refuses wrong credentials, a forbidden scope and an expired refresh token', async () => {
    const server = servers.opaque;
    const wrong = await askToken(server, { grant_type: 'client_credentials' }, 'wrong');
    expect(wrong).toMatchObject({ status: 401, data: { error: 'invalid_client' } });
    const forbidden = await askToken(server, { grant_type: 'client_credentials', scope: 'forbidden' });
    expect(forbidden).toMatchObject({ status: 400, data: { error: 'invalid_scope' } });
    const token = await server.issueRefreshToken();
    await server.advanceClock(LIFETIME_SECONDS * 1000);
    const late = await askToken(server, { grant_type: 'refresh_token', refresh_token: token });
    expect(late).toMatchObject({ status: 400, data: { error: 'invalid_grant' } });
  });

  it('introspects and revokes single tokens', async () => {
    const server = servers.opaque;
    const { data } = await askToken(server, { grant_type: 'client_credentials' });
    const { clientId, clientSecret } = server.client;
    const auth = { username: encodeURIComponent(clientId), password: encodeURIComponent(clientSecret) };
    const body = new URLSearchParams({ token: data.access_token });
    const introspect = async (): Promise<unknown> => (await http.post(server.introspectionUrl, body, { auth })).data;
    expect(await introspect()).toMatchObject({ active: true, client_id: clientId });
    expect((await http.post(server.revocationUrl, body, { auth })).status).toBe(200);
    expect(await introspect()).toEqual({ active: false });
    expect((await callApi(server, data.access_token)).status).toBe(401);
  });

  it('can be down, slow, unreliable or answer nonsense', async () => {
    const server = servers.opaque;
    const stats = await watch(server);
    const ask = (): ReturnType<typeof askToken> => askToken(server, { grant_type: 'client_credentials' });
    await server.setFault({ down: true, retryAfter: '7' });
    expect(await ask()).toMatchObject({ status: 503, retryAfter: '7' });
    await server.setFault({ down: 429 });
    expect((await ask()).status).toBe(429);
    await server.setFault({ down: 'refuse' });
    await expect(ask()).rejects.toThrow(/hang up|ECONNRESET/);
    await server.setFault({ delayMs: 120 });
    const startedAt = performance.now();
    expect((await ask()).status).toBe(200);
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(115);
    await server.setFault({ failRate: 0.5 });
    expect([(await ask()).status, (await ask()).status, (await ask()).status, (await ask()).status]).toEqual([200, 503, 200, 503]);
    await server.setFault({ answer: { status: 200, headers: { 'content-type': 'text/html' }, body: '<html>' } });
    expect(await ask()).toMatchObject({ status: 200, data: '<html>' });
    await server.setFault({ target: 'api', down: true });
    expect((await callApi(server, 'x')).status).toBe(503);
    await server.clearFault();
    expect((await ask()).status).toBe(200);
    const { tokenRequests } = await stats();
    expect(tokenRequests.map(({ status }) => status)).toEqual([503, 429, 0, 200, 200, 503, 200, 503, 200, 200]);
    expect(tokenRequests.every(({ at, answeredAt, grantType }) => answeredAt >= at && grantType === 'client_credentials')).toBe(true);
  });

  it('says why when it can not start', async () => {
    await expect(startAuthorizationServer({ processPath: '/nowhere/server.js' })).rejects.toThrow(/ended: exit code 1/);
  });
});
