import type { HttpRequest } from '../../../src/http';
import type { JsonObject } from '../../../tools/sandbox/json';
import { WaysWorld } from './support/ways-world';
import type { Answer } from './support/ways-world';

const SECRET = 'canary "key" \\ 5e0b&=%+';
const LIFETIME_SECONDS = 1800;
const basic = (id: string) => `Basic ${Buffer.from(`${id}:${SECRET}`).toString('base64')}`;

interface Example {
  /** What is entered in the connection, and in `customRequest` of a configuration file. */
  settings: JsonObject;
  /** The request that the API wants; its body as the API reads it. */
  wanted: { method: string; url: string; headers: Record<string, string>; body?: unknown };
  /** @param now Unix seconds */
  answer: (token: string, now: number) => Omit<Answer, 'status'>;
  /** Where the API does not say how long a token lives. */
  isAssumed?: true;
}

const JSON_TYPE = { 'content-type': 'application/json' };
const FORM_TYPE = { 'content-type': 'application/x-www-form-urlencoded' };

/** APIs that give out tokens in a way of their own, each as its documentation has it. */
const EXAMPLES: Record<string, Example> = {
  'NiCE CXone with an access key': {
    settings: { url: 'https://na1.nice-incontact.com/authentication/v1/token/access-key', body: '{"accessKeyId":"{username}","accessKeySecret":"{secret}"}', username: 'KEY-ID', secret: SECRET },
    wanted: { method: 'POST', url: 'https://na1.nice-incontact.com/authentication/v1/token/access-key', headers: JSON_TYPE, body: { accessKeyId: 'KEY-ID', accessKeySecret: SECRET } },
    answer: (access_token) => ({ body: { access_token, token_type: 'Bearer', expires_in: LIFETIME_SECONDS, refresh_token: 'canary-refresh-token', id_token: 'canary-id-token' } }),
  },
  'a login that answers {"data": {"accessToken", "accessTokenExpire"}}': {
    settings: {
      url: 'https://api.crm.example/login',
      body: '{"user": "{username}", "password": "{secret}"}',
      username: 'bot',
      secret: SECRET,
      tokenPath: 'data.accessToken',
      expiryPath: 'data.accessTokenExpire',
      expiryFormat: 'unix_milliseconds',
    },
    wanted: { method: 'POST', url: 'https://api.crm.example/login', headers: JSON_TYPE, body: { user: 'bot', password: SECRET } },
    answer: (accessToken, now) => ({ body: { data: { accessToken, accessTokenExpire: (now + LIFETIME_SECONDS) * 1000 } } }),
  },
  'one that answers the token as a JSON text': {
    settings: { url: 'https://api.erp.example/token', body: { user: '{username}', password: '{secret}' }, username: 'bot', secret: SECRET },
    wanted: { method: 'POST', url: 'https://api.erp.example/token', headers: JSON_TYPE, body: { user: 'bot', password: SECRET } },
    answer: (token) => ({ body: JSON.stringify(token) }),
    isAssumed: true,
  },
  'one with {"token", "expires"}, a date': {
    settings: {
      url: 'https://api.shop.example/session',
      method: 'PUT',
      headers: 'Content-Type: application/x-www-form-urlencoded',
      body: 'user={username}&password={secret}',
      username: 'bot',
      secret: SECRET,
      tokenPath: 'token',
      expiryPath: 'expires',
      expiryFormat: 'iso',
    },
    wanted: { method: 'PUT', url: 'https://api.shop.example/session', headers: FORM_TYPE, body: { user: 'bot', password: SECRET } },
    answer: (token, now) => ({ body: { token, expires: new Date((now + LIFETIME_SECONDS) * 1000).toISOString() } }),
  },
  'Zoom, with grant_type=account_credentials': {
    settings: { url: 'https://zoom.us/oauth/token', headers: 'Authorization: Basic {basic}', body: 'grant_type=account_credentials&account_id=ACCOUNT', username: 'CLIENT', secret: SECRET },
    wanted: { method: 'POST', url: 'https://zoom.us/oauth/token', headers: { ...FORM_TYPE, authorization: basic('CLIENT') }, body: { grant_type: 'account_credentials', account_id: 'ACCOUNT' } },
    answer: (access_token) => ({ body: { access_token, token_type: 'bearer', expires_in: LIFETIME_SECONDS, scope: 'meeting:read' } }),
  },
  'SAP Ariba, with grant_type=openapi_2lo': {
    settings: { url: 'https://api.ariba.com/v2/oauth/token', headers: { Authorization: 'Basic {basic}' }, body: 'grant_type=openapi_2lo', username: 'CLIENT', secret: SECRET },
    wanted: { method: 'POST', url: 'https://api.ariba.com/v2/oauth/token', headers: { ...FORM_TYPE, authorization: basic('CLIENT') }, body: { grant_type: 'openapi_2lo' } },
    answer: (access_token) => ({ body: { access_token, token_type: 'bearer', expires_in: String(LIFETIME_SECONDS), refresh_token: 'canary-refresh-token' } }),
  },
  'a gateway that wants x-api-key': {
    settings: { url: 'https://gateway.example/token', headers: 'x-api-key: {secret}', body: '{"scope":"all"}', secret: SECRET, tokenPath: 'result[0].jwt', expiryPath: 'result[0].ttl', expiryFormat: 'milliseconds' },
    wanted: { method: 'POST', url: 'https://gateway.example/token', headers: { ...JSON_TYPE, 'x-api-key': SECRET }, body: { scope: 'all' } },
    answer: (jwt) => ({ body: { result: [{ jwt, ttl: LIFETIME_SECONDS * 1000 }] } }),
  },
  'a GET': {
    settings: { url: 'https://legacy.example/token?user={username}&key={secret}', method: 'get', username: 'bot one', secret: SECRET, tokenPath: 'result', expiryPath: 'until', expiryFormat: 'unix' },
    wanted: { method: 'GET', url: `https://legacy.example/token?user=bot%20one&key=${encodeURIComponent(SECRET)}`, headers: {} },
    answer: (result, now) => ({ body: { result, until: now + LIFETIME_SECONDS } }),
  },
};

