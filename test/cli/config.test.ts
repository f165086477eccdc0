import type { ConfigKeys } from '../../src/settings/setting';
import type { Problem } from '../../tools/cli/problems';
import { readObject } from '../../tools/cli/read-object';
import { ALL_SETTINGS } from '../../tools/cli/settings';
import { CANARIES, ENVIRONMENT, smallestConfiguration, Workshop } from './support';

let workshop: Workshop;
beforeEach(() => {
  workshop = new Workshop();
});
afterEach(() => {
  workshop.remove();
});

/** Renders a broken configuration and returns its problems, a line each. */
async function problemsOf(
  content: unknown,
  artifact = 'function',
  env: Record<string, string> = ENVIRONMENT,
): Promise<string[]> {
  const { code, out, err } = await workshop.render(artifact, content, env);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toContain(workshop.path('config.json'));
  for (const secret of Object.values(CANARIES)) expect(err).not.toContain(secret);
  return err
    .trimEnd()
    .split('\n')
    .slice(1)
    // Where variables are looked for is tested in sources.test.ts.
    .filter((line) => !line.startsWith('Variables are looked for'))
    .map((line) => line.trim());
}

function withToken(changes: Record<string, unknown>): unknown {
  const config = smallestConfiguration();
  Object.assign(config.tokens[0] ?? {}, changes);
  return config;
}

const withChanges = (changes: Record<string, unknown>): unknown => ({ ...smallestConfiguration(), ...changes });

test.each([
  ['tokens[0].refreshPercent', withToken({ refreshPercent: 100 }), 'must be a number from 1 to 99, not 100'],
  ['tokens[0].refreshPercent', withToken({ refreshPercent: 0 }), 'not 0'],
  ['tokens[0].refreshPercent', withToken({ refreshPercent: 'abc' }), 'not a text'],
  ['tokens[0].refreshPercent', withToken({ refreshPercent: null }), 'not null'],
  ['tokens[0].tokenUrl', withToken({ tokenUrl: 'http://login.example.com/token' }), 'must start with https:'],
  ['tokens[0].tokenUrl', withToken({ tokenUrl: 'login.example.com' }), 'must be a whole URL'],
  ['tokens[0].tokenUrl', withToken({ tokenUrl: '' }), 'must not be empty'],
  ['tokens[0].clientId', withToken({ clientId: ' ' }), 'must not be empty'],
  ['tokens[0].clientSecret', withToken({ clientSecret: 'canary\nsecret' }), 'must not contain line breaks, invisible'],
  ['tokens[0].clientId', withToken({ clientId: 'canary\u200bid' }), 'must not contain line breaks, invisible'],
  ['tokens[0].scope', withToken({ scope: 'canary\u2013scope' }), 'must not contain line breaks, invisible'],
  ['tokens[0].refreshToken', withToken({ refreshToken: 'canary\u0000token' }), 'must not contain line breaks, invisible'],
  ['tokens[0].clientSecret', withToken({ clientSecret: 12 }), 'must be a text in quotes, not 12'],
  [
    'tokens[0].clientAuthentication',
    withToken({ clientAuthentication: 'private_key_jwt' }),
    'must be "client_secret_basic" or "client_secret_post"',
  ],
  ['tokens[0].extraParameters', withToken({ extraParameters: 'canary' }), 'must be key=value pairs'],
  ['tokens[0].extraParameters', withToken({ extraParameters: { a: 1 } }), 'the value of "a" is not a text'],
  ['tokens[0].extraParameters', withToken({ extraParameters: 'grant_type=x' }), '"grant_type"'],
  ['tokens[0].extraParameters', withToken({ scope: 'a', extraParameters: 'scope=b' }), 'must not repeat "scope"'],
  ['tokens[0].defaultLifetimeSeconds', withToken({ defaultLifetimeSeconds: 0 }), 'a number of seconds from 1'],
  ['tokens[0].tokenName', withToken({ tokenName: 'a\nb' }), 'control character'],
  ['tokens[0].tokenname', withToken({ tokenname: 'a' }), 'allowed are tokenName, tokenUrl, clientId'],
  ['tokens', withChanges({ tokens: [] }), 'a list of at least one token'],
  ['tokens[0]', withChanges({ tokens: ['x'] }), 'must be an object in braces, not a text'],
  ['alertUrl', withChanges({ alertUrl: 'http://hooks.example.com/x' }), 'must start with https:'],
  ['storeUrl', withChanges({ storeUrl: 'http://store.example.com' }), 'unless "allowInsecure" is true'],
  ['storeUrl', withChanges({ storeUrl: undefined }), 'is missing'],
  ['apiUrl', withChanges({ apiUrl: 'https://api.example.com/new/v2.0/' }), 'without /new'],
  ['functionId', withChanges({ functionId: 'a/b' }), 'letters, digits'],
  ['functionTimeLimitSeconds', withChanges({ functionTimeLimitSeconds: 'soon' }), 'a number of seconds from 1'],
  ['functionBufferSeconds', withChanges({ functionBufferSeconds: 900 }), 'less than functionTimeLimitSeconds (900)'],
  ['allowInsecure', withChanges({ allowInsecure: 'yes' }), 'must be true or false'],
  ['refreshFlowUrl', withChanges({ refreshBy: 'flow' }), 'is missing'],
  ['refreshBy', withChanges({ refreshBy: 'cron' }), 'must be "function" or "flow"'],
  ['storeURL', withChanges({ storeURL: 'https://x.example' }), 'is not a known key; allowed are tokens, storeUrl'],
  ['["store url"]', withChanges({ 'store url': 1 }), 'is not a known key'],
])('%s is reported: %#', async (path, content, message) => {
  const problems = await problemsOf(content);
  expect(problems).toHaveLength(1);
  expect(problems[0]).toMatch(new RegExp(`^${path.replace(/[[\]]/g, '\\$&')}: `));
  expect(problems[0]).toContain(message);
});

