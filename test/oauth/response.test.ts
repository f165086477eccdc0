import fc from 'fast-check';

import { AccessTokenError } from '../../src/errors';
import type { HttpResponse } from '../../src/http';
import { parseTokenResponse } from '../../src/oauth';
import type { TokenResponseContext } from '../../src/oauth';
import { anyText } from '../support/any-text';
import { jwtOf } from '../support/jwt';
import { jsonAnswer } from '../support/recording-transport';
import { thrownBy } from '../support/thrown-by';

const NOW = 1_700_000_000_500;
const TIMESTAMP = 1_700_000_000;
const SECRET = 'canary-secret-51aa';
const CONTEXT: TokenResponseContext = { timestamp: TIMESTAMP, now: NOW, secrets: [SECRET, 'canary+encoded'] };

const ANSWER = { access_token: 'token-1', token_type: 'Bearer', expires_in: 3600 };

function textAnswer(status: number, data: unknown, headers: Record<string, string> = {}): HttpResponse {
  return { status, headers, data };
}

function parse(answer: HttpResponse, changes: Partial<TokenResponseContext> = {}): ReturnType<typeof parseTokenResponse> {
  return parseTokenResponse(answer, { ...CONTEXT, ...changes });
}

function refusalOf(answer: HttpResponse): Promise<AccessTokenError> {
  return thrownBy(() => parse(answer));
}

