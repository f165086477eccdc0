import { writeFileSync } from 'node:fs';

import { readConfiguration } from '../../tools/cli/config';
import { ARCHIVE_NAME, desiredState, secretsOf } from '../../tools/cli/deploy/desired-state';
import type { DeployValues } from '../../tools/cli/deploy/desired-state';
import { literalSecrets } from '../../tools/cli/exposed';
import { providerEntry } from '../../tools/cli/init/provider-entry';
import { PROVIDERS } from '../../tools/cli/providers';
import type { Provider } from '../../tools/cli/providers/provider';
import { secretStriker } from '../../tools/cli/secrets';
import { deploySettings } from '../../tools/cli/settings';
import { CONNECTION_TYPES } from '../../src/settings/connections';
import { CONSENT_KEYS } from '../../src/settings/token-keys';
import { configOf, ENVIRONMENT, smallestConfiguration, Workshop } from './support';

const PEM = '-----BEGIN PRIVATE KEY-----\ncanary-key\n-----END PRIVATE KEY-----\n';
const SECRETS = { PASSWORD: 'canary password', KEY: PEM, LOGIN_SECRET: 'canary-login-"secret"', GATEWAY_KEY: 'canary-gateway' };
const LOGIN = { url: 'https://api.example.com/login', username: 'me', secret: '${LOGIN_SECRET}' };
const SIGNED = { key: '${KEY}', tokenUrl: 'https://login.example.com/token', clientId: 'a-client' };

let workshop: Workshop;
beforeEach(() => {
  workshop = new Workshop();
  writeFileSync(workshop.path(ARCHIVE_NAME), 'an archive');
});
afterEach(() => workshop.remove());

/** A configuration with these tokens, and no others. */
const withTokens = (...tokens: object[]) => ({ ...smallestConfiguration(), tokens });
const byFlow = (...tokens: object[]) => ({
  ...withTokens(...tokens),
  storeUrl: undefined,
  projectId: 'p1',
  endpointBaseUrl: 'https://endpoint.example.com',
  refreshBy: 'flow',
  refreshFlowUrl: 'https://endpoint.example.com/flow',
});
const render = (config: object, artifact = 'function') => workshop.render(artifact, config, { ...ENVIRONMENT, ...SECRETS });

async function problemsOf(config: object): Promise<string[]> {
  const { code, out, err } = await render(config);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).not.toContain('canary');
  return err.trimEnd().split('\n').slice(1).filter((line) => !line.startsWith('Variables are looked for')).map((line) => line.trim());
}

function deployed(config: object) {
  const file = workshop.configuration(config);
  const values = readConfiguration(file, deploySettings, { ...ENVIRONMENT, ...SECRETS }).values as DeployValues;
  const desired = desiredState(values, workshop.folder);
  return { values, code: desired.functionCode({ functionId: 'f1', urlToken: 't1' }), connections: desired.connections({ functionId: 'f1', urlToken: 't1' }) };
}

describe('the text of the Function', () => {
  beforeEach(() => {
    for (const name of ['function', 'function-custom-request']) {
      writeFileSync(workshop.path(`${name}.ts`), `// ${name}\n// ---- configuration: x\n// ---- end of configuration ----\n`);
    }
  });
  const CLIENT = smallestConfiguration().tokens[0] ?? {};
  const BOTH = [CLIENT, { tokenName: 'crm', customRequest: LOGIN }];

  test.each([
    ['no token wants custom requests', [CLIENT], 'function'],
    ['one of them does', BOTH, 'function-custom-request'],
  ])('where %s', async (_, tokens, name) => {
    expect((await render(withTokens(...tokens))).out).toMatch(new RegExp(`^// ${name}\n`));
    expect(deployed({ ...withTokens(...tokens), projectId: 'p1' }).code).toMatch(new RegExp(`^// ${name}\n`));
  });

  test('the address of a chat goes in, but not where a Flow refreshes: that is said', async () => {
    const alertUrl = 'https://hooks.example.com/services/T0/B0/abc';
    const { out } = await render({ ...withTokens(CLIENT), alertUrl });
    expect(out).toContain(`"alertUrl": "${alertUrl}"`);
    const refreshed = await render({ ...byFlow(CLIENT), alertUrl });
    expect(refreshed.code).toBe(0);
    expect(refreshed.out + refreshed.err).not.toContain(alertUrl);
    expect(refreshed.err).toMatch(/alertUrl in .* has no effect with refreshBy "flow"/);
  });

  test('where a Flow refreshes, it is the small one, without a secret', () => {
    const { code } = deployed(byFlow(...BOTH, { tokenName: 'google', signedJwt: SIGNED }));
    expect(code).toMatch(/^\/\/ function\n/);
    expect(code).not.toMatch(/canary-(?:client|login|key)/);
  });

  test('holds the request as it was described', async () => {
    const customRequest = { ...LOGIN, headers: { 'X-API-Key': '${GATEWAY_KEY}' }, body: { user: '{username}', deep: { key: '${GATEWAY_KEY}' } }, expiryFormat: 'iso' };
    const { out, err } = await render(withTokens({ customRequest, defaultLifetimeSeconds: 60 }));
    expect(err).toBe('');
    expect(configOf(out)['tokens']).toEqual([
      {
        defaultLifetimeSeconds: 60,
        customRequest: {
          url: 'https://api.example.com/login',
          method: 'POST',
          headers: 'x-api-key: canary-gateway',
          body: '{"user":"{username}","deep":{"key":"canary-gateway"}}',
          username: 'me',
          secret: SECRETS.LOGIN_SECRET,
          expiryFormat: 'iso',
        },
      },
    ]);
  });
});

