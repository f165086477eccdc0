import { parseEnv } from 'node:util';

import { askForProvider } from '../../../tools/cli/init/ask-provider';
import { runDialogue } from '../../../tools/cli/init/dialogue';
import { Cancelled } from '../../../tools/cli/init/prompter';
import { providerEntry } from '../../../tools/cli/init/provider-entry';
import { providerOf, PROVIDERS } from '../../../tools/cli/providers';
import type { Provider } from '../../../tools/cli/providers/provider';
import { certified, pemOf, quotes, RSA } from '../../oauth/assertion/keys';
import { FakeClock } from '../../support/fake-clock';
import { jsonAnswer, RecordingTransport } from '../../support/recording-transport';
import type { ScriptedAnswer } from '../../support/recording-transport';
import { MemoryFiles, ScriptedPrompter } from './support';
import type { Script } from './support';

const FILE = 'access-token.json';
const ENV_FILE = 'access-token.env';
const SECRET = 'canary-client-secret-22cd';
const KEY = pemOf(RSA);
/** Their token URLs do not tell whose they are. */
const NAMED = ['auth0', 'okta', 'keycloak', 'cognito', 'zoho'];
const CANARIES = ['canary-api-key', SECRET, 'canary-endpoint-secret', 'canary-access-token', 'canary-refresh'];

const ANSWERS: Script = {
  'Project id': '64b7f0c2a1b2c3d4e5f60718',
  'URL of the Cognigy API': 'https://api-trial.cognigy.ai',
  'API key (': 'canary-api-key',
  'Client ID': 'my-bot',
  'Client secret': SECRET,
  'Flow runs': 'https://endpoint-trial.cognigy.ai/0123',
};

function known(id: string): Provider {
  const provider = providerOf(id);
  if (provider === undefined) throw new Error(`There is no provider ${id}.`);
  return provider;
}

/** Runs the dialogue for a provider; no secret is ever shown, or in the configuration. */
async function talk(id: string, script: Script = {}, { answers, files = new MemoryFiles() }: { answers?: ScriptedAnswer[]; files?: MemoryFiles } = {}) {
  const prompter = new ScriptedPrompter({ ...script, ...ANSWERS, ...script });
  const token = jsonAnswer(200, { access_token: 'canary-access-token', expires_in: 3600 });
  const { send: transport, requests } = new RecordingTransport(answers ?? [token]);
  const { now, sleep } = new FakeClock();
  const readProject = async () => ({ name: 'My bot' });
  const environment = { program: 'access-token', prompter, readProject, files, env: {}, makeSecret: () => 'canary-endpoint-secret', transport, now, sleep };
  const outcome = await runDialogue(FILE, false, environment, known(id)).catch((thrown: unknown) => thrown);
  const shown = prompter.shown.join('\n');
  const text = files.texts[FILE] ?? '{}';
  for (const canary of CANARIES) expect(shown + text).not.toContain(canary);
  // A certificate begins like a key, and is public.
  const secretText = (shown + text).replace(/-----BEGIN CERTIFICATE-----[^]*?-----END CERTIFICATE-----/g, '');
  expect(quotes(secretText, KEY)).toBe(false);
  const config = JSON.parse(text) as Record<string, unknown> & { tokens?: [Record<string, unknown>] };
  const env = parseEnv(files.texts[ENV_FILE] ?? '');
  return { outcome, shown, secretText, asked: prompter.asked, requests, config, token: config.tokens?.[0], env };
}

test('where only a user\'s consent gets a token, no token is asked for, and authorize comes next', async () => {
  const { outcome, requests, token, env, shown } = await talk('hubspot', { Scope: 'crm.objects.contacts.read' });
  expect(outcome).toBeUndefined();
  expect(requests).toEqual([]);
  expect(token).toMatchObject({ tokenUrl: 'https://api.hubapi.com/oauth/2026-03/token', clientSecret: '${CLIENT_SECRET}' });
  expect(token).not.toHaveProperty('refreshToken');
  expect(env).not.toHaveProperty('REFRESH_TOKEN');
  expect(shown).toContain('Next: access-token authorize --deploy');
});

