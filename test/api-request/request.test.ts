import fc from 'fast-check';

import { buildRequest } from '../../src/api-request/request';
import { readRequest } from '../../src/settings/request';
import { anyText } from '../support/any-text';
import { thrownBy } from '../support/thrown-by';

const URL_OF_API = 'https://api.example.com/v1/orders';
const TOKEN = { name: 'Authorization', value: 'Bearer token-1' };

const build = (entered: object = {}) => buildRequest(readRequest({ url: URL_OF_API, ...entered }, false), TOKEN);
const urlOf = (url: unknown) => readRequest({ url }, false).url;

describe('the URL', () => {
  test.each([
    ['https://api.example.com/search?q=Müller & Söhne', 'https://api.example.com/search?q=M%C3%BCller%20&%20S%C3%B6hne'],
    ['  https://api.example.com/a b \n', 'https://api.example.com/a%20b'],
    ['https://api.example.com/c#sharp?q=C# "x"', 'https://api.example.com/c%23sharp?q=C%23%20%22x%22'],
    ['https://api.example.com/50% off', 'https://api.example.com/50%25%20off'],
    ['https://api.example.com/50%20off?a=%zz', 'https://api.example.com/50%20off?a=%25zz'],
    ['https://api.example.com/a\\b', 'https://api.example.com/a%5Cb'],
    ['https://api.example.com/users/me@example.com?cc=a@b.example', 'https://api.example.com/users/me@example.com?cc=a@b.example'],
    ['https://api.example.com/.well-known/x..y/...', 'https://api.example.com/.well-known/x..y/...'],
    ['https://api.example.com/?next=/../x', 'https://api.example.com/?next=/../x'],
    ['https://api.example.com/한국', 'https://api.example.com/%ED%95%9C%EA%B5%AD'],
    ['http://127.0.0.1:8080/local', 'http://127.0.0.1:8080/local'],
  ])('%j becomes %j', (entered, sent) => expect(urlOf(entered)).toBe(sent));

  test.each([
    ['https://api.example.com@evil.example/', 'url_malformed'],
    ['https://user:password@api.example.com/', 'url_malformed'],
    ['https://api.example.com\\@evil.example/', 'url_malformed'],
    ['https://api.example.com /x', 'url_malformed'],
    ['https://api.example.com/a\r\nHost: evil.example', 'url_malformed'],
    ['https://api.example.com/a\tb', 'url_malformed'],
    ['https://api.example.com/a\u2028b', 'url_malformed'],
    ['https://api.example.com/v1/../admin', 'url_malformed'],
    ['https://api.example.com/v1/%2E%2e', 'url_malformed'],
    ['https://api.example.com/v1/./x', 'url_malformed'],
    ['file:///etc/passwd', 'url_malformed'],
    ['orders', 'url_malformed'],
    [{ url: URL_OF_API }, 'url_malformed'],
    ['', 'url_missing'],
    [undefined, 'url_missing'],
    ['http://api.example.com/', 'insecure_url'],
    ['http://169.254.169.254/latest/meta-data', 'insecure_url'],
  ])('%j is refused: %s', async (entered, code) => {
    const error = await thrownBy(() => urlOf(entered));
    expect(error).toMatchObject({ code, field: 'url' });
    expect(error).not.toMatchObject({ remedy: expect.stringMatching(/connection/) as unknown });
  });

  test('http to other machines goes where that is allowed', () => {
    expect(readRequest({ url: 'http://api.internal/x' }, true).url).toBe('http://api.internal/x');
  });

  test('whatever users type stays within the host and the folder that the bot builder has named', () => {
    fc.assert(
      fc.property(anyText(), anyText(), (folder, query) => {
        try {
          const url = new URL(urlOf(`https://api.example.com/v1/${folder}/end?q=${query}&z=1`));
          expect(url.origin).toBe('https://api.example.com');
          expect(url.href).toMatch(/^https:\/\/api\.example\.com\/v1\/[!-~]*$/);
          expect(url.pathname.startsWith('/v1/')).toBe(true);
        } catch (thrown) {
          expect(thrown).toMatchObject({ code: 'url_malformed' });
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('the headers', () => {
  test('come from an object, from its JSON, or one a line; the one with the token is added', () => {
    const headers = { accept: 'text/csv', 'x-count': '3', authorization: 'Bearer token-1' };
    expect(build({ headers: { Accept: 'text/csv', 'X-Count': 3, 'X-Empty': '', 'X-None': null } }).headers).toEqual(headers);
    expect(build({ headers: '{"Accept": "text/csv", "X-Count": "3"}' }).headers).toEqual(headers);
    expect(build({ headers: 'Accept: text/csv\nX-Count: 3' }).headers).toEqual(headers);
    expect(build().headers).toEqual({ authorization: 'Bearer token-1' });
    expect(buildRequest(readRequest({ url: URL_OF_API, headers: { authorization: 'Basic x' } }, false), { name: 'X-Token', value: 't' }).headers).toEqual({
      authorization: 'Basic x',
      'x-token': 't',
    });
  });

  test.each([
    { 'X-User': 'a\r\nX-Admin: yes' },
    { 'X-User': 'a\nb' },
    { 'X-User': 'a\u0000b' },
    { 'X-User': 'Müller' },
    { 'X User': 'a' },
    { 'X-User': { a: 1 } },
    { Host: 'evil.example' },
    { 'Content-Length': '3' },
    { 'Transfer-Encoding': 'chunked' },
    { Authorization: 'Bearer mine' },
    ['X-User: a'],
    42,
  ])('%j are refused', async (headers) => {
    const error = await thrownBy(() => build({ headers }));
    expect(error).toMatchObject({ code: 'request_invalid', field: 'headers' });
    expect(JSON.stringify(error)).not.toContain('mine');
  });

  test('no value that is let through has a line break', () => {
    fc.assert(
      fc.property(anyText(), (text) => {
        try {
          for (const value of Object.values(build({ headers: { 'x-user': `a${text}` } }).headers)) expect(value).toMatch(/^[ -~]+$/);
        } catch (thrown) {
          expect(thrown).toMatchObject({ code: 'request_invalid' });
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe('the body', () => {
  const post = (entered: object) => build({ method: 'POST', ...entered });

  test.each([
    [{ body: { name: 'Müller "x"' } }, '{"name":"Müller \\"x\\""}', 'application/json'],
    [{ body: '{"id": 12345678901234567890}' }, '{"id": 12345678901234567890}', 'application/json'],
    [{ body: [1, 2] }, '[1,2]', 'application/json'],
    [{ body: false }, 'false', 'application/json'],
    [{ bodyType: 'form', body: { a: 'x&y=z', b: 2, c: null } }, 'a=x%26y%3Dz&b=2', 'application/x-www-form-urlencoded'],
    [{ bodyType: 'form', body: '{"a": "ü"}' }, 'a=%C3%BC', 'application/x-www-form-urlencoded'],
    [{ bodyType: 'form', body: 'a=x&y\nb=1+1\n' }, 'a=x%26y&b=1%2B1', 'application/x-www-form-urlencoded'],
    [{ bodyType: 'text', bodyText: ' <order/> ', body: '{}' }, ' <order/> ', 'text/plain; charset=utf-8'],
    [{ bodyType: 'text', body: 'only there' }, 'only there', 'text/plain; charset=utf-8'],
    [{ bodyType: 'text', bodyText: { a: 1 } }, '{"a":1}', 'text/plain; charset=utf-8'],
  ])('%j is sent as %s (%s)', (entered, body, type) => {
    expect(post(entered)).toMatchObject({ method: 'POST', body, headers: { 'content-type': type } });
  });

  test('has the type that a header names', () => {
    expect(post({ bodyType: 'text', bodyText: '<a/>', headers: { 'Content-Type': 'text/xml' } }).headers['content-type']).toBe('text/xml');
  });

  test.each(['GET', 'HEAD', 'get'])('is none with %s, whatever is left in the form', (method) => {
    const request = build({ method, body: { a: 1 } });
    expect(request).toMatchObject({ method: method.toUpperCase(), body: '' });
    expect(request.headers).not.toHaveProperty('content-type');
  });

  test.each([{}, { body: '' }, { body: ' ' }, { body: null }, { bodyType: 'text', bodyText: '' }])('is none for %j', (entered) => {
    const request = post(entered);
    expect(request.body).toBe('');
    expect(request.headers).not.toHaveProperty('content-type');
  });

  test.each([
    { body: '{"name": "a "quoted" name"}' },
    { bodyType: 'form', body: { a: { b: 1 } } },
    { bodyType: 'form', body: [1] },
    { bodyType: 'form', body: 'canary' },
  ])('%j is refused', async (entered) => {
    const error = await thrownBy(() => post(entered));
    expect(error).toMatchObject({ code: 'request_invalid', field: 'body' });
    expect((error as Error).message).not.toContain('canary');
  });
});

describe('what else is entered', () => {
  test.each([
    [{ method: 'TRACE' }, 'method'],
    [{ bodyType: 'xml' }, 'bodyType'],
    [{ retryStatuses: '200' }, 'retryStatuses'],
    [{ retryStatuses: 'unauthorized' }, 'retryStatuses'],
    [{ retryPath: 'error' }, 'retryValue'],
    [{ retryValue: 'expired' }, 'retryPath'],
    [{ timeoutSeconds: 0 }, 'timeoutSeconds'],
    [{ timeoutSeconds: 19 }, 'timeoutSeconds'],
    [{ timeoutSeconds: 'soon' }, 'timeoutSeconds'],
    [{ maxBytes: 60_001 }, 'maxBytes'],
    [{ maxBytes: -1 }, 'maxBytes'],
  ])('%j is refused', async (entered, field) => {
    expect(await thrownBy(() => build(entered))).toMatchObject({ code: 'request_invalid', field, message: expect.stringContaining(`"${field}"`) as unknown });
  });

  test('is read as text too', () => {
    const entered = { url: URL_OF_API, method: 'post', retryStatuses: '401, 403', timeoutSeconds: '3', maxBytes: ' 1000 ', retryPath: 'code', retryValue: 7, includePaths: 'a, b.c' };
    expect(readRequest(entered, false)).toMatchObject({
      method: 'POST',
      retryStatuses: [401, 403],
      timeoutSeconds: 3,
      maxBytes: 1000,
      retryPath: 'code',
      retryValue: '7',
      includePaths: ['a', 'b.c'],
    });
    expect(readRequest({ url: URL_OF_API, retryStatuses: 419 }, false).retryStatuses).toEqual([419]);
    expect(readRequest({ url: URL_OF_API, retryStatuses: 'none' }, false).retryStatuses).toEqual([]);
    expect(readRequest({ url: URL_OF_API, timeoutSeconds: '', maxBytes: null }, false)).toMatchObject({ timeoutSeconds: 8, maxBytes: 50_000 });
  });
});
