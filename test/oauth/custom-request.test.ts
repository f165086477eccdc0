/** A login of the API's own, as its connection describes it. */
import fc from 'fast-check';

import { isAccessTokenError } from '../../src/errors';
import { boundTo, grantsFor, parseTokenResponse, secretsOf } from '../../src/oauth';
import type { HttpRequest, HttpResponse } from '../../src/http';
import { customRequestConfig } from '../../src/oauth/ways/custom-request';
import type { CustomRequestSettings } from '../../src/settings/custom-request';
import { readHeaders } from '../../src/settings/custom-request';
import { anyText } from '../support/any-text';
import { jsonAnswer } from '../support/recording-transport';
import { thrownBy } from '../support/thrown-by';
import { requestOf } from '../support/token-endpoint';
import { START } from '../support/token-records';

const NOW = START / 1000;
const URL = 'https://api.example.com/login';
const NASTY = `"\\&+% ü😀'<{secret}{username}{basic}$&`;
const NASTY_SECRET = `"\\&+% =/'<{secret}{username}$&`;

function configOf(settings: CustomRequestSettings = {}) {
  return customRequestConfig({ url: URL, ...settings }, {});
}

function grantOf(settings: CustomRequestSettings = {}) {
  return grantsFor({ config: configOf(settings), record: null, keepsRefreshTokens: true })[0];
}

async function sent(settings: CustomRequestSettings = {}): Promise<HttpRequest> {
  return requestOf(configOf(settings), grantOf(settings));
}

function read(answer: HttpResponse, settings: CustomRequestSettings = {}) {
  const { name, protocol } = grantOf(settings);
  const secrets = secretsOf(configOf(settings), grantOf(settings));
  return parseTokenResponse(answer, { timestamp: NOW, now: START, secrets, grant: name, protocol });
}

const asJson = (body: unknown, headers: Record<string, string> = {}) => jsonAnswer(200, body, headers);
const asText = (data: string): HttpResponse => ({ status: 200, headers: { 'content-type': 'text/plain' }, data });

describe('the request', () => {
  test('is a POST of JSON where the body looks like it', async () => {
    expect(await sent({ body: '{"user":"{username}","key":"{secret}"}', username: 'me', secret: 'canary' })).toEqual({
      method: 'POST',
      url: URL,
      headers: { accept: 'application/json', 'content-type': 'application/json' },
      body: '{"user":"me","key":"canary"}',
    });
  });

  test('may be a GET without a body', async () => {
    const headers = { accept: 'application/json', 'x-api-key': 'canary' };
    expect(await sent({ method: 'get', headers: 'X-Api-Key: {secret}', secret: 'canary' })).toEqual({ method: 'GET', url: URL, headers, body: '' });
  });

  test('takes an object for JSON', async () => {
    expect((await sent({ body: { user: '{username}' }, username: 'a"b' })).body).toBe('{"user":"a\\"b"}');
  });

  test.each([
    ['{username}', 'application/x-www-form-urlencoded'],
    ['{secret}={username}', 'application/x-www-form-urlencoded'],
    ['user={username}', 'application/x-www-form-urlencoded'],
    [' [{"a":1}]', 'application/json'],
    ['{"a":1}', 'application/json'],
  ])('of the body %s has the type %s', async (body, type) => {
    expect((await sent({ body, username: 'a', secret: 'b' })).headers['content-type']).toBe(type);
  });

  describe.each([
    ['JSON', 'application/json; charset=utf-8', '{"u":"{username}","p":"{secret}"}', (body: string) => JSON.parse(body) as object],
    ['JSON of its own kind', 'application/vnd.api+json', '{"u":"{username}","p":"{secret}"}', (body: string) => JSON.parse(body) as object],
    ['a form', 'application/x-www-form-urlencoded', 'u={username}&p={secret}', (body: string) => Object.fromEntries(new URLSearchParams(body))],
    ['text', 'text/plain', '{username}\n{secret}', (body: string) => ({ u: body.split('\n')[0], p: body.split('\n')[1] })],
  ])('in %s', (_, type, body, parse) => {
    test('user name and secret arrive as they are, whatever is in them', async () => {
      const { body: written } = await sent({ headers: `content-type: ${type}`, body, username: NASTY, secret: NASTY_SECRET });
      expect(parse(written as string)).toEqual({ u: NASTY, p: NASTY_SECRET });
    });
  });

  test('in the URL, too', async () => {
    const { url } = await sent({ url: `${URL}/{username}?key={secret}`, username: NASTY, secret: NASTY_SECRET });
    const { pathname, searchParams } = new globalThis.URL(url);
    expect(decodeURIComponent(pathname)).toBe(`/login/${NASTY}`);
    expect(searchParams.get('key')).toBe(NASTY_SECRET);
  });

  test('has HTTP Basic where that is wanted: RFC 7617, in UTF-8', async () => {
    const { headers } = await sent({ headers: 'Authorization: Basic {basic}', username: 'jö', secret: 'canary:&' });
    expect(headers['authorization']).toBe(`Basic ${Buffer.from('jö:canary:&').toString('base64')}`);
  });

  test('refuses a user name that no header takes, and does not tell it', async () => {
    const error = await thrownBy(() => configOf({ headers: 'x-user: {username}', username: 'canary\r\nx-evil: 1' }));
    expect(error).toMatchObject({ code: 'custom_request_invalid', field: 'username' });
    expect(error.message).not.toContain('canary');
  });

  test.each<[CustomRequestSettings, string, string]>([
    [{ method: 'DELETE' }, 'custom_request_invalid', 'method'],
    [{ expiryFormat: 'minutes' }, 'custom_request_invalid', 'expiryFormat'],
    [{ url: '' }, 'url_missing', 'url'],
    [{ url: 'http://api.example.com' }, 'insecure_url', 'url'],
    [{ secret: 'a\nb' }, 'configuration_invalid', 'secret'],
  ])('%j is refused: %s', async (settings, code, field) => {
    expect(await thrownBy(() => configOf(settings))).toMatchObject({ code, field });
  });
});

