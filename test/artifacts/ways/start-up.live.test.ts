import { LoopbackServer } from '../../support/loopback-server';
import { ArtifactPlatform } from '../../support/artifact-platform';
import { EC, pemOf } from '../../oauth/assertion/keys';
import { contextWithToken, runExecution } from '../support/executions';
import type { Execution } from '../support/executions';

const STORED = ['keep-stored-token.js', 'module.js', 'node-transport.js'];
/** Modules of Node.js that take time to load. */
const SLOW = ['crypto', 'http', 'https', 'net', 'tls', 'zlib', 'stream'];

let platform: ArtifactPlatform;
let server: LoopbackServer;

beforeAll(async () => {
  [platform, server] = await Promise.all([ArtifactPlatform.start(), LoopbackServer.start()]);
  server.answer = (response) => response.end(JSON.stringify({ access_token: 'access', token_type: 'Bearer', expires_in: 3600 }));
});

afterAll(() => Promise.all([platform.close(), server.stop()]));

interface Loaded {
  config: () => Execution['config'];
  /** Besides what each way loads to ask for a token. */
  files: string[];
  /** Besides, where the store has it. */
  forStored?: string[];
  loadsCrypto?: true;
}

const client = () => ({ tokenUrl: `${server.url}/token`, clientId: 'bot' });
const signed = (use: string) => ({ authentication: 'signedJwt', signedJwtConnection: { ...client(), key: pemOf(EC), use } });

describe.each<[string, Loaded]>([
  ['client ID and secret', { config: () => ({ connection: { ...client(), clientSecret: 'canary' } }), files: [] }],
  ['a user name and a password', { config: () => ({ connection: { ...client(), username: 'user', password: 'canary' } }), files: [] }],
  ['a refresh token', { config: () => ({ connection: { ...client(), refreshToken: 'canary' } }), files: [] }],
  [
    'a login of its own',
    { config: () => ({ authentication: 'customRequest', customRequestConnection: { url: `${server.url}/login`, secret: 'canary', body: 'key={secret}' } }), files: ['custom-request.js'], forStored: ['custom-request.js'] },
  ],
  ['a signed JWT', { config: () => signed('grant'), files: ['assertion.js', 'signed-jwt.js'], forStored: ['signed-jwt.js'], loadsCrypto: true }],
  ['private_key_jwt', { config: () => signed('client'), files: ['assertion.js', 'signed-jwt.js'], forStored: ['signed-jwt.js'], loadsCrypto: true }],
])('with %s', (name, { config, files, forStored = [], loadsCrypto = false }) => {
  const run = (changes: Execution['config'] = {}, context: Execution['context'] = {}) =>
    runExecution(process.execPath, { config: { ...config(), ...changes }, context });

  test('a token of the conversation takes the main file only', async () => {
    const outcome = await run({}, contextWithToken('own'));
    expect(outcome).toMatchObject({ result: { access_token: 'own', source: 'conversation' }, files: ['module.js'] });
    expect(outcome.modules.filter((module) => SLOW.includes(module))).toEqual([]);
  });

  test('another one takes the files of this way, and no others', async () => {
    const endpointConnection = { url: platform.storeUrl, endpointSecret: platform.endpointSecret };
    const shared = { store: 'endpoint', endpointConnection, tokenName: name };
    const asked = await run(shared);
    expect(asked).toMatchObject({ result: { source: 'token_endpoint' }, files: [...STORED, ...files].sort() });
    expect(asked.modules.includes('crypto')).toBe(loadsCrypto);
    await platform.storageSettled();
    // Nothing is signed where the store has the token.
    const stored = await run(shared);
    expect(stored).toMatchObject({ result: { source: 'store' }, files: [...STORED, ...forStored].sort() });
    expect(stored.modules).not.toContain('crypto');
  });
});