const world = new WaysWorld();
let issued = 0;

/** A request that is not as it is documented gets no answer. */
function play({ wanted, answer }: Example): void {
  world.play((request, now) => {
    expect(asRead(request)).toEqual({ ...wanted, headers: { accept: 'application/json', ...wanted.headers } });
    issued += 1;
    return answer(`access-${issued}`, now);
  });
}

function asRead({ body, ...request }: HttpRequest): object {
  if (body === '') return request;
  const isJson = request.headers['content-type'] === JSON_TYPE['content-type'];
  return { ...request, body: isJson ? (JSON.parse(body as string) as unknown) : Object.fromEntries(new URLSearchParams(body as string)) };
}

/** A form's fields are texts. */
function asEntered(settings: JsonObject): JsonObject {
  const { headers, body } = settings;
  const lines = typeof headers === 'object' ? { headers: Object.entries(headers ?? {}).map((pair) => pair.join(': ')).join('\n') } : {};
  return { ...settings, ...lines, ...(typeof body === 'object' ? { body: JSON.stringify(body) } : {}) };
}

describe.each(Object.entries(EXAMPLES))('%s', (name, example) => {
  const lifetime = example.isAssumed ? 900 : LIFETIME_SECONDS;

  test('by the connection alone', async () => {
    play(example);
    const config = { authentication: 'customRequest', customRequestConnection: asEntered(example.settings), ...world.storeConfig('endpoint'), tokenName: name, reuseInConversation: false };
    const { branch, result, execution } = await world.run('getAccessToken', config);
    expect(branch).toBe('OnSuccess');
    expect(result).toMatchObject({ access_token: `access-${issued}`, authorization: `Bearer access-${issued}`, grant: 'custom_request', refreshed: true });
    expect(result.expires_in).toBeGreaterThanOrEqual(lifetime - 2);
    expect(result.expires_in).toBeLessThanOrEqual(lifetime);
    expect(result.lifetime_assumed).toBe(example.isAssumed);
    // Due, it is asked for in the same way again, whatever the answer had besides.
    await world.pass(lifetime * 0.95);
    expect(await world.run('refreshIfExpiring', config)).toMatchObject({ branch: 'OnRefreshed', result: { access_token: `access-${issued}` } });
    expect(world.requests).toHaveLength(2);
    expect(JSON.stringify(execution) + world.logs.text()).not.toMatch(/canary/);
  });

  test('by the configuration of the Function alone', async () => {
    play(example);
    const tokenName = `${name} in the Function`;
    const instances = await world.runFunction('function-custom-request.ts', { tokenName, customRequest: asEntered(example.settings) }, 2);
    expect(world.requests).toHaveLength(2);
    expect(world.record(tokenName)).toMatchObject({ token: { access_token: `access-${issued}` }, version: 2 });
    expect(Math.round(world.record(tokenName)?.token.expires_in ?? 0)).toBeGreaterThanOrEqual(lifetime - 1);
    expect(Math.max(...instances.map(({ httpRequests }) => httpRequests))).toBeLessThanOrEqual(5);
    expect(JSON.stringify(instances)).not.toMatch(/canary/);
    // Nodes with the connection that fits use it.
    const config = { authentication: 'customRequest', customRequestConnection: asEntered(example.settings), ...world.storeConfig('endpoint'), tokenName };
    expect(await world.run('getAccessToken', config)).toMatchObject({ branch: 'OnSuccess', result: { source: 'store', access_token: `access-${issued}` } });
  });
});