describe('a signed JWT', () => {
  test('is refused where a Function refreshes, by the name of the token', async () => {
    const message = 'have a Flow refresh the token "drive". Set "refreshBy": "flow" and "refreshFlowUrl" at the top of the file';
    const config = withTokens(...smallestConfiguration().tokens, { tokenName: 'drive', signedJwt: SIGNED });
    const expected = [expect.stringMatching(new RegExp(`^tokens\\[1\\]\\.signedJwt: .*${message}$`))];
    expect(await problemsOf(config)).toEqual(expected);
    expect(await problemsOf({ ...config, refreshBy: 'function' })).toEqual(expected);
    expect(() => deployed({ ...config, projectId: 'p1' })).toThrow(message);
  });

  test('does not keep the transformer from being rendered', async () => {
    expect(await render(withTokens({ signedJwt: SIGNED }), 'transformer-rest')).toMatchObject({ code: 0 });
  });
});

test('each way to get a token has a connection of its own; keys of several lines stay whole', () => {
  const user = { tokenName: 'user', ...smallestConfiguration().tokens[0], username: 'me', password: '${PASSWORD}' };
  const login = { ...LOGIN, headers: 'Accept: text/plain\nX-API-Key: ${GATEWAY_KEY}' };
  const { connections } = deployed(byFlow(user, { tokenName: 'crm', customRequest: login }, { tokenName: 'drive', signedJwt: { ...SIGNED, extraParameters: { client_id: 'x' } } }));
  expect(connections.map(({ name, type, fields }) => [name, type, fields])).toEqual(
    expect.arrayContaining([
      ['Access Token OAuth2 user', 'oauth2ClientCredentials', expect.objectContaining({ clientId: 'a-client', username: 'me', password: SECRETS.PASSWORD })],
      [
        'Access Token Login crm',
        'customTokenRequest',
        { url: LOGIN.url, method: 'POST', headers: 'accept: text/plain\nx-api-key: canary-gateway', username: 'me', secret: SECRETS.LOGIN_SECRET, expiryFormat: 'seconds' },
      ],
      ['Access Token Signed JWT drive', 'oauth2SignedJwt', { ...SIGNED, key: PEM, use: 'grant', extraParameters: 'client_id=x' }],
    ]),
  );
});

describe('a client without a secret that a certificate stands for', () => {
  const client = { ...smallestConfiguration().tokens[0], clientSecret: undefined };
  const read = (config: object) => readConfiguration(workshop.configuration(config), deploySettings, ENVIRONMENT);

  test.each([
    ['without', client],
    ['with an empty', { ...client, clientSecret: '${EMPTY}' }],
  ])('may be used where a Flow refreshes, with a warning: %s', (_, token) => {
    const { values, warnings } = readConfiguration(workshop.configuration(byFlow(token)), deploySettings, { ...ENVIRONMENT, EMPTY: '' });
    expect(warnings).toEqual([expect.stringMatching(/^tokens\[0\]\.clientSecret in .* is missing: .* client certificate/)]);
    const [connection] = desiredState(values as DeployValues, workshop.folder).connections({ functionId: 'f1', urlToken: 't1' });
    expect(connection).toMatchObject({ type: 'oauth2ClientCredentials', fields: { clientId: 'a-client' } });
    expect(connection?.fields).not.toHaveProperty('clientSecret');
  });

  test('is not warned of where something else proves who asks', () => {
    expect(read(byFlow(smallestConfiguration().tokens[0] ?? {})).warnings).toEqual([]);
    expect(read(byFlow({ ...client, refreshToken: '${CLIENT_SECRET}' })).warnings).toEqual([]);
  });

  test('is refused where a Function refreshes', () => {
    expect(() => read({ ...withTokens(client), projectId: 'p1' })).toThrow('tokens[0].clientSecret: is missing');
  });
});