describe('a token is read', () => {
  it('from JSON, as text or already parsed', () => {
    expect(parse(jsonAnswer(200, ANSWER))).toStrictEqual(ANSWER);
    expect(parse(textAnswer(200, ANSWER))).toStrictEqual(ANSWER);
    expect(parse(textAnswer(201, `\n${JSON.stringify(ANSWER)}\n`))).toStrictEqual(ANSWER);
  });

  it('from a form', () => {
    const form = 'access_token=a%2Bb+c&token_type=bearer&expires_in=60&scope=read+write';
    expect(parse(textAnswer(200, form))).toStrictEqual({
      access_token: 'a+b c',
      token_type: 'Bearer',
      expires_in: 60,
      scope: 'read write',
    });
  });

  it('without changing what it is read from', () => {
    const data = Object.freeze({ ...ANSWER, expires_in: '60', refresh_token: null });
    expect(parse(textAnswer(200, data))).toStrictEqual({ ...ANSWER, expires_in: 60 });
  });

  it('with its refresh token, scope and members of the server\'s own', () => {
    const answer = { ...ANSWER, refresh_token: 'refresh-1', scope: 'read', id_token: 'x.y.z', ext: { tenant: 1 } };
    expect(parse(jsonAnswer(200, answer))).toStrictEqual(answer);
  });

  it.each([[null], [''], [0], [{}], [false]])('without a refresh token that is %p', (refresh_token) => {
    expect(parse(jsonAnswer(200, { ...ANSWER, refresh_token }))).toStrictEqual(ANSWER);
  });

  it.each([
    [undefined, 'Bearer'],
    [null, 'Bearer'],
    ['', 'Bearer'],
    ['  ', 'Bearer'],
    [1, 'Bearer'],
    ['bearer', 'Bearer'],
    ['BEARER', 'Bearer'],
    ['Bearer', 'Bearer'],
    ['DPoP', 'DPoP'],
    ['mac', 'mac'],
    ['MAC', 'MAC'],
    ['token', 'token'],
    ['JWT', 'JWT'],
    ['BearerToken', 'Bearer'],
    ['Bearer Token', 'Bearer'],
    ['bearer_token', 'Bearer'],
    ['jwt-bearer', 'Bearer'],
    ['N_A', 'Bearer'],
    ['Bearer ', 'Bearer'],
    [' bearer\n', 'Bearer'],
    ['access_token', 'Bearer'],
    ['urn:ietf:params:oauth:token-type:jwt', 'Bearer'],
    ['DPoP ', 'DPoP'],
    ['Bearer\r\nX-Evil: 1', 'Bearer'],
    ['DPoP\r\nX-Evil: 1', 'Bearer'],
    ['tökén', 'Bearer'],
    ['\u0000', 'Bearer'],
  ])('with a token type of %p as %s', (token_type, spelling) => {
    expect(parse(jsonAnswer(200, { ...ANSWER, token_type })).token_type).toBe(spelling);
  });

  it.each([[null], [''], [undefined], [false], [0]])('with an error of %p, which is none', (error) => {
    expect(parse(jsonAnswer(200, { ...ANSWER, error })).access_token).toBe('token-1');
  });

  it.each([
    [3600, 3600],
    ['3600', 3600],
    [0.5, 0.5],
    ['1', 1],
  ])('that lives as long as expires_in says: %p', (expires_in, seconds) => {
    expect(parse(jsonAnswer(200, { ...ANSWER, expires_in }), { defaultLifetimeSeconds: 5 }).expires_in).toBe(seconds);
  });

  it('that lives as long as its own exp says, counted from the timestamp', () => {
    const answer = { access_token: jwtOf({ exp: TIMESTAMP + 600 }), expires_in: null };
    expect(parse(jsonAnswer(200, answer), { defaultLifetimeSeconds: 5 }).expires_in).toBe(600);
  });

  it('that lives as long as the default says', () => {
    expect(parse(jsonAnswer(200, { access_token: 'opaque' }), { defaultLifetimeSeconds: 5 }).expires_in).toBe(5);
  });

  it.each([
    ['nothing', { access_token: 'opaque' }],
    ['words', { ...ANSWER, expires_in: 'an hour' }],
  ])('that lives for a quarter of an hour, as far as anybody knows, where the lifetime is %s', (_, answer) => {
    expect(parse(jsonAnswer(200, answer))).toMatchObject({ expires_in: 900, lifetime_assumed: true });
  });

  it('whose lifetime is no guess because the server says so', () => {
    expect(parse(jsonAnswer(200, { ...ANSWER, lifetime_assumed: true }))).not.toHaveProperty('lifetime_assumed');
  });

  it.each([
    ['zero', { ...ANSWER, expires_in: 0 }, 0],
    ['"0"', { ...ANSWER, expires_in: '0' }, 0],
    ['negative', { ...ANSWER, expires_in: -1 }, -1],
    ['that of a JWT from the past', { access_token: jwtOf({ exp: TIMESTAMP }) }, 0],
  ])('that has expired already, where the lifetime is %s', (_, answer, seconds) => {
    expect(parse(jsonAnswer(200, answer)).expires_in).toBe(seconds);
  });

  it("that lives as long as is left of it by the server's clock", () => {
    const access_token = jwtOf({ iat: TIMESTAMP - 3000, exp: TIMESTAMP + 600 });
    const answer = jsonAnswer(200, { access_token, expires_in: 3600 }, { date: new Date(TIMESTAMP * 1000).toUTCString() });
    expect(parse(answer).expires_in).toBe(600);
  });
});

