import { ArtifactPlatform } from '../support/artifact-platform';
import { createCertificate } from '../support/certificate';
import type { Certificate } from '../support/certificate';
import { LoopbackServer } from '../support/loopback-server';
import { describeWithNodeVersions } from '../support/node-versions';
import { describeWithRedis, RedisServer } from '../support/redis-server';
import { contextWithToken, endpointConfig, redisConfig, resolvedConnection, runExecution } from './support/executions';
import type { ExecutionOutcome } from './support/executions';

/** What Node.js loads for a global `fetch`, or for the FormData that comes with it. */
const FETCH = /undici|fetch|webidl|formdata/i;

let platform: ArtifactPlatform;
let certificate: Certificate;
let tlsServer: LoopbackServer;

beforeAll(async () => {
  certificate = await createCertificate();
  [platform, tlsServer] = await Promise.all([
    ArtifactPlatform.start({ server: { accessTokenLifetimeSeconds: 3600 } }),
    LoopbackServer.start(certificate),
  ]);
});

afterAll(async () => {
  certificate.remove();
  await Promise.all([platform.close(), tlsServer.stop()]);
});

interface Expected {
  source: string;
  files: string[];
  /** Modules of Node.js that are surely needed: that they are seen shows that the others would be, too. */
  needed: string[];
  unneeded: string[];
}

function expectLoaded(outcome: ExecutionOutcome, { source, files, needed, unneeded }: Expected): void {
  expect(outcome).toMatchObject({ branch: 'success', result: { source }, files });
  expect(outcome.modules).toEqual(expect.arrayContaining(needed));
  expect(outcome.modules.filter((name) => [...unneeded, 'http2'].includes(name) || FETCH.test(name))).toEqual([]);
}

describeWithNodeVersions('what an execution loads', (node) => {
  test('with a token in the conversation: the main file, and no module that takes time', async () => {
    const config = { connection: resolvedConnection(platform) };
    expectLoaded(await runExecution(node, { config, context: contextWithToken('own') }), {
      source: 'conversation',
      files: ['module.js'],
      needed: [],
      unneeded: ['http', 'https', 'net', 'tls', 'crypto', 'zlib', 'stream'],
    });
  });

  test('for a call with a token in the conversation: what sends it, and what http takes', async () => {
    const config = { connection: resolvedConnection(platform), url: platform.server.apiUrl };
    const outcome = await runExecution(node, { type: 'authorizedRequest', config, context: contextWithToken('own') });
    // The server has not issued this one: where it is replaced, and not before, the rest is loaded.
    expect(outcome).toMatchObject({ branch: 'success', result: { status: 200, retried: true } });
    expect(outcome.files).toEqual(['call-with-token.js', 'keep-stored-token.js', 'module.js', 'node-transport.js']);
    const { access_token } = await platform.issueToken();
    const taken = await runExecution(node, { type: 'authorizedRequest', config, context: contextWithToken(access_token) });
    expect(taken).toMatchObject({ branch: 'success', result: { status: 200, retried: false }, files: ['call-with-token.js', 'module.js', 'node-transport.js'] });
    expect(taken.modules).toEqual(expect.arrayContaining(['http', 'net']));
    expect(taken.modules.filter((name) => ['https', 'tls', 'crypto', 'zlib', 'http2'].includes(name) || FETCH.test(name))).toEqual([]);
  });

  test('with a shared store that is reached by http: what http takes', async () => {
    const config = endpointConfig(platform, `read by ${node}`);
    const files = ['keep-stored-token.js', 'module.js', 'node-transport.js'];
    const expected = { files, needed: ['http', 'net'], unneeded: ['https', 'tls', 'crypto', 'zlib'] };
    expectLoaded(await runExecution(node, { config }), { ...expected, source: 'token_endpoint' });
    await platform.storageSettled();
    expectLoaded(await runExecution(node, { config }), { ...expected, source: 'store' });
  });

  test('with a token endpoint that is reached by https: TLS besides', async () => {
    const token = { access_token: 'by https', token_type: 'Bearer', expires_in: 3600 };
    tlsServer.answer = (response) => response.end(JSON.stringify(token));
    const connection = resolvedConnection(platform, { tokenUrl: `${tlsServer.url}/token` });
    const env = { NODE_EXTRA_CA_CERTS: certificate.file };
    expectLoaded(await runExecution(node, { config: { connection } }, env), {
      source: 'token_endpoint',
      files: ['keep-stored-token.js', 'module.js', 'node-transport.js'],
      needed: ['https', 'tls'],
      unneeded: ['zlib'],
    });
  });

  describeWithRedis('with a store in Redis', () => {
    let redis: RedisServer;

    beforeAll(async () => {
      redis = await RedisServer.start();
    });

    afterAll(() => redis.close());

    test('that has the token: the Redis client, and no HTTP client', async () => {
      const config = redisConfig(platform, redis.url);
      const needed = ['net', 'crypto'];
      expectLoaded(await runExecution(node, { config }), {
        source: 'token_endpoint',
        files: ['keep-stored-token.js', 'module.js', 'node-transport.js', 'redis.js'],
        needed: [...needed, 'http'],
        unneeded: ['https', 'zlib'],
      });
      expectLoaded(await runExecution(node, { config }), {
        source: 'store',
        files: ['keep-stored-token.js', 'module.js', 'redis.js'],
        needed,
        unneeded: ['http', 'https', 'zlib'],
      });
    });
  });
});