describe('keys that do not go together', () => {
  const CLIENT = smallestConfiguration().tokens[0] ?? {};

  test.each<[string, object, unknown[]]>([
    [
      'a client and a request of its own',
      { ...CLIENT, scope: 'x', customRequest: LOGIN },
      ['tokenUrl', 'clientId', 'clientSecret', 'scope'].map((key) => `tokens[0].${key}: is not used beside "customRequest": leave it out`),
    ],
    [
      'a user name outside of the request',
      { username: 'me', password: 'x', customRequest: LOGIN },
      [
        'tokens[0].username: is not used beside "customRequest": move it into "customRequest"',
        'tokens[0].password: is not used beside "customRequest": leave it out',
      ],
    ],
    ['a user name without a password', { ...CLIENT, username: 'me' }, ['tokens[0].password: is missing: "username" needs it']],
    ['a password without a user name', { ...CLIENT, password: 'canary' }, ['tokens[0].username: is missing: "password" needs it']],
    ['no secret, and an empty user name', { tokenUrl: 'https://a.example', clientId: 'a', username: '' }, ['tokens[0].clientSecret: is missing']],
    ['an empty secret', { ...CLIENT, clientSecret: '' }, ['tokens[0].clientSecret: must not be empty']],
    ['nothing at all', {}, ['tokenUrl', 'clientId', 'clientSecret'].map((key) => `tokens[0].${key}: is missing`)],
    ['a request without a URL', { customRequest: {} }, ['tokens[0].customRequest.url: is missing']],
    ['headers that are none', { customRequest: { ...LOGIN, headers: 'canary' } }, ['tokens[0].customRequest.headers: must be an object of texts, or one "Name: value" a line']],
    ['headers that hold no texts', { customRequest: { ...LOGIN, headers: { a: {} } } }, ['tokens[0].customRequest.headers: must be an object of texts, or one "Name: value" a line']],
    ['a reference in a body', { customRequest: { ...LOGIN, body: { a: ['${NOT_SET}'] } } }, ['tokens[0].customRequest.body.a[0]: the environment variable NOT_SET is not set']],
    ['the client in the parameters', { ...CLIENT, extraParameters: 'client_id=x' }, [expect.stringContaining('"client_id" is already set')]],
  ])('%s', async (_, token, problems) => {
    expect(await problemsOf(withTokens(token))).toEqual(problems);
  });

  test('a client beside a signed JWT, and two ways at once', () => {
    const config = byFlow({ tokenUrl: SIGNED.tokenUrl, signedJwt: SIGNED, customRequest: LOGIN });
    expect(() => deployed(config)).toThrow(
      /tokens\[0\]\.tokenUrl: is not used beside "signedJwt": move it into "signedJwt"\n +tokens\[0\]\.customRequest: is not used beside "signedJwt": leave it out$/,
    );
  });

  test('an empty variable counts as nothing', async () => {
    const customRequest = { ...LOGIN, headers: '${EMPTY}', body: '${EMPTY}' };
    const { code, err } = await workshop.render('function', withTokens({ customRequest }), { ...ENVIRONMENT, ...SECRETS, EMPTY: '' });
    expect({ code, err }).toEqual({ code: 0, err: '' });
  });
});

