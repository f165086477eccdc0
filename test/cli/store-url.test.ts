import { endpointBaseOf, storeUrlOf } from '../../tools/cli/store-url';

const lock = { urlToken: 'abc' };

test.each([
  ['https://api-trial.cognigy.ai', 'https://endpoint-trial.cognigy.ai'],
  ['https://api.cognigy.example.com', 'https://endpoint.cognigy.example.com'],
  ['https://api-internal.example.com:8443', 'https://endpoint-internal.example.com:8443'],
  ['https://apis.example.com', undefined],
  ['https://cognigy.example.com/api-x', undefined],
  ['http://127.0.0.1:3000', undefined],
])('the Endpoints of %s are at %s', (apiUrl, expected) => {
  expect(endpointBaseOf({ apiUrl })).toBe(expected);
});

test('the store is where the configuration says, or at the Endpoint', () => {
  const apiUrl = 'https://api-trial.cognigy.ai';
  expect(storeUrlOf({ apiUrl, storeUrl: 'https://x.example/1' }, lock)).toBe('https://x.example/1');
  expect(storeUrlOf({ apiUrl, endpointBaseUrl: 'https://e.example/' }, lock)).toBe('https://e.example/abc');
  expect(storeUrlOf({ apiUrl, endpointType: 'webhook' }, lock)).toBe('https://endpoint-trial.cognigy.ai/inject/abc');
  expect(storeUrlOf({ apiUrl }, {})).toBeUndefined();
  expect(storeUrlOf({ apiUrl: 'https://cognigy.example.com' }, lock)).toBeUndefined();
});
