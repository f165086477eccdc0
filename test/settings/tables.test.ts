import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import fc from 'fast-check';

import { readServiceSettings } from '../../src/nodes/service-settings';
import { readTokenEndpointConfig } from '../../src/oauth';
import { COGNIGY_API, COGNIGY_API_CONNECTION } from '../../src/settings/chain';
import { CONNECTION_TYPES } from '../../src/settings/connections';
import { CUSTOM_REQUEST, CUSTOM_REQUEST_KEYS, CUSTOM_TOKEN_REQUEST } from '../../src/settings/custom-request';
import { NODE_FIELDS } from '../../src/settings/node-fields';
import type { NodeField } from '../../src/settings/node-field';
import { REQUEST_FIELDS } from '../../src/settings/request-fields';
import type { ConfigKey, ConnectionField, ConnectionType, Readers } from '../../src/settings/setting';
import { OAUTH2_SIGNED_JWT, SIGNED_JWT, SIGNED_JWT_KEYS } from '../../src/settings/signed-jwt';
import { SHARED_STORES, STORE_CHOICES } from '../../src/settings/stores';
import type { StoreName } from '../../src/settings/stores';
import { TLS_CERTIFICATES, TLS_CERTIFICATES_CONNECTION } from '../../src/settings/tls';
import { OAUTH2_CLIENT_CREDENTIALS, TOKEN_ENDPOINT } from '../../src/settings/token';
import { TOKEN_KEYS } from '../../src/settings/token-keys';
import { secretsIn } from '../../tools/cli/exposed';
import type { Problem } from '../../tools/cli/problems';
import { readObject } from '../../tools/cli/read-object';
import { ALL_SETTINGS } from '../../tools/cli/settings';

const KEYS: Readonly<Record<string, ConfigKey>> = { ...ALL_SETTINGS, ...TOKEN_KEYS };

const STORE_NAMES = Object.keys(SHARED_STORES) as StoreName[];
const READ_BY: [ConnectionType, Readers][] = [
  [OAUTH2_CLIENT_CREDENTIALS, TOKEN_ENDPOINT],
  [OAUTH2_SIGNED_JWT, { ...SIGNED_JWT, extraParameters: TOKEN_ENDPOINT.extraParameters }],
  [CUSTOM_TOKEN_REQUEST, CUSTOM_REQUEST],
  ...STORE_NAMES.map((name): [ConnectionType, Readers] => [STORE_CHOICES[name].connection, SHARED_STORES[name].readers]),
  [COGNIGY_API_CONNECTION, COGNIGY_API],
  [TLS_CERTIFICATES_CONNECTION, TLS_CERTIFICATES],
];

describe('what a connection asks for', () => {
  test('is all there is', () => {
    expect(READ_BY.map(([connection]) => connection)).toEqual(CONNECTION_TYPES);
    expect(STORE_NAMES).toEqual(Object.keys(STORE_CHOICES));
  });

  test.each(READ_BY)('has a reader: %#', ({ fields }, readers) => {
    const names = Object.keys(readers).filter((name) => !(name in NODE_FIELDS));
    expect(Object.keys(fields).sort()).toEqual(names.sort());
  });

  test('and only that is missed by the readers where it is left out', () => {
    for (const [{ fields }, readers] of READ_BY) {
      for (const [name, { required = true }] of Object.entries<ConnectionField>(fields)) {
        const read = () => readers[name]?.(undefined, { field: name });
        if (required) expect(read).toThrow(expect.objectContaining({ field: name }) as Error);
        else expect(read).not.toThrow();
      }
    }
  });

  test('has a key in the configuration, required alike, from which deploy fills it in', () => {
    for (const { fields, deployed } of CONNECTION_TYPES) {
      if (deployed === undefined) continue;
      expect(KEYS).toHaveProperty(deployed.where);
      // Some have an object of their own.
      const keys: Readonly<Record<string, ConfigKey>> = { signedJwt: SIGNED_JWT_KEYS, customRequest: CUSTOM_REQUEST_KEYS }[deployed.where] ?? KEYS;
      for (const [name, { key = name, required = true }] of Object.entries(fields)) {
        expect(keys).toHaveProperty(key);
        // What another field can take the place of, a form can't ask for.
        const { required: isRequired = false, unless = [] } = keys[key] ?? {};
        expect([key, isRequired && !unless.some((other) => other in fields)]).toEqual([key, required]);
      }
    }
  });
});