test('Entra: the tenant is asked for, the rest is proposed, and the token endpoint is tried', async () => {
  const { outcome, asked, requests, token, env, config } = await talk('entra', { 'tenant': ' https://login.microsoftonline.com/0123/oauth2/v2.0/token ' });
  expect(outcome).toBeUndefined();
  expect(asked.some((question) => question.includes('Token URL'))).toBe(false);
  expect(requests[0]?.request.url).toBe('https://login.microsoftonline.com/0123/oauth2/v2.0/token');
  expect(requests[0]?.request.body).toContain(`scope=${encodeURIComponent('https://graph.microsoft.com/.default')}`);
  expect(token).toEqual({
    tokenName: 'accessToken',
    tokenUrl: 'https://login.microsoftonline.com/0123/oauth2/v2.0/token',
    clientId: 'my-bot',
    clientSecret: '${CLIENT_SECRET}',
    clientAuthentication: 'client_secret_post',
    scope: 'https://graph.microsoft.com/.default',
    refreshPercent: 90,
  });
  expect(env['CLIENT_SECRET']).toBe(SECRET);
  expect(config).not.toHaveProperty('refreshBy');
});

test('what is proposed can be changed, and the token URL corrected where the provider refuses', async () => {
  const refused = jsonAnswer(404, '');
  const token = jsonAnswer(200, { access_token: 'canary-access-token', expires_in: 3600 });
  const script = { tenant: 'acme', Scope: 'api://0123/.default', 'What now': 'tokenUrl', 'Token URL': 'https://login.example.com/token' };
  const { outcome, token: entry } = await talk('entra', script, { answers: [refused, token] });
  expect(outcome).toBeUndefined();
  expect(entry).toMatchObject({ scope: 'api://0123/.default', tokenUrl: 'https://login.example.com/token' });
});

