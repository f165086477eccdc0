import { inspect } from 'node:util';
import vm from 'node:vm';

import fc from 'fast-check';

import { AccessTokenError, ERROR_REMEDIES, isAccessTokenError, isErrorCode, redact, remedyFor, reportOf, toAccessTokenError } from '../src/errors';
import type { ErrorCode } from '../src/errors';
import { isTransportError } from '../src/http';
import { anyText } from './support/any-text';

const CODES = Object.keys(ERROR_REMEDIES) as ErrorCode[];
const CANARY = 'canary-3f9ab2';

describe('the codes', () => {
  it.each(CODES)('%s has a remedy that is a sentence', (code) => {
    expect(code).toMatch(/^[a-z]+(?:_[a-z]+)*$/);
    const remedy = remedyFor(code);
    expect(remedy).toMatch(/^[A-Z][^\n]{15,}[^.\s]\.$/);
    expect(new AccessTokenError(code, 'Something happened.').remedy).toBe(remedy);
    expect(isErrorCode(code)).toBe(true);
  });

  it('hold those of RFC 6749 §5.2 under their own names', () => {
    expect(CODES).toEqual(
      expect.arrayContaining([
        'invalid_request',
        'invalid_client',
        'invalid_grant',
        'unauthorized_client',
        'unsupported_grant_type',
        'invalid_scope',
      ]),
    );
  });

  it.each(['', 'toString', '__proto__', 'constructor', 'INVALID_GRANT', 'access_denied'])('"%s" is none', (code) => {
    expect(isErrorCode(code)).toBe(false);
  });
});

describe('AccessTokenError', () => {
  it('is an Error with a name, and not transient unless it is said to be', () => {
    const error = new AccessTokenError('invalid_grant', 'The grant is refused.');
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({
      name: 'AccessTokenError',
      code: 'invalid_grant',
      message: 'The grant is refused.',
      transient: false,
      field: undefined,
      status: undefined,
      retryAt: undefined,
    });
  });

  it('keeps its details', () => {
    const details = { field: 'tokenUrl', status: 503, transient: true, retryAt: 1_700_000_000_000 };
    expect(new AccessTokenError('token_endpoint_unavailable', 'Down.', details)).toMatchObject(details);
  });

  it('has a remedy of its own where its code says too little, also with other details', () => {
    const error = new AccessTokenError('invalid_grant', 'Refused.', { remedy: 'Do this.', grant: 'refresh_token', status: 400 });
    expect(reportOf(error)).toStrictEqual({ code: 'invalid_grant', message: 'Refused.', remedy: 'Do this.', status: 400 });
    const later = error.with({ retryAt: 7 });
    expect(later).toBeInstanceOf(AccessTokenError);
    expect(later).toMatchObject({ code: 'invalid_grant', message: 'Refused.', remedy: 'Do this.', grant: 'refresh_token', status: 400, retryAt: 7 });
    expect(error.with({ remedy: undefined }).remedy).toBe(remedyFor('invalid_grant'));
  });

  it('reports the code, the message, the remedy and, where there is one, the status', () => {
    const remedy = remedyFor('invalid_scope');
    const report = { code: 'invalid_scope', message: 'No such scope.', remedy };
    expect(reportOf(new AccessTokenError('invalid_scope', 'No such scope.'))).toStrictEqual(report);
    const details = { status: 400, field: 'scope', transient: true, retryAt: 5 };
    expect(reportOf(new AccessTokenError('invalid_scope', 'No such scope.', details))).toStrictEqual({
      ...report,
      status: 400,
    });
  });
});

describe('toAccessTokenError', () => {
  it('passes its own errors on as they are', () => {
    const error = new AccessTokenError('invalid_client', 'Refused.');
    expect(toAccessTokenError(error)).toBe(error);
  });

  it('keeps nothing of a foreign error but its class', () => {
    const foreign = Object.assign(new TypeError(`Request failed: ${CANARY}`), {
      config: { headers: { Authorization: `Basic ${CANARY}` }, data: `client_secret=${CANARY}` },
      request: { _header: `Authorization: ${CANARY}` },
      response: { data: CANARY },
      cause: new Error(CANARY),
    });
    const error = toAccessTokenError(foreign);
    expect(error).toMatchObject({ code: 'unexpected_error', message: 'An unexpected TypeError was thrown.' });
    for (const shown of [inspect(error, { depth: 9, showHidden: true }), JSON.stringify(error), error.stack]) {
      expect(shown).not.toContain(CANARY);
    }
  });

  it.each([
    ['text', `client_secret=${CANARY}`, 'string'],
    ['an object', { secret: CANARY }, 'object'],
    ['nothing', undefined, 'undefined'],
    ['null', null, 'object'],
  ])('takes %s', (_, thrown, kind) => {
    const error = toAccessTokenError(thrown);
    expect(error.message).toBe(`An unexpected ${kind} was thrown.`);
  });
});

