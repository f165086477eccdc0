import { fill, partOf } from '../../../tools/cli/providers/fill';
import type { Provider } from '../../../tools/cli/providers/provider';

const PROVIDER: Provider = {
  id: 'example',
  name: 'Example',
  way: {
    authentication: 'customRequest',
    url: 'https://{host}/token',
    method: 'POST',
    headers: 'Authorization: Basic {basic}',
    body: 'account={account}&for={username}',
    username: '{user}',
    secret: '{password}',
    tokenPath: 'token',
  },
  placeholders: {
    host: { what: 'Host' },
    account: { what: 'Account' },
    user: { what: 'User', isOptional: true },
    password: { what: 'Password', variable: 'PASSWORD' },
  },
  clientAccess: 'yes',
  userAccess: 'no',
  lifetime: '1 hour',
  refreshToken: 'none',
  store: 'Endpoint',
  quirks: [],
  sources: [],
};
const ENTERED = { host: 'login.example.com', account: '{user} $& 1', user: 'me', password: 'canary-é' };

test('placeholders get their values, as they are; secrets become references; what the request itself replaces stays', () => {
  expect(fill(PROVIDER, ENTERED)).toEqual({
    settings: {
      url: 'https://login.example.com/token',
      method: 'POST',
      headers: 'Authorization: Basic {basic}',
      body: 'account={user} $& 1&for={username}',
      username: 'me',
      secret: '${PASSWORD}',
      tokenPath: 'token',
    },
    secrets: { PASSWORD: 'canary-é' },
  });
});

test('a setting whose optional placeholder is empty is left out', () => {
  expect(fill(PROVIDER, { ...ENTERED, user: '' }).settings).not.toHaveProperty('username');
});

test.each([
  ['acme', 'https://{name}.example.com/oauth/token', 'acme'],
  [' https://acme.example.com/setup?x ', 'https://{name}.example.com/oauth/token', 'acme'],
  ['acme.example.com', 'https://{name}.example.com/oauth/token', 'acme'],
  ['https://other.example.org', 'https://{name}.example.com/oauth/token', 'other.example.org'],
  ['https://acme.okta.com/', 'https://{name}/oauth2/{server}/token', 'acme.okta.com'],
  ['https://kc.example.com/auth/realms/bots', 'https://{name}/realms/{realm}/token', 'kc.example.com/auth'],
  ['kc.example.com:8443', 'https://{name}/realms/{realm}/token', 'kc.example.com:8443'],
  ['https://login.example.com/0123/oauth2/token', 'https://login.example.com/{name}/oauth2/token', '0123'],
  ['https://login.eu.example.com', 'https://login.{name}/token', 'eu.example.com'],
  ['https://acme.example.com/', '{name}/oauth/token', 'https://acme.example.com'],
])('%j for the name in %s is %j', (answer, pattern, part) => {
  expect(partOf(answer, pattern, 'name')).toBe(part);
});