test.each([
  ['initialTokens.a.token', { a: { token: {}, timestamp: 1 } }, 'access_token is missing'],
  ['initialTokens.a.token', { a: { token: { access_token: 'x' }, timestamp: 1 } }, 'expires_in is missing'],
  ['initialTokens.a.timestamp', { a: { token: { access_token: 'x', expires_in: 9 }, timestamp: 1_700_000_000_000 } }, 'Unix seconds'],
  ['initialTokens.a.timestamp', { a: { token: { access_token: 'x', expires_in: 9 } } }, 'is missing'],
  ['initialTokens["my token"].time', { 'my token': { token: { access_token: 'x', expires_in: 9 }, timestamp: 1, time: 2 } }, 'known'],
  ['initialTokens', 'x', 'must be an object'],
])('%s is reported for a transformer: %#', async (path, initialTokens, message) => {
  const problems = await problemsOf({ endpointSecret: '${ENDPOINT_SECRET}', initialTokens }, 'transformer-rest');
  expect(problems).toEqual([expect.stringContaining(message)]);
  expect(problems[0]?.startsWith(`${path}: `)).toBe(true);
});

test.each([
  ['at the top', withChanges({ storeUri: 'https://x.example' }), 'storeUrl'],
  ['with other capitals', withChanges({ STOREURL: 'https://x.example' }), 'storeUrl'],
  ['of a token', withToken({ clientsecret: 'a' }), 'clientSecret'],
  ['of a token, with letters left out', withToken({ tokenUl: 'a' }), 'tokenUrl'],
])('a key that is written wrongly is told what it may mean: %s', async (_, content, meant) => {
  expect(await problemsOf(content)).toEqual([expect.stringMatching(new RegExp(`is not a known key; .*; did you mean "${meant}"\\?$`))]);
});

test('so is a key of names, and one of an initial token', async () => {
  const initialTokens = { a: { token: { access_token: 'x', expires_in: 9 }, timestamp: 1, timestmp: 2 } };
  expect(await problemsOf({ endpointSecret: '${ENDPOINT_SECRET}', initialTokens }, 'transformer-rest')).toEqual([
    'initialTokens.a.timestmp: is not a known key; allowed are token, timestamp; did you mean "timestamp"?',
  ]);
  const settings: ConfigKeys = { names: ALL_SETTINGS.names };
  const problems: Problem[] = [];
  readObject({ names: { functoin: 'x' } }, settings, { path: '', allowInsecure: false, problems, warnings: [] });
  expect(problems).toEqual([
    { path: 'names.functoin', message: 'is not a known key; allowed are function, endpoint, connections; did you mean "function"?' },
  ]);
});

