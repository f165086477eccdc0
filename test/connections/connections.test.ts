import { connections as ALL } from '../../src/connections';
import extension from '../../src/module';
import { readTokenEndpointConfig } from '../../src/oauth';

const LONGEST_TEXT = 200;
const MOST_FIELDS = 10;

test('are the ones that saved Flows refer to, with these fields in this order', () => {
  const fields = ALL.map(({ type, fields }) => [type, fields.map(({ fieldName }) => fieldName)]);
  expect(fields).toEqual([
    [
      'oauth2ClientCredentials',
      [
        'tokenUrl',
        'clientId',
        'clientSecret',
        'scope',
        'audience',
        'clientAuthentication',
        'refreshToken',
        'username',
        'password',
        'extraParameters',
      ],
    ],
    ['oauth2SignedJwt', ['key', 'tokenUrl', 'clientId', 'subject', 'scope', 'audience', 'keyId', 'algorithm', 'use', 'extraParameters']],
    ['customTokenRequest', ['url', 'method', 'headers', 'body', 'username', 'secret', 'tokenPath', 'expiryPath', 'expiryFormat']],
    ['accessTokenStore', ['url', 'endpointSecret']],
    ['accessTokenStoreRedis', ['url', 'keyPrefix', 'encryptionKey', 'sentinels', 'cluster']],
    ['cognigyApi', ['apiUrl', 'apiKey', 'functionId']],
    ['tlsCertificates', ['certificateAuthority', 'clientCertificate', 'clientKey', 'passphrase']],
  ]);
});

test('are all part of the extension', () => {
  expect(extension.connections).toEqual(ALL);
});

test('ask for what they cannot do without, and for nothing else', () => {
  const required = ALL.map(({ fields }) =>
    fields.filter(({ required = true }) => required).map(({ fieldName }) => fieldName),
  );
  expect(required).toEqual([
    ['tokenUrl', 'clientId'],
    ['key'],
    ['url'],
    ['url', 'endpointSecret'],
    ['url'],
    ['apiUrl', 'apiKey', 'functionId'],
    [],
  ]);
});

describe.each(ALL)('$type', ({ label, fields }) => {
  test(`has a label and at most ${MOST_FIELDS} fields`, () => {
    expect(label).toMatch(/^\S.*\S$/);
    expect(fields.length).toBeLessThanOrEqual(MOST_FIELDS);
    expect(new Set(fields.map(({ fieldName }) => fieldName)).size).toBe(fields.length);
  });

  test.each(fields)('$fieldName tells a bot builder what to enter', (field) => {
    for (const text of [field.label, field.description]) {
      expect(text).toMatch(/^\S.*\S$/);
      expect(text.length).toBeLessThanOrEqual(LONGEST_TEXT);
    }
    expect(field.description).not.toBe(field.label);
  });

  test('has no two fields that read the same', () => {
    for (const key of ['label', 'description'] as const) {
      expect(new Set(fields.map((field) => field[key])).size).toBe(fields.length);
    }
  });
});

test('every field of the OAuth2 connection reaches the token request', () => {
  const oauth2 = ALL.find(({ type }) => type === 'oauth2ClientCredentials');
  const values = Object.fromEntries(
    oauth2?.fields.map(({ fieldName }) => [fieldName, `value-of-${fieldName}`]) ?? [],
  );
  const config = readTokenEndpointConfig({
    ...values,
    tokenUrl: 'https://login.example.com/token',
    clientAuthentication: 'client_secret_post',
    extraParameters: 'resource=https%3A%2F%2Fapi.example.com',
  });
  expect(config).toEqual({
    tokenUrl: 'https://login.example.com/token',
    clientId: 'value-of-clientId',
    clientSecret: 'value-of-clientSecret',
    clientAuthentication: 'client_secret_post',
    scope: 'value-of-scope',
    audience: 'value-of-audience',
    refreshToken: 'value-of-refreshToken',
    username: 'value-of-username',
    password: 'value-of-password',
    extraParameters: { resource: 'https://api.example.com' },
    fallBackToClient: false,
    defaultLifetimeSeconds: undefined,
  });
});
