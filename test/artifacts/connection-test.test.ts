import type { HttpClient, HttpClientRequest, HttpClientResponse, ResolvedOption } from '../../tools/sandbox';
import { VirtualClock } from '../../tools/sandbox/virtual-clock';
import { jsonResponse } from '../support/ask-transformer';
import { VirtualExtension } from '../support/virtual-extension';
import { inVirtualTime } from '../support/virtual-time';

const TOKEN_URL = 'https://login.example.com/oauth2/token';
const CLIENT_SECRET = 'canary-client-secret-8e21';
const REFRESH_TOKEN = 'canary-refresh-token-8e21';
const CLIENT = { tokenUrl: TOKEN_URL, clientId: 'a-client', clientSecret: CLIENT_SECRET };
/** What a form gives before its resolver is ended. */
const EDITOR_LIMIT_MS = 5000;

const clock = new VirtualClock();
const written: string[] = [];
const extension = new VirtualExtension(
  clock,
  () => Promise.reject(new Error('A form sends nothing by itself.')),
  (_, text) => written.push(text),
);

let sent: HttpClientRequest[];
let answer: () => Promise<HttpClientResponse>;
beforeEach(() => {
  sent = [];
  written.length = 0;
  answer = async () => jsonResponse(200, { access_token: 'canary-access-token-8e21', token_type: 'Bearer', expires_in: 3600 });
});

/** Opens the list of a node's form. No secret is in what it shows, nor in what is written. */
async function tryConnection(config: object, type = 'getAccessToken'): Promise<string> {
  const http: HttpClient = (request) => {
    sent.push(request);
    return answer();
  };
  const resolving = extension.resolveOptions({ type, field: 'connectionTest', config: { ...config } }, http);
  const options: ResolvedOption[] = await inVirtualTime(clock, resolving);
  expect(options).toEqual([{ label: expect.any(String) as string, value: 'tried' }]);
  expect(JSON.stringify([options, written])).not.toContain('canary');
  return options[0]?.label ?? '';
}

test.each(['getAccessToken', 'refreshIfExpiring'])('the form of %s asks for a token once and says how long it lives', async (type) => {
  expect(await tryConnection({ connection: CLIENT }, type)).toBe('OK: a token for 3600 s');
  expect(sent).toMatchObject([{ method: 'POST', url: TOKEN_URL, data: expect.stringContaining('grant_type=client_credentials') as string }]);
});

test.each([
  [{ defaultLifetimeSeconds: 1200 }, 'OK: a token for 1200 s'],
  [{}, 'OK: a token for 900 s (assumed: the server does not say how long it lives)'],
])('where the server does not say how long a token lives, with %j', async (changes, line) => {
  answer = async () => jsonResponse(200, { access_token: 'canary-opaque', token_type: 'Bearer' });
  expect(await tryConnection({ connection: CLIENT, ...changes })).toBe(line);
});

test('a wrong secret: what happened, and what to do', async () => {
  answer = async () => jsonResponse(401, { error: 'invalid_client', error_description: `no ${CLIENT_SECRET}` });
  expect(await tryConnection({ connection: CLIENT })).toBe(
    'invalid_client: The token endpoint answered invalid_client: no [secret]. Check the client ID and the client secret in the connection: they were refused in the header and in the body.',
  );
  expect(sent).toHaveLength(2);
});

test('a refresh token may rotate: it is not sent', async () => {
  expect(await tryConnection({ connection: { ...CLIENT, refreshToken: REFRESH_TOKEN } })).toMatch(/^Not tried: this could use up the refresh token/);
  expect(sent).toEqual([]);
});

test('a client certificate is nothing that a form can send', async () => {
  expect(await tryConnection({ connection: CLIENT, tlsConnection: { caCertificates: 'canary' } })).toMatch(/^Not tried: the editor sends no certificate/);
  expect(sent).toEqual([]);
});

test('without a connection it says which field to fill in', async () => {
  expect(await tryConnection({})).toBe('connection_missing: No connection is chosen in "OAuth2 connection". Choose a connection in the node.');
  expect(sent).toEqual([]);
});

test('a token endpoint that never answers: the line is there before the form gives up', async () => {
  answer = () => new Promise(() => undefined);
  const startedAt = clock.now();
  expect(await tryConnection({ connection: CLIENT })).toMatch(/token_endpoint_unreachable/);
  expect(clock.now() - startedAt).toBeLessThan(EDITOR_LIMIT_MS);
});