describe('secrets', () => {
  const HEADERS = 'Content-Type: application/json\nAuthorization: Basic {basic}\nX-API-Key: canary-header';

  test.each<[object, string[]]>([
    [{ signedJwt: { key: PEM } }, ['signedJwt.key']],
    [{ signedJwt: { key: '${KEY}', extraParameters: { client_id: 'x', pin: '1' } } }, ['signedJwt.extraParameters.client_id', 'signedJwt.extraParameters.pin']],
    [{ username: 'me', password: 'x' }, ['password']],
    [{ customRequest: { secret: 'x', headers: HEADERS } }, ['customRequest.headers["X-API-Key"]', 'customRequest.secret']],
    [{ customRequest: { headers: { 'X-API-Key': 'x', Authorization: 'Bearer ${A}' } } }, ['customRequest.headers["X-API-Key"]']],
    [{ customRequest: { body: { a: { b: ['x', '{secret}'] } } } }, ['customRequest.body.a.b[0]']],
    [{ customRequest: { body: '{"pin": "x", "user": "{username}"}' } }, ['customRequest.body.pin']],
    [{ customRequest: { body: 'grant_type=password&pin=1%2023&user={username}' } }, ['customRequest.body.pin']],
    [{ customRequest: { body: 'a word' } }, ['customRequest.body']],
    [{ customRequest: { headers: 'Authorization: Basic {basic}', body: '{"a":"{username}","b":"{secret}"}', secret: '${A}' } }, []],
  ])('that are written out in %j are found', (token, paths) => {
    expect(literalSecrets({ tokens: [token] }).sort()).toEqual(paths.map((path) => `tokens[0].${path}`).sort());
  });

  test('are struck out of what is shown', () => {
    const login = { ...LOGIN, headers: 'X-API-Key: ${GATEWAY_KEY}', body: { pin: 'canary-pin' } };
    const user = { tokenName: 'user', ...smallestConfiguration().tokens[0], username: 'me', password: '${PASSWORD}' };
    const { values } = deployed(byFlow(user, { tokenName: 'crm', customRequest: login }, { tokenName: 'drive', signedJwt: SIGNED }));
    const strike = secretStriker(secretsOf(values));
    const shown = [SECRETS.GATEWAY_KEY, 'canary-pin', SECRETS.PASSWORD, SECRETS.LOGIN_SECRET, PEM].map((secret) => strike(`no: ${JSON.stringify({ secret })}`));
    expect(shown.join('\n')).not.toContain('canary');
  });
});

describe('the entry of each provider', () => {
  const entered = ({ placeholders = {} }: Provider): Record<string, string> =>
    Object.fromEntries(
      Object.entries(placeholders).map(([name, { variable, initial, example, choices = {} }]) => [
        name,
        variable === undefined ? (initial ?? Object.keys(choices)[0] ?? example ?? 'x') : `canary-${variable}`,
      ]),
    );

  const read = (config: object, secrets: Record<string, string>) =>
    readConfiguration(workshop.configuration(config), deploySettings, { ...ENVIRONMENT, ...secrets }).values as DeployValues;

  test.each(PROVIDERS.map((provider) => [provider.id, provider] as const))('%s is accepted, and becomes a connection', (_, provider) => {
    const { authentication } = provider.way;
    const { answers, members, secrets } = providerEntry(provider, entered(provider));
    const client = authentication === 'clientSecret' ? { clientId: 'a', clientSecret: '${CLIENT_SECRET}', ...answers } : {};
    const token = { ...client, ...members };
    const values = read(byFlow(token), secrets);
    const [connection] = desiredState(values, workshop.folder).connections({ functionId: 'f1', urlToken: 't1' });
    const { type, fields } = {
      clientSecret: { type: 'oauth2ClientCredentials', fields: { clientSecret: ENVIRONMENT.CLIENT_SECRET } },
      signedJwt: { type: 'oauth2SignedJwt', fields: { key: 'canary-PRIVATE_KEY', use: expect.stringMatching(/^(?:client|grant)$/) as unknown } },
      customRequest: { type: 'customTokenRequest', fields: { username: expect.any(String) as unknown, secret: expect.stringContaining('canary-') as unknown } },
    }[authentication];
    expect(connection).toMatchObject({ type, fields });
    if (authentication === 'signedJwt') return;
    const byFunction = { ...withTokens(token), projectId: 'p1' };
    expect(read(byFunction, secrets).tokens).toEqual(values.tokens);
  });
});

test('where a consent is asked for goes neither into a Function nor into a connection', async () => {
  const { tokens, ...others } = smallestConfiguration();
  const consent = {
    provider: 'hubspot',
    issuer: 'https://canary-issuer.example.com',
    authorizationUrl: 'https://canary-authorization.example.com',
    deviceAuthorizationUrl: 'https://canary-device.example.com',
    revocationUrl: 'https://canary-revocation.example.com',
  };
  expect(Object.keys(consent).sort()).toEqual(Object.keys(CONSENT_KEYS).sort());
  const { code, out } = await workshop.render('function', { ...others, tokens: [{ ...tokens[0], ...consent }] });
  expect(code).toBe(0);
  expect(Object.keys((configOf(out)['tokens'] as object[])[0] ?? {})).not.toEqual(expect.arrayContaining(['issuer']));
  expect(out).not.toMatch(/canary-(?:issuer|authorization|device|revocation)/);
  for (const { fields } of CONNECTION_TYPES) for (const key of Object.keys(consent)) expect(fields).not.toHaveProperty(key);
});