test.each(['something', 'x', 'certificate', 'toString'])('nothing is like "%s", so nothing is proposed', async (key) => {
  const [problem] = await problemsOf(withToken({ [key]: 'a' }));
  expect(problem).toContain(`tokens[0].${key}: is not a known key; allowed are`);
  expect(problem).not.toContain('did you mean');
});

test('all problems are listed at once', async () => {
  const problems = await problemsOf({
    tokens: [{ tokenUrl: 'https://login.example.com/token', clientSecret: 's' }, { refreshPercent: 200 }],
    endpointSecret: '',
    typo: true,
  });
  expect(problems.map((line) => line.split(': ')[0])).toEqual([
    'typo',
    'tokens[0].clientId',
    'tokens[1].tokenUrl',
    'tokens[1].clientId',
    'tokens[1].clientSecret',
    'tokens[1].refreshPercent',
    'tokens[1].tokenName',
    'storeUrl',
    'endpointSecret',
    'apiUrl',
    'apiKey',
    'functionId',
  ]);
});

test('two tokens of one name are reported, also when one has the default name', async () => {
  const [token] = smallestConfiguration().tokens;
  const problems = await problemsOf(withChanges({ tokens: [token, { ...token, tokenName: 'accessToken' }] }));
  expect(problems).toEqual([
    'tokens[1].tokenName: is the same as that of tokens[0]: every token needs a name of its own',
  ]);
});

test.each(['constructor', '__proto__', 'toString', 'hasOwnProperty', 'valueOf'])('${%s} is not set, like any other unknown name', async (name) => {
  expect(await problemsOf({ ...smallestConfiguration(), apiKey: `\${${name}}` })).toEqual([`apiKey: the environment variable ${name} is not set`]);
});

test('a variable that is not set is named with its key', async () => {
  const problems = await problemsOf(smallestConfiguration(), 'function', { ENDPOINT_SECRET: 'e'.repeat(20), API_KEY: 'k' });
  expect(problems).toEqual(['tokens[0].clientSecret: the environment variable CLIENT_SECRET is not set']);
});

test('a value of a wrong type with a variable that is not set has both problems', async () => {
  expect(await problemsOf(withChanges({ apiKey: { a: '${NOT_SET}' } }))).toEqual([
    'apiKey.a: the environment variable NOT_SET is not set',
    'apiKey: must be a text in quotes, not an object',
  ]);
});

test.each(['${canary-client-secret-5d1c}', 'x${', '${}', '${A B}'])('"%s" is no reference', async (clientSecret) => {
  const problems = await problemsOf(withToken({ clientSecret }));
  expect(problems).toEqual([expect.stringContaining('tokens[0].clientSecret: contains a "${" that does not start a reference')]);
});

test('references may stand inside a text, several of them', async () => {
  const { err, out } = await workshop.render('function', withChanges({ storeUrl: 'https://${HOST}/${TOKEN_PATH}' }), {
    ...ENVIRONMENT,
    HOST: 'store.example.com',
    TOKEN_PATH: 'abc',
  });
  expect(err).toBe('');
  expect(out).toContain('"https://store.example.com/abc"');
});

test('a short Endpoint secret is a warning', async () => {
  const { code, err } = await workshop.render('transformer-rest', { endpointSecret: 'short-one' });
  expect(code).toBe(0);
  expect(err).toContain('endpointSecret');
  expect(err).not.toContain('short-one');
});

test('http is let through for this machine', async () => {
  for (const storeUrl of ['http://localhost:3000/x', 'http://127.0.0.1/x', 'http://[::1]:8080/x']) {
    expect(await workshop.render('function', withChanges({ storeUrl }))).toMatchObject({ code: 0, err: '' });
  }
});

test('a file that is no JSON is reported with its line, but not quoted', async () => {
  const problems = await problemsOf(`{\n  "endpointSecret": "${CANARIES.endpointSecret}",\n}`);
  expect(problems).toEqual(['the file is not valid JSON (line 3)']);
  expect(await problemsOf(`{"a": ${CANARIES.apiKey}}`)).toEqual(['the file is not valid JSON']);
  expect(await problemsOf('[]')).toEqual(['must be an object in braces, not a list']);
});

test('a file that does not exist is reported', async () => {
  const { code, err } = await workshop.run(['render', 'function', '--config', workshop.path('missing.json')]);
  expect(code).toBe(2);
  expect(err).toBe(`There is no ${workshop.path('missing.json')}.\nMake one with access-token init, or name yours with --config FILE.\n`);
});