describe('redact', () => {
  it('strikes out every occurrence of every secret', () => {
    expect(redact('id abcd, secret s3cret, again s3cret.', ['s3cret', 'abcd'])).toBe(
      'id [secret], secret [secret], again [secret].',
    );
  });

  it.each([
    ['as it is', 'a"b/c d+é', 'a"b/c d+é'],
    ['percent-encoded', 'a/b+c d=', 'a%2Fb%2Bc%20d%3D'],
    ['percent-encoded in small letters', 'a/b+c', 'a%2fb%2bc'],
    ['as a form', 'a/b c!', 'a%2Fb+c%21'],
    ['JSON-escaped', 'a"b\\c', 'a\\"b\\\\c'],
    ['JSON-escaped by its code', 'a&b<c', 'a\\u0026b\\u003Cc'],
    ['with slashes escaped', 'a/b/c', 'a\\/b\\/c'],
    ['as HTML', 'a&b<c>"d', 'a&amp;b&lt;c&gt;&#34;d'],
    ['as HTML by its code', "it's", 'it&#x27;s'],
    ['as UTF-8, percent-encoded', 'aé한😀', 'a%C3%A9%ED%95%9C%F0%9F%98%80'],
    ['with a character of two units', 'ab😀c', 'ab😀c'],
    ['JSON-escaped in two units', 'ab😀c', 'ab\\ud83d\\ude00c'],
    ['in base64', 'a?>é😀', 'YT8+w6nwn5iA'],
    ['in base64url', 'a?>é😀', 'YT8-w6nwn5iA'],
    ['as base64 without padding', 'YWJjZGVmZw==', 'YWJjZGVmZw'],
    ['in another case', 'YWJjOmRl', 'ywjjomrl'],
  ])('strikes it out %s', (_, secret, echoed) => {
    expect(redact(`see ${echoed}, and ${echoed}`, [secret])).toBe('see [secret], and [secret]');
  });

  it('leaves alone what only looks like it', () => {
    expect(redact('a.b.c and abc', ['a.b.c'])).toBe('[secret] and abc');
    expect(redact('(x) [y] {z} $', ['(.*)', '[a-z]{3}', '.*$'])).toBe('(x) [y] {z} $');
  });

  it('leaves no rest of a secret that begins with another one', () => {
    expect(redact('it is canary-long', ['canary', 'canary-long'])).toBe('it is [secret]');
    expect(redact('it is canary-long', ['canary-long', 'canary'])).toBe('it is [secret]');
  });

  it('does not take long where a text is nearly a secret', () => {
    const secret = 'a-b+c%d&e\\'.repeat(60);
    const nearly = `${secret.slice(0, -2)}!${'x'.repeat(600)}`;
    expect(redact(nearly, [secret], 2000)).toBe(nearly);
  });

  it('passes over secrets that are empty or too short to be one', () => {
    expect(redact('a bad bat', ['', 'a', 'bat'])).toBe('a bad bat');
    expect(redact('a bats', ['bats'])).toBe('a [secret]');
  });

  it('replaces control characters and line separators, and trims', () => {
    expect(redact('\r\n one\u0000\u001b[31mtwo\u2028three\u0085four\u007f ', [])).toBe('one [31mtwo three four');
  });

  it('cuts to the length, ending in an ellipsis', () => {
    expect(redact('x'.repeat(200), [])).toBe('x'.repeat(200));
    expect(redact('x'.repeat(201), [])).toBe(`${'x'.repeat(199)}…`);
    expect(redact('abcdefgh', [], 5)).toBe('abcd…');
  });

  it('strikes out before it cuts', () => {
    expect(redact(`0123456789 ${CANARY}`, [CANARY], 16)).not.toContain('canary');
  });

  it('shows no secret, no control character and nothing too long, whatever the text', () => {
    const secrets = fc.array(fc.string({ minLength: 4, maxLength: 12, unit: fc.constantFrom('a', 'b', '%', '+') }));
    fc.assert(
      fc.property(secrets, fc.array(anyText()), (hidden, others) => {
        const text = hidden.flatMap((secret, index) => [others[index] ?? ' ', secret]).join('');
        const shown = redact(text, hidden);
        for (const secret of hidden) expect(shown).not.toContain(secret);
        // eslint-disable-next-line no-control-regex -- none of them may be left
        expect(shown).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/);
        expect(shown.length).toBeLessThanOrEqual(200);
      }),
    );
  });
});

describe('errors of another realm', () => {
  // The platform may load the parts of the extension in contexts of their own: then even `Error` is another class.
  const foreign = (members: object): unknown => vm.runInNewContext('Object.assign(new Error(members.message), members)', { members });

  it('are recognized', () => {
    const error = new AccessTokenError('store_timeout', 'Too slow.', { transient: true });
    const { name, code, message, transient } = error;
    const thrown = foreign({ name, code, message, transient });
    expect(thrown instanceof Error).toBe(false);
    expect(isAccessTokenError(thrown)).toBe(true);
    expect(toAccessTokenError(thrown)).toMatchObject({ code: 'store_timeout', transient: true });
    const answered = foreign({ name: 'TransportError', message: 'network (ECONNREFUSED)', kind: 'network', reason: 'ECONNREFUSED' });
    expect(isTransportError(answered)).toBe(true);
  });

  it('that are none of ours are named by their class, and by nothing else', () => {
    const thrown = vm.runInNewContext(`new RangeError('${CANARY}')`) as unknown;
    expect(toAccessTokenError(thrown).message).toBe('An unexpected RangeError was thrown.');
  });
});