describe('headers', () => {
  const parse = (value: unknown) => readHeaders(value, { field: 'headers' });

  test.each<[unknown, Record<string, string>]>([
    ['X-Api-Key: abc', { 'x-api-key': 'abc' }],
    ['a: 1\nB : two words \r\n\n c:3', { a: '1', b: 'two words', c: '3' }],
    ['a: 1\\nb: 2\\r\\nc: 3\\n', { a: '1', b: '2', c: '3' }],
    ['x-path: C:\\new\\nothing', { 'x-path': 'C:\\new\\nothing' }],
    ['a: b:c', { a: 'b:c' }],
    [{ 'X-Api-Key': ' abc ', b: '2' }, { 'x-api-key': 'abc', b: '2' }],
    ['', {}],
    [undefined, {}],
    [{}, {}],
  ])('%j', (value, headers) => {
    expect(parse(value)).toEqual(headers);
  });

  test.each<[unknown, number]>([
    ['a: 1\ncanary', 2],
    ['canary', 1],
    ['a:', 1],
    [': canary', 1],
    ['a b: canary', 1],
    ['a: canäry', 1],
    [{ a: '1', b: { c: 'canary' } }, 2],
    [{ a: 'canary\nb: 2' }, 1],
  ])('%j: line %d is no header, and its value is not told', async (value, line) => {
    const error = await thrownBy(() => parse(value));
    expect(error).toMatchObject({ code: 'custom_request_invalid', field: 'headers' });
    expect(error.message).toBe(`Line ${line} of "headers" is not "Name: value".`);
  });
});