test('what the configuration takes for a token, the Function takes too', () => {
  const text = fc.oneof(fc.string(), fc.constantFrom('', ' ', 'https://login.example.com/token', 'a=b', 'client_secret_post', '90'));
  const value = fc.oneof(text, fc.anything(), fc.double(), fc.dictionary(fc.string(), fc.string()));
  const settings = fc.record(
    Object.fromEntries(Object.keys(TOKEN_KEYS).map((name) => [name, value])) as Record<keyof typeof TOKEN_KEYS, typeof value>,
    { requiredKeys: [] },
  );
  const base = { tokenUrl: 'https://login.example.com/token', clientId: 'a', clientSecret: 'b' };
  let taken = 0;
  fc.assert(
    fc.property(settings, fc.constantFrom(...Object.keys(TOKEN_KEYS)), (given, only) => {
      const login = ['username', 'password'].includes(only) ? { username: 'c', password: 'd' } : {};
      const entered = { ...base, ...login, [only]: given[only as keyof typeof given] };
      const problems: Problem[] = [];
      const read = readObject(entered, TOKEN_KEYS, { path: '', allowInsecure: false, problems, warnings: [] });
      const { clientSecret, username = '', password = '' } = read as { clientSecret?: string; username?: string; password?: string };
      // What depends on other keys is checked with the list of tokens.
      if (problems.length > 0 || clientSecret === undefined || (username.trim() === '') !== (password.trim() === '')) return;
      taken += 1;
      expect(readTokenEndpointConfig(read)).toMatchObject({ tokenUrl: expect.any(String) as string });
    }),
    { numRuns: 2000 },
  );
  expect(taken).toBeGreaterThan(100);
});

test.each([
  ['endpoint', { url: 'https://store.example.com/1', endpointSecret: 'a-secret' }, { url: 'https://store.example.com/1', endpointSecret: 'a-secret' }],
  [
    'redis',
    { url: 'rediss://redis.example.com', encryptionKey: `${'n'.repeat(16)} ${'o'.repeat(16)}` },
    { url: 'rediss://redis.example.com', keyPrefix: 'access-token:', encryptionKey: ['n'.repeat(16), 'o'.repeat(16)] },
  ],
])('a node reads the connection of its store: %s', async (kind, connection, settings) => {
  const client = { tokenUrl: 'https://login.example.com/token', clientId: 'a', clientSecret: 'b' };
  const { store } = await readServiceSettings({ connection: client, store: kind, [`${kind}Connection`]: connection });
  expect(store).toEqual({ kind, settings });
});

test('these keys hold secrets, and no others', () => {
  const values = Object.fromEntries(Object.keys(KEYS).map((key) => [key, key]));
  const config = {
    ...values,
    extraParameters: { password: 'password', resource: 'resource' },
    initialTokens: { a: { token: { access_token: 'access_token', refresh_token: 'refresh_token', scope: 'scope' } } },
  };
  expect(secretsIn(config).map(({ text }) => text).sort()).toEqual([
    'access_token',
    'alertUrl',
    'apiKey',
    'clientSecret',
    'encryptionKey',
    'endpointSecret',
    'password',
    'password',
    'previousEndpointSecret',
    'redisUrl',
    'refreshToken',
    'refresh_token',
  ]);
});

describe('each bundle leaves out the tables that it does not use', () => {
  const fieldTexts = CONNECTION_TYPES.flatMap(({ fields }) => Object.values(fields).map(({ description }) => description));
  const nodeTexts = [NODE_FIELDS, REQUEST_FIELDS].flatMap((fields) => Object.values<NodeField>(fields)).flatMap(({ description, text }) => (description ?? text)?.[0] ?? []);
  const keyTexts = Object.values(KEYS).flatMap(({ about, ask }) => [about, ask?.message]).filter((text) => text !== undefined);
  const built = (file: string) => readFileSync(join(__dirname, '../../dist', file), 'utf8');
  const found = (file: string, texts: readonly string[]) => texts.filter((text) => built(file).includes(text));

  test('there are texts to look for', () => {
    expect(found('extension/build/editor.js', [...fieldTexts, ...nodeTexts])).toEqual([...fieldTexts, ...nodeTexts]);
    expect(found('cli.js', ['the token endpoint of the authorization server'])).toHaveLength(1);
  });

  test.each(['function.ts', 'transformer-rest.ts', ...['module', 'keep-stored-token', 'call-with-token', 'execute-forget', 'redis'].map((name) => `extension/build/${name}.js`)])('%s', (file) => {
    expect(found(file, [...fieldTexts, ...nodeTexts, ...keyTexts])).toEqual([]);
  });

  test('extension/build/editor.js', () => {
    expect(found('extension/build/editor.js', keyTexts.filter((text) => text.length > 20))).toEqual([]);
  });
});
