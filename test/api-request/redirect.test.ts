import { redirected } from '../../src/api-request/redirect';
import type { ApiRequest } from '../../src/api-request/request';
import { thrownBy } from '../support/thrown-by';

const HEADERS = { authorization: 'Bearer canary', 'content-type': 'application/json', cookie: 'a=b', 'x-api-key': 'k', 'x-trace': '1' };
const request: ApiRequest = { method: 'POST', url: 'https://api.example.com/v1/orders?a=1', headers: HEADERS, body: '{}', tokenHeader: 'authorization', asBytes: true };

function follow(location: string | undefined, status = 307, changes: Partial<ApiRequest> = {}, allowInsecure = false): ApiRequest | undefined {
  const headers: Record<string, string> = location === undefined ? {} : { location };
  return redirected({ ...request, ...changes }, { status, headers, data: '' }, allowInsecure);
}

test.each([
  ['/v2', 'https://api.example.com/v2'],
  ['items', 'https://api.example.com/v1/items'],
  ['?b=2', 'https://api.example.com/v1/orders?b=2'],
  ['https://API.example.com:443/x#part', 'https://api.example.com/x'],
  ['//api.example.com/y z', 'https://api.example.com/y%20z'],
  [Buffer.from('/ü').toString('latin1'), 'https://api.example.com/%C3%BC'],
])('within the origin, to %s, all of it goes along', (location, url) => {
  expect(follow(location)).toEqual({ ...request, url });
});

test.each(['https://other.example/x', 'https://api.example.com:8443/x', '//other.example/x', 'https://sub.api.example.com/'])('to %s it goes without token and credentials', (location) => {
  const next = follow(location);
  expect(next).toMatchObject({ method: 'POST', body: '{}', headers: { 'content-type': 'application/json', 'x-trace': '1' } });
  expect(Object.keys(next?.headers ?? {}).sort()).toEqual(['content-type', 'x-trace']);
  expect(next).not.toHaveProperty('tokenHeader');
});

test('a token in a header of another name is left behind too', () => {
  const headers = { 'x-shop': 'canary', 'x-trace': '1' };
  expect(follow('https://other.example/', 308, { headers, tokenHeader: 'x-shop' })?.headers).toEqual({ 'x-trace': '1' });
});

test('a request that has left its origin does not get the token back there', () => {
  const away = follow('https://other.example/x');
  const back = redirected(away ?? request, { status: 307, headers: { location: 'https://api.example.com/' }, data: '' }, false);
  expect(JSON.stringify(back)).not.toContain('canary');
  expect(back).not.toHaveProperty('tokenHeader');
});

test.each([
  [301, 'POST', 'GET'],
  [302, 'POST', 'GET'],
  [303, 'POST', 'GET'],
  [303, 'PUT', 'GET'],
  [303, 'HEAD', 'HEAD'],
  [301, 'PUT', 'PUT'],
  [302, 'DELETE', 'DELETE'],
  [302, 'HEAD', 'HEAD'],
  [307, 'POST', 'POST'],
  [308, 'PATCH', 'PATCH'],
])('%i makes of %s a %s', (status, method, next) => {
  const followed = follow('/x', status, { method });
  expect(followed?.method).toBe(next);
  const keepsBody = next === method;
  expect(followed?.body).toBe(keepsBody ? '{}' : '');
  expect(Object.keys(followed?.headers ?? {}).includes('content-type')).toBe(keepsBody);
});

test.each([
  [200, '/x'],
  [300, '/x'],
  [304, '/x'],
  [401, '/x'],
  [302, undefined],
])('%i with the location %s leads nowhere', (status, location) => expect(follow(location, status)).toBeUndefined());

test.each([
  ['http://api.example.com/v1', /to http /],
  ['http://127.0.0.1/x', /to http /],
  ['file:///etc/passwd', /file:/],
  ['javascript:alert(1)', /javascript:/],
  ['https://user@other.example/', /user name/],
  ['https://', /not an address/],
])('%s is refused from https', async (location, message) => {
  expect(await thrownBy(() => follow(location))).toMatchObject({ code: 'redirect_refused', message: expect.stringMatching(message) as unknown });
});

test('from http it goes to http, by the rules of the URL that is entered', async () => {
  const local = { url: 'http://127.0.0.1:8080/a' };
  expect(follow('/b', 307, local)).toMatchObject({ url: 'http://127.0.0.1:8080/b', tokenHeader: 'authorization' });
  expect(follow('http://localhost:9090/b', 307, local)).not.toHaveProperty('tokenHeader');
  expect(await thrownBy(() => follow('http://169.254.169.254/latest', 307, local))).toMatchObject({ code: 'redirect_refused' });
  expect(follow('http://api.internal/b', 307, local, true)?.url).toBe('http://api.internal/b');
});