describe('the token', () => {
  test.each<[string, unknown, string | undefined]>([
    ['by its name in OAuth', { access_token: 'found' }, undefined],
    ['by a name', { token: 'found' }, 'token'],
    ['in an object', { data: { accessToken: 'found' } }, 'data.accessToken'],
    ['in a list', { sessions: [{ id: 'found' }] }, 'sessions[0].id'],
    ['in a list, with dots only', { sessions: [{ id: 'found' }] }, 'sessions.0.id'],
    ['in a list that is the answer', [{ id: 'found' }], '[0].id'],
    ['beside an error that says there is none', { error: 'none', access_token: 'found' }, undefined],
    ['beside false', { error: false, token: 'found' }, 'token'],
    ['as a bare JSON string', 'found', undefined],
  ])('%s', (_, answer, tokenPath) => {
    expect(read(asJson(answer), { tokenPath }).access_token).toBe('found');
  });

  test.each(['found', ' found\r\n', '\ufefffound'])('as a text: %j', (data) => {
    expect(read(asText(data)).access_token).toBe('found');
  });

  test.each<[string, HttpResponse, string]>([
    ['a page', asText('<html><body>Log-in</body></html>'), 'access_token_missing'],
    ['a page with line ends', asText('<!doctype html>\n<title>Log in</title>'), 'access_token_missing'],
    ['a sentence', asText('Wrong user name or password'), 'access_token_missing'],
    ['a sentence as JSON', asJson('Wrong user name or password'), 'access_token_missing'],
    ['nothing', asText(''), 'access_token_missing'],
    ['no data at all', { status: 200, headers: {}, data: undefined }, 'access_token_missing'],
    ['null', asJson(null), 'access_token_missing'],
    ['a number', asJson(5), 'access_token_missing'],
    ['an object without one', asJson({ token: 'found' }), 'access_token_missing'],
    ['what only objects inherit', asJson({}), 'access_token_missing'],
    ['a redirect', { status: 302, headers: {}, data: '' }, 'token_endpoint_redirect'],
    ['a refusal', jsonAnswer(401, { message: 'no' }), 'invalid_client'],
    ['an outage', jsonAnswer(503, {}), 'token_endpoint_unavailable'],
  ])('is not in %s: %s', async (_, answer, code) => {
    expect((await thrownBy(() => read(answer))).code).toBe(code);
    if (code === 'access_token_missing') expect((await thrownBy(() => read(answer, { tokenPath: 'constructor.name' }))).code).toBe(code);
  });

  test("an error in its place is told in the server's own words", async () => {
    const { message } = await thrownBy(() => read(asJson({ error: 'Locked out.', data: null }), { tokenPath: 'data.token' }));
    expect(message).toBe('The token endpoint answered without an access token: Locked out.');
  });

  test('comes without other secrets, and once', () => {
    const data = { accessToken: 'found', refreshToken: 'canary-1', tenant: 'a', deep: [{ id_token: 'canary-2', password: 'canary-3' }] };
    const token = read(asJson({ data, refresh_token: 'canary-4', session: { refresh: 'canary-5' } }), { tokenPath: 'data.accessToken' });
    expect(token).toMatchObject({ access_token: 'found', data: { tenant: 'a' } });
    expect(JSON.stringify(token)).not.toContain('canary');
    expect(JSON.stringify(token).match(/found/g)).toHaveLength(1);
  });
});

describe('how long it lives', () => {
  const PATHS = { tokenPath: 'token', expiryPath: 'data.expiry' };
  const lifetime = (expiry: unknown, settings: CustomRequestSettings, headers = {}) =>
    read(asJson({ token: 'found', data: { expiry } }, headers), { ...PATHS, ...settings });

  test.each<[string | undefined, unknown, number]>([
    [undefined, 600, 600],
    ['seconds', '600', 600],
    ['milliseconds', 600_000, 600],
    ['milliseconds', '600000', 600],
    ['unix', NOW + 600, 600],
    ['unix', String(NOW + 600), 600],
    ['unix_milliseconds', START + 600_000, 600],
    ['unix_milliseconds', String(START + 600_000), 600],
    ['iso', '2030-01-01T00:10:00Z', 600],
    ['iso', '2030-01-01T00:10:00.0000000Z', 600],
    ['iso', '2030-01-01T01:10:00+01:00', 600],
    ['iso', '2030-01-01T00:10:00', 600],
    ['iso', '2030-01-01T00:10:00.500', 600.5],
    ['iso', '2030-01-01 00:10:00', 600],
    ['iso', 'Tue, 01 Jan 2030 00:10:00 GMT', 600],
    ['ISO', '2030-01-01T00:10:00Z', 600],
    ['unix', NOW - 5, -5],
    ['seconds', 0, 0],
  ])('%s: %j', (expiryFormat, expiry, seconds) => {
    const token = lifetime(expiry, { expiryFormat });
    expect(token.expires_in).toBeCloseTo(seconds, 3);
    expect(token).not.toHaveProperty('lifetime_assumed');
  });

  test.each([
    ['unix', NOW + 600],
    ['unix_milliseconds', START + 600_000],
    ['iso', '2030-01-01T00:10:00Z'],
  ])("%s goes by the server's clock where it says so", (expiryFormat, expiry) => {
    expect(lifetime(expiry, { expiryFormat }, { date: 'Tue, 01 Jan 2030 00:01:00 GMT' }).expires_in).toBe(540);
  });

  test.each(['seconds', 'milliseconds', 'unix', 'unix_milliseconds', 'iso'])('%s: what is no time says nothing', (expiryFormat) => {
    for (const expiry of [undefined, null, '', ' ', 'never', true, [], {}]) {
      expect(lifetime(expiry, { expiryFormat })).toMatchObject({ lifetime_assumed: true });
    }
  });

  test('without a path it is expires_in, in the given format', () => {
    expect(read(asJson({ token: 'found', expires_in: 600_000 }), { tokenPath: 'token', expiryFormat: 'milliseconds' }).expires_in).toBe(600);
    expect(read(asJson({ token: 'found', expires_in: 600 }), { tokenPath: 'token' }).expires_in).toBe(600);
  });

  test('a path that leads nowhere leaves it to expires_in', () => {
    expect(read(asJson({ token: 'found', expires_in: 600 }), { ...PATHS, expiryFormat: 'milliseconds' }).expires_in).toBe(600);
  });

  test('nobody says: the default lifetime is a guess, unless it is configured', () => {
    const { protocol } = grantOf(PATHS);
    const token = parseTokenResponse(asJson({ token: 'found' }), { timestamp: NOW, now: START, secrets: [], protocol, defaultLifetimeSeconds: 77 });
    expect(token.expires_in).toBe(77);
  });
});