test('Zoom: a request of its own, which is tried', async () => {
  const { outcome, requests, token, env, config } = await talk('zoom', { 'Account ID': 'acc-1' });
  expect(outcome).toBeUndefined();
  expect(requests.map(({ request }) => request)).toEqual([
    {
      method: 'POST',
      url: 'https://zoom.us/oauth/token',
      headers: {
        accept: 'application/json',
        authorization: `Basic ${Buffer.from(`my-bot:${SECRET}`).toString('base64')}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: 'grant_type=account_credentials&account_id=acc-1',
    },
  ]);
  expect(token).toEqual({
    tokenName: 'accessToken',
    refreshPercent: 90,
    customRequest: {
      url: 'https://zoom.us/oauth/token',
      method: 'POST',
      headers: 'Content-Type: application/x-www-form-urlencoded\nAuthorization: Basic {basic}',
      body: 'grant_type=account_credentials&account_id=acc-1',
      username: 'my-bot',
      secret: '${CLIENT_SECRET}',
      tokenPath: 'access_token',
      expiryPath: 'expires_in',
      expiryFormat: 'seconds',
    },
  });
  expect(env).toEqual({
    COGNIGY_API_KEY: 'canary-api-key',
    ENDPOINT_SECRET: 'canary-endpoint-secret',
    CLIENT_SECRET: SECRET,
  });
  expect(config).toMatchObject({ endpointSecret: '${ENDPOINT_SECRET}' });
});

test('Zoom refuses: what was asked for is corrected, the secret first, and nothing of it is shown', async () => {
  const refused = jsonAnswer(400, { error: 'invalid_client', reason: `Not ${SECRET}` });
  const token = jsonAnswer(200, { access_token: 'canary-access-token', expires_in: 3600 });
  const script = { 'Account ID': 'acc-1', 'Client secret': [SECRET, 'canary-refresh'] };
  const { outcome, shown, requests, env } = await talk('zoom', script, { answers: [refused, token] });
  expect(outcome).toBeUndefined();
  expect(shown).toContain('Check user name, secret, headers and body in the connection.');
  expect(requests).toHaveLength(2);
  expect(env['CLIENT_SECRET']).toBe('canary-refresh');
});

describe('Google service account', () => {
  const JSON_KEY = `${JSON.stringify({ type: 'service_account', client_email: 'bot@example.com', private_key: KEY }, null, 2)}\n`;
  const script = { 'which file': ['nowhere.json', 'empty.json', ' key.json '], Scopes: 'https://www.googleapis.com/auth/drive', 'to act for': '' };
  const files = () => new MemoryFiles({ 'key.json': JSON_KEY, 'empty.json': ' \n' });

  test('the whole key is read from its file and tried, and a Flow refreshes', async () => {
    const { outcome, requests, token, env, config, shown } = await talk('google-service-account', script, { files: files() });
    expect(outcome).toBeUndefined();
    expect(shown).toContain('There is no such file, or it is empty.');
    expect(requests.map(({ request: { url, body } }) => [url, body])).toEqual([
      ['https://oauth2.googleapis.com/token', expect.stringMatching(/^grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&.*assertion=eyJ/)],
    ]);
    expect(token).toEqual({
      tokenName: 'accessToken',
      refreshPercent: 90,
      signedJwt: {
        key: '${PRIVATE_KEY}',
        tokenUrl: 'https://oauth2.googleapis.com/token',
        scope: 'https://www.googleapis.com/auth/drive',
        algorithm: 'RS256',
        use: 'grant',
      },
    });
    expect(env['PRIVATE_KEY']).toBe(JSON_KEY.trim());
    expect(config).toMatchObject({
      refreshBy: 'flow',
      refreshFlowUrl: 'https://endpoint-trial.cognigy.ai/0123',
      endpointBaseUrl: 'https://endpoint-trial.cognigy.ai',
      endpointSecret: '${ENDPOINT_SECRET}',
    });
  });

  test('without an env file, the line to set the key reads it from there', async () => {
    const { shown } = await talk('google-service-account', { ...script, 'Write the secrets': false }, { files: files() });
    expect(shown).toContain('\nexport PRIVATE_KEY="$(cat key.json)"\n');
  });

  test('a key that does not sign is named, and can be exchanged', async () => {
    const broken = JSON_KEY.replace('PRIVATE KEY', 'PUBLIC KEY');
    const { shown, requests, env } = await talk(
      'google-service-account',
      { ...script, 'which file': ['broken.json', 'key.json'] },
      { files: new MemoryFiles({ 'key.json': JSON_KEY, 'broken.json': broken }) },
    );
    expect(shown).toContain('private_key_invalid: ');
    expect(requests).toHaveLength(1);
    expect(env['PRIVATE_KEY']).toBe(JSON_KEY.trim());
  });

  test('the user to act for becomes the subject', () => {
    const entered = { key: JSON_KEY, scope: 'a', subject: 'me@example.com' };
    const { members, secrets } = providerEntry(known('google-service-account'), entered);
    expect(members).toMatchObject({ signedJwt: { subject: 'me@example.com' } });
    expect(secrets).toEqual({ PRIVATE_KEY: JSON_KEY });
  });
});

test('Entra with a certificate: the certificate is no secret, and line ends of Windows do not matter', async () => {
  const { key, certificate } = await certified('rsa');
  const inWindows = (text: string): string => text.replace(/\r?\n/g, '\r\n');
  const files = new MemoryFiles({ 'key.pem': inWindows(pemOf(key)), 'cert.pem': inWindows(certificate) });
  const script = { tenant: 'acme', '(client) ID': 'my-bot', 'Private key': 'key.pem', 'Certificate (PEM)': 'cert.pem' };
  const { outcome, token, env, requests, secretText } = await talk('entra-certificate', script, { files });
  expect(outcome).toBeUndefined();
  expect(requests.map(({ request }) => request.body)).toEqual([expect.stringMatching(/^grant_type=client_credentials&.*client_assertion=eyJ/)]);
  expect(quotes(secretText, pemOf(key))).toBe(false);
  expect(token).toMatchObject({
    signedJwt: {
      key: '${PRIVATE_KEY}',
      clientId: 'my-bot',
      keyId: certificate.replace(/\r\n/g, '\n').trim(),
      scope: 'https://graph.microsoft.com/.default',
      algorithm: 'PS256',
      use: 'client',
    },
  });
  expect(env['PRIVATE_KEY']).toBe(pemOf(key).trim());
});

test('Google: the refresh token is a secret, and is not used up by a trial', async () => {
  const { outcome, requests, token, env, shown } = await talk('google', { 'Refresh token': 'canary-refresh' });
  expect(outcome).toBeUndefined();
  expect(shown).toContain('init requests no token here, because that might use up the refresh token.');
  expect(shown).not.toContain('Asking the token endpoint');
  expect(requests).toEqual([]);
  expect(token).toMatchObject({ tokenUrl: 'https://oauth2.googleapis.com/token', clientSecret: '${CLIENT_SECRET}', refreshToken: '${REFRESH_TOKEN}' });
  expect(env['REFRESH_TOKEN']).toBe('canary-refresh');
});

test('Zoho: a data center from the list, an organization as an extra parameter of the trial too, and what to set in the nodes', async () => {
  const script = { 'Accounts server': 'accounts.zoho.eu', Scopes: 'ZohoCRM.modules.READ', Organization: 'ZohoCRM.600' };
  const { outcome, requests, token, shown } = await talk('zoho', script);
  expect(outcome).toBeUndefined();
  expect(requests[0]?.request.url).toBe('https://accounts.zoho.eu/oauth/v2/token');
  expect(requests[0]?.request.body).toContain('soid=ZohoCRM.600');
  expect(token).toMatchObject({ scope: 'ZohoCRM.modules.READ', extraParameters: 'soid=ZohoCRM.600' });
  expect(shown).toContain('In the nodes, enter: authorization scheme Zoho-oauthtoken; members to hand out: api_domain.');
  expect(await talk('zoho', { ...script, Organization: '' })).toHaveProperty('token', expect.not.objectContaining({ extraParameters: expect.anything() as unknown }));
});

test('Genesys: a region that is not in the list can be typed', async () => {
  const { token } = await talk('genesys', { "region's domain": ['another', 'https://login.new1.pure.cloud/'] });
  expect(token).toMatchObject({ tokenUrl: 'https://login.new1.pure.cloud/oauth/token', clientAuthentication: 'client_secret_basic' });
});

test('Salesforce: where no answer says how long a token lives, the provider does', async () => {
  const { token, shown } = await talk('salesforce', { 'My Domain': 'acme' }, { answers: [jsonAnswer(200, { access_token: 'canary-access-token' })] });
  expect(token).toMatchObject({ tokenUrl: 'https://acme.my.salesforce.com/services/oauth2/token', defaultLifetimeSeconds: 7200 });
  expect(shown).toContain('a token that lives 2 h');
});

test.each([
  ['entra', 'tenant', ['', 'acme'], 'must not be empty'],
  ['entra', 'tenant', ['a b', 'acme'], 'It does not fit into the address https://login.microsoftonline.com/{tenant}/'],
  ['entra', 'tenant', ['a?b', 'acme'], 'It does not fit into the address'],
  ['entra', 'tenant', ['${TENANT}', 'acme'], 'It must not contain "${".'],
  ['sap-xsuaa', 'uaa.url', ['acme.example.com', 'https://acme.example.com'], 'It does not fit into the address'],
  ['google', 'Refresh token', ['canary-refresh ', 'canary-refresh'], 'It must not begin or end with a space.'],
])('%s: %s is checked while it is typed: %j', async (id, question, given, problem) => {
  const { outcome, shown } = await talk(id, { [question]: given });
  expect(outcome).toBeUndefined();
  expect(shown).toContain(problem);
});

test.each(PROVIDERS.map(({ id }) => id))('%s: only what differs between its users is asked for, each once', async (id) => {
  const provider = known(id);
  const given = Object.values(provider.placeholders ?? {}).map(({ what, example = 'x', isFile }): [string, string] => [
    what.replace(/[`*]/g, ''),
    isFile ? 'file' : example,
  ]);
  const prompter = new ScriptedPrompter(Object.fromEntries(given.filter(([, answer]) => answer !== '')));
  const files = new MemoryFiles({ file: 'content' });
  const { entered, paths } = await askForProvider(provider, { prompter, files, allowInsecure: false });
  expect(Object.keys(entered)).toEqual(Object.keys(provider.placeholders ?? {}));
  expect(new Set(prompter.asked).size).toBe(prompter.asked.length);
  expect(paths).toEqual(provider.way.authentication === 'signedJwt' ? { PRIVATE_KEY: 'file' } : {});
  const { members, secrets } = providerEntry(provider, entered);
  for (const value of Object.values(secrets)) expect(value).not.toBe('');
  const way = provider.way.authentication;
  const own = [...(provider.clientAccess === 'no' ? ['refreshToken'] : []), ...(NAMED.includes(provider.id) ? ['provider'] : [])];
  expect(Object.keys(members)).toEqual(way === 'clientSecret' ? own : [way]);
});

test('giving up writes nothing', async () => {
  const files = new MemoryFiles();
  const { outcome } = await talk('entra', { tenant: '<escape>' }, { files });
  expect(outcome).toBeInstanceOf(Cancelled);
  expect(files.texts).toEqual({});
});