describe('what is not a token is an error with its own code', () => {
  const HTML = '<!doctype html><html lang="en"><body><form action="/login?error=1"></form></body></html>';
  const FINAL: [string, HttpResponse, string, number][] = [
    ['a login page', textAnswer(200, HTML), 'token_response_invalid', 200],
    ['plain text', textAnswer(200, 'OK'), 'token_response_invalid', 200],
    ['a form of something else', textAnswer(200, 'status=ok&count=1'), 'token_response_invalid', 200],
    ['an empty body', textAnswer(200, ''), 'token_response_invalid', 200],
    ['no body', textAnswer(204, undefined), 'token_response_invalid', 204],
    ['half an answer', textAnswer(200, '{"access_token":"token-1"'), 'token_response_invalid', 200],
    ['a JSON array', textAnswer(200, '[{"access_token":"token-1"}]'), 'token_response_invalid', 200],
    ['a parsed array', textAnswer(200, [ANSWER]), 'token_response_invalid', 200],
    ['JSON null', textAnswer(200, 'null'), 'token_response_invalid', 200],
    ['parsed null', textAnswer(200, null), 'token_response_invalid', 200],
    ['a JSON string', textAnswer(200, '"access_token=token-1"'), 'token_response_invalid', 200],
    ['a JSON number', textAnswer(200, '42'), 'token_response_invalid', 200],
    ['an empty object', jsonAnswer(200, {}), 'access_token_missing', 200],
    ['a null token', jsonAnswer(200, { ...ANSWER, access_token: null }), 'access_token_missing', 200],
    ['an empty token', jsonAnswer(200, { ...ANSWER, access_token: '' }), 'access_token_missing', 200],
    ['a token that is no text', jsonAnswer(200, { ...ANSWER, access_token: { value: 'x' } }), 'access_token_missing', 200],
    ['a page that is not there', textAnswer(404, HTML), 'token_endpoint_rejected', 404],
    ['a refusal without a body', textAnswer(401, ''), 'invalid_client', 401],
    ['a wrong method', textAnswer(405, 'Method Not Allowed'), 'token_endpoint_rejected', 405],
    ['a token with a refusing status', jsonAnswer(400, ANSWER), 'token_endpoint_rejected', 400],
    ['a refusal with an empty error', jsonAnswer(400, { error: null }), 'token_endpoint_rejected', 400],
    ['an informational status', textAnswer(101, ''), 'token_endpoint_rejected', 101],
    ['a redirect', textAnswer(302, '', { location: `https://evil.example/?${SECRET}` }), 'token_endpoint_redirect', 302],
    ['a choice of addresses', textAnswer(300, ''), 'token_endpoint_redirect', 300],
    ['a redirect with a token', jsonAnswer(307, ANSWER), 'token_endpoint_redirect', 307],
    ['"not modified"', textAnswer(304, ''), 'token_endpoint_redirect', 304],
    ['a success with an error', jsonAnswer(200, { ...ANSWER, error: 'invalid_scope' }), 'invalid_scope', 200],
    ['a success with an error of its own', jsonAnswer(200, { error: 'bad_verification_code' }), 'token_endpoint_error', 200],
    ['an error in a form', textAnswer(400, 'error=invalid_grant&error_description=gone'), 'invalid_grant', 400],
    ['an error that is an object', jsonAnswer(400, { error: { message: SECRET } }), 'token_endpoint_error', 400],
    ['an error named like something of JavaScript', jsonAnswer(400, { error: 'constructor' }), 'token_endpoint_error', 400],
    ['an error named like another code of ours', jsonAnswer(400, { error: 'store_unreachable' }), 'token_endpoint_error', 400],
    ['an invalid client', jsonAnswer(401, { error: 'invalid_client' }), 'invalid_client', 401],
  ];

  it.each(FINAL)('%s', async (_, answer, code, status) => {
    const error = await refusalOf(answer);
    expect(error).toMatchObject({ code, status, transient: false, retryAt: undefined });
    expect(error.message).toMatch(/^[A-Z].*[^ ]$/);
    expect(error.message).not.toContain(SECRET);
    expect(error.message).not.toContain('evil');
  });

  it.each([
    'invalid_request',
    'invalid_client',
    'invalid_grant',
    'unauthorized_client',
    'unsupported_grant_type',
    'invalid_scope',
    'invalid_target',
  ])('%s of RFC 6749 §5.2 or RFC 8707 §2, with the words of the server', async (code) => {
    const error = await refusalOf(jsonAnswer(400, { error: code, error_description: 'Not like this' }));
    expect(error).toMatchObject({ code, status: 400, transient: false });
    expect(error.message).toBe(`The token endpoint answered ${code}: Not like this.`);
    expect((await refusalOf(jsonAnswer(400, { error: code }))).message).toBe(`The token endpoint answered ${code}.`);
  });

  it('an unknown error, by its name', async () => {
    const error = await refusalOf(jsonAnswer(400, { error: 'AADSTS70011', error_description: 7 }));
    expect(error).toMatchObject({ code: 'token_endpoint_error', transient: false });
    expect(error.message).toBe('The token endpoint answered AADSTS70011.');
  });

  it('without control characters, secrets and endless words of the server', async () => {
    const error_description = `Line 1\r\nSet-Cookie: x\u0000\u001b[2J ${SECRET} canary+encoded ${'long '.repeat(100)}`;
    const { message } = await refusalOf(jsonAnswer(400, { error: 'invalid_client', error_description }));
    expect(message).toMatch(/^The token endpoint answered invalid_client: Line 1 Set-Cookie: x \[2J \[secret\] \[secret\] long/);
    expect(message).not.toMatch(/\p{Cc}/u);
    expect(message.length).toBeLessThan(300);
  });

  it('an error of its own kind, with its words', async () => {
    const { code, message } = await refusalOf(jsonAnswer(400, { status: 'BAD_CODE', message: `no such code ${SECRET}` }));
    expect(code).toBe('token_endpoint_rejected');
    expect(message).toMatch(/^The token endpoint answered HTTP 400: no such code \S+\.$/);
    expect(message).not.toContain(SECRET);
  });

  it('without a secret in the name of the error', async () => {
    const { code, message } = await refusalOf(jsonAnswer(400, { error: `bad ${SECRET} ${'x'.repeat(500)}` }));
    expect(code).toBe('token_endpoint_error');
    expect(message).toContain('bad [secret]');
    expect(message.length).toBeLessThan(120);
  });
});

describe('what may pass is transient', () => {
  it.each([408, 429, 500, 502, 503, 504, 599])('HTTP %d', async (status) => {
    const answer = jsonAnswer(status, { error: 'invalid_grant', error_description: SECRET }, { 'retry-after': '7' });
    const error = await refusalOf(answer);
    expect(error).toMatchObject({ code: 'token_endpoint_unavailable', status, transient: true, retryAt: NOW + 7000 });
    expect(error.message).not.toContain(SECRET);
  });

  it('with a date to come back, or none', async () => {
    const date = new Date(TIMESTAMP * 1000 + 60_000).toUTCString();
    expect((await refusalOf(textAnswer(503, '', { 'retry-after': date }))).retryAt).toBe(TIMESTAMP * 1000 + 60_000);
    expect((await refusalOf(textAnswer(503, '', { 'retry-after': 'later' }))).retryAt).toBeUndefined();
    expect((await refusalOf(textAnswer(503, ''))).retryAt).toBeUndefined();
  });

  it.each([
    ['temporarily_unavailable', 400],
    ['server_error', 400],
    ['slow_down', 400],
    ['temporarily_unavailable', 200],
  ])('the error %s with HTTP %d', async (error, status) => {
    expect(await refusalOf(jsonAnswer(status, { error }, { 'retry-after': '1' }))).toMatchObject({
      code: 'token_endpoint_unavailable',
      transient: true,
      status,
      retryAt: NOW + 1000,
    });
  });
});

describe('the server\'s own words are heard, whatever their shape', () => {
  const WORDS: [string, number, unknown, string, string][] = [
    ['Okta\'s own', 401, { errorCode: 'E0000011', errorSummary: 'Invalid token provided' }, 'invalid_client', 'HTTP 401: E0000011: Invalid token provided.'],
    ['Google\'s own', 401, { error: { code: 401, message: 'Request had invalid credentials.', status: 'UNAUTHENTICATED' } }, 'invalid_client', 'HTTP 401: Request had invalid credentials.'],
    ['a code in an object', 400, { error: { code: 'invalid_scope', message: 'No such scope' } }, 'invalid_scope', 'invalid_scope: No such scope.'],
    ['a hint', 400, { error: 'invalid_request', error_description: 'Bad', hint: 'Check the `x` parameter' }, 'invalid_request', 'invalid_request: Bad: Check the `x` parameter.'],
    ['a problem (RFC 9457)', 403, { type: 'about:blank', title: 'Forbidden', detail: 'No client here' }, 'token_endpoint_rejected', 'HTTP 403: Forbidden: No client here.'],
    ['a list', 400, { errors: [{ code: 'bad', title: 'Bad', detail: 'Really bad' }] }, 'token_endpoint_rejected', 'HTTP 400: bad: Bad: Really bad.'],
    ['a list of texts', 422, { errors: ['name it'] }, 'token_endpoint_rejected', 'HTTP 422: name it.'],
    ['a list at the top', 401, [{ message: 'Session expired', errorCode: 'INVALID_SESSION_ID' }], 'invalid_client', 'HTTP 401: Session expired: INVALID_SESSION_ID.'],
    ['a capital letter', 400, { Message: 'Quota used up' }, 'token_endpoint_rejected', 'HTTP 400: Quota used up.'],
    ['a fault', 401, { fault: { faultstring: 'Invalid ApiKey', detail: { errorcode: 'oauth.v2.InvalidApiKey' } } }, 'invalid_client', 'HTTP 401: Invalid ApiKey: oauth.v2.InvalidApiKey.'],
    ['the same twice', 401, { error: 'invalid_client', description: 'no', error_description: 'no' }, 'invalid_client', 'invalid_client: no.'],
    ['an outage', 500, { error: 'server_error', error_description: 'Out of order' }, 'token_endpoint_unavailable', 'HTTP 500: server_error: Out of order.'],
    ['an outage with a message', 503, { message: 'Maintenance' }, 'token_endpoint_unavailable', 'HTTP 503: Maintenance.'],
    ['a refusal as an outage', 500, { error: 'invalid_client' }, 'token_endpoint_unavailable', 'HTTP 500: invalid_client.'],
    ['server_error for a wrong secret', 401, { error: 'server_error', error_description: 'access_denied' }, 'invalid_client', 'server_error: access_denied.'],
    ['a phrase of HTTP', 401, { error: 'Unauthorized' }, 'invalid_client', 'HTTP 401: Unauthorized.'],
    ['success without a token', 200, { status: 'error', message: 'Not today' }, 'access_token_missing', 'without an access token: Not today.'],
    ['numbers and nothing', 400, { code: 7, message: null, errors: [] }, 'token_endpoint_rejected', 'HTTP 400.'],
  ];

  it.each(WORDS)('%s', async (_, status, body, code, words) => {
    const error = await refusalOf(textAnswer(status, JSON.stringify(body)));
    expect(error.code).toBe(code);
    expect(error.message.replace(/^The token endpoint answered /, '')).toBe(words);
    expect((await refusalOf(textAnswer(status, body))).message).toBe(error.message);
  });

  it.each(['', '<html>Unauthorized</html>', 'Unauthorized', '{}', '[]', 'null', '{"x":1}'])('a 401 with %j is a client that is not known', async (body) => {
    expect(await refusalOf(textAnswer(401, body))).toMatchObject({ code: 'invalid_client', transient: false });
  });

  it.each(['invalid_grant', 'invalid_scope', 'unauthorized_client'])('a 401 that says %s means it', async (error) => {
    expect((await refusalOf(jsonAnswer(401, { error }))).code).toBe(error);
  });

  it('however deep they are nested, nothing breaks', async () => {
    const deep = `${'['.repeat(5000)}${']'.repeat(5000)}`;
    for (const body of [`{"error":${deep}}`, `{"error":"x","detail":${deep}}`, deep]) {
      expect((await refusalOf(textAnswer(400, body))).status).toBe(400);
    }
  });
});

describe('what a token may bring along', () => {
  it.each(['\uFEFF', ' \uFEFF\n'])('%j in front of it', (before) => {
    expect(parse(textAnswer(200, `${before}${JSON.stringify(ANSWER)}`))).toStrictEqual(ANSWER);
  });

  it.each(['line\nbreak', 'abc\r\n', '\tabc', 'a\u0000', 'a\u200bb', 'tök', '\u{1f600}'])('no access token %j', async (access_token) => {
    const error = await refusalOf(jsonAnswer(200, { ...ANSWER, access_token }));
    expect(error.code).toBe('token_response_invalid');
    expect(error.message).toBe('The access token has characters that no header allows.');
  });

  it.each([
    [['read', 'write'], 'read write'],
    [['read', 7, ['x'], null], 'read'],
    [{ read: true }, undefined],
    [7, undefined],
    [null, undefined],
    ['', ''],
  ])('a scope of %j as %j', (scope, kept) => {
    expect(parse(jsonAnswer(200, { ...ANSWER, scope }))).toStrictEqual({ ...ANSWER, ...(kept === undefined ? {} : { scope: kept }) });
  });

  it('nothing that is nested deep, wherever it is', () => {
    const deep = `${'['.repeat(5000)}${']'.repeat(5000)}`;
    const answer = `{"access_token":"token-1","expires_in":3600,"scope":${deep},"ext":${deep},"error":${deep},"shallow":{"a":[1]}}`;
    expect(parse(textAnswer(200, answer))).toStrictEqual({ ...ANSWER, shallow: { a: [1] } });
  });
});

it('any answer is a living token or one of our errors, without the secrets', () => {
  const members = fc.record(
    {
      access_token: fc.oneof(fc.string(), fc.jsonValue()),
      token_type: fc.oneof(fc.string(), fc.jsonValue()),
      expires_in: fc.oneof(fc.integer(), fc.jsonValue()),
      refresh_token: fc.oneof(fc.string(), fc.jsonValue()),
      error: fc.oneof(fc.constantFrom(null, '', 'invalid_grant', 'slow_down', SECRET), fc.jsonValue()),
      error_description: fc.oneof(fc.constant(`it is ${SECRET}`), fc.jsonValue()),
      message: fc.oneof(fc.constant(`it is ${SECRET}`), fc.jsonValue()),
    },
    { requiredKeys: [] },
  );
  const data = fc.oneof(members, members.map((some) => JSON.stringify(some)), anyText(), fc.anything());
  fc.assert(
    fc.property(data, fc.oneof(fc.constant(200), fc.integer({ min: 100, max: 599 })), (body, status) => {
      try {
        const token = parse(textAnswer(status, body));
        expect(status >= 200 && status < 300).toBe(true);
        expect(token.access_token).toMatch(/^[ -~]+$/);
        expect(token.token_type).toMatch(/^[\w-]+$/);
        expect(Number.isFinite(token.expires_in)).toBe(true);
        expect(token.expires_in).toBeLessThanOrEqual(315_360_000);
        expect(token.token_type.trim()).not.toBe('');
        expect(['string', 'undefined']).toContain(typeof token.refresh_token);
        expect('refresh_token' in token).toBe(token.refresh_token !== undefined);
      } catch (thrown) {
        if (!(thrown instanceof AccessTokenError)) throw thrown;
        expect(thrown.message).not.toContain(SECRET);
        expect(thrown.status).toBe(status);
      }
    }),
    { numRuns: 1000 },
  );
});

describe('an error is what it is before secrets are struck out of its words', () => {
  it.each([
    ['grant', 'invalid_grant', false],
    ['server', 'server_error', true],
    ['client', 'invalid_client', false],
    ['slow_down', 'slow_down', true],
  ])('with a secret that reads "%s": %s', async (secret, error, transient) => {
    const thrown = await thrownBy(async () => parse(jsonAnswer(400, { error, error_description: `see ${secret}` }), { secrets: [secret] }));
    expect(thrown.transient).toBe(transient);
    if (!transient) expect(thrown.code).toBe(error);
    expect(thrown.message).not.toContain(`see ${secret}`);
  });
});