describe('secrets', () => {
  test.each([
    ['the secret', NASTY_SECRET],
    ['the secret as JSON', JSON.stringify(NASTY_SECRET)],
    ['the secret in a form', new URLSearchParams({ a: NASTY_SECRET }).toString()],
    ['HTTP Basic', Buffer.from(`me:${NASTY_SECRET}`).toString('base64')],
  ])('%s is struck out of what a server sends back', async (_, echo) => {
    const { message } = await thrownBy(() => read(jsonAnswer(401, { message: `no: ${echo}` }), { username: 'me', secret: NASTY_SECRET }));
    expect(message).toMatch(/no: (?:"|a=)?\[secret\]/);
  });

  test('without one, no word is taken for one', async () => {
    expect((await thrownBy(() => read(jsonAnswer(401, { message: 'login: too Og' })))).message).toContain('login: too Og');
  });
});

test('a token is for the request: another header or body gets another token, another secret does not', () => {
  const settings = { headers: 'x-tenant: a', body: 'b', username: 'u', secret: 's' };
  const binding = boundTo(configOf(settings));
  expect(boundTo(configOf({ ...settings, secret: 'another' }))).toBe(binding);
  for (const other of [{ headers: 'x-tenant: b' }, { body: 'c' }, { username: 'v' }, { method: 'PUT' }, { tokenPath: 'x' }]) {
    expect(boundTo(configOf({ ...settings, ...other }))).not.toBe(binding);
  }
});

test('whatever is entered and answered, nothing is thrown but our own errors, and no header has a line break', async () => {
  const text = fc.oneof(anyText(), fc.constantFrom('\ud800', '{secret}', NASTY, 'a: {username}', 'x\r\ny: z'));
  const value = fc.oneof(text, fc.jsonValue(), fc.constant(undefined));
  const settings = fc.record({ headers: value, body: value, username: value, secret: value, tokenPath: value, expiryPath: value, method: fc.constant('') });
  const data = fc.oneof(text, fc.jsonValue(), fc.jsonValue().map((json) => JSON.stringify(json)), fc.constantFrom<unknown>(undefined, null, `${'['.repeat(9000)}${']'.repeat(9000)}`, `{"a":${'['.repeat(9000)}${']'.repeat(9000)}}`));
  let requests = 0;
  await fc.assert(
    fc.asyncProperty(settings, fc.constantFrom('seconds', 'iso', 'unix'), data, async (entered, expiryFormat, answer) => {
      try {
        const { headers, url } = await sent({ ...entered, url: `${URL}?{username}`, expiryFormat });
        requests += 1;
        for (const header of Object.values(headers)) expect(header).toMatch(/^[ -~]*$/);
        expect(url).toMatch(/^[!-~]+$/);
        const token = read({ status: 200, headers: {}, data: answer }, { ...entered, expiryFormat });
        expect(token.access_token).toMatch(/^[ -~]+$/);
      } catch (thrown) {
        if (!isAccessTokenError(thrown)) throw thrown;
      }
    }),
    { numRuns: 500 },
  );
  expect(requests).toBeGreaterThan(20);
});
