import { brotliCompressSync } from 'node:zlib';

import type { ErrorCode } from '../../src/errors';
import { ArtifactPlatform } from '../support/artifact-platform';
import { createCertificate } from '../support/certificate';
import type { Certificate } from '../support/certificate';
import { ForwardProxy } from '../support/forward-proxy';
import { LoopbackServer } from '../support/loopback-server';
import { describeWithNodeVersions } from '../support/node-versions';
import { freePort } from '../support/ports';
import { describeWithRedis, RedisServer } from '../support/redis-server';
import { contextWithToken, endpointConfig, redisConfig, resolvedConnection, runExecution } from './support/executions';
import type { ExecutionOutcome } from './support/executions';

let platform: ArtifactPlatform;
let proxy: ForwardProxy;
let certificate: Certificate;
let tlsServer: LoopbackServer;

beforeAll(async () => {
  certificate = await createCertificate();
  [platform, proxy, tlsServer] = await Promise.all([
    ArtifactPlatform.start({ server: { accessTokenLifetimeSeconds: 3600 } }),
    ForwardProxy.start(),
    LoopbackServer.start(certificate),
  ]);
});

afterAll(async () => {
  certificate.remove();
  await Promise.all([platform.close(), proxy.stop(), tlsServer.stop()]);
});

function expectError({ branch, result }: ExecutionOutcome, code: ErrorCode): void {
  expect(branch).toBe('error');
  expect(result).toEqual({ error: expect.objectContaining({ code, remedy: expect.any(String) as string }) as unknown });
}

let names = 0;

/** A token name that nobody has used. */
function newName(): string {
  names += 1;
  return `token ${names}`;
}

describeWithNodeVersions('the built extension in a process for each execution', (node) => {
  beforeEach(() => {
    proxy.requests.length = 0;
    tlsServer.requests.length = 0;
  });

  test('hands out the token of the conversation', async () => {
    const config = { connection: resolvedConnection(platform) };
    const outcome = await runExecution(node, { config, context: contextWithToken('own') });
    expect(outcome).toMatchObject({ branch: 'success', result: { access_token: 'own', source: 'conversation' } });
  });

  test('fetches a token, puts it into the shared store, and reads it there', async () => {
    const config = endpointConfig(platform, newName());
    const fetched = await runExecution(node, { config });
    expect(fetched).toMatchObject({ branch: 'success', result: { source: 'token_endpoint', refreshed: true } });
    expect(await platform.callApi(fetched.result)).toBe(200);
    await platform.storageSettled();
    const { access_token } = fetched.result;
    expect(platform.record(String(config['tokenName']))).toMatchObject({ version: 1, token: { access_token } });
    const requests = await platform.tokenRequests();
    const read = await runExecution(node, { config });
    expect(read).toMatchObject({ branch: 'success', result: { access_token, source: 'store', refreshed: false } });
    expect(await platform.tokenRequests()).toBe(requests);
  });

  test('refreshes the token that the API rejected', async () => {
    const config = endpointConfig(platform, newName());
    const { access_token } = (await runExecution(node, { config })).result;
    await platform.storageSettled();
    const { result } = await runExecution(node, { config: { ...config, rejectedToken: access_token } });
    expect(result).toMatchObject({ source: 'token_endpoint', refreshed: true });
    expect(result.access_token).not.toBe(access_token);
  });

  test('says that the Endpoint secret is wrong', async () => {
    const config = endpointConfig(platform, newName(), { endpointSecret: 'canary-wrong-secret-5a11' });
    const outcome = await runExecution(node, { config });
    expectError(outcome, 'invalid_endpoint_secret');
    expect(JSON.stringify(outcome)).not.toContain('canary');
  });

  test('says that the store is unreachable', async () => {
    const config = endpointConfig(platform, newName(), { url: `http://127.0.0.1:${await freePort()}/` });
    const connection = resolvedConnection(platform, { refreshToken: 'not-to-be-sent' });
    expectError(await runExecution(node, { config: { ...config, connection } }), 'store_unreachable');
  });

  test('says that the authorization server refuses the client', async () => {
    const connection = resolvedConnection(platform, { clientSecret: 'canary-wrong-secret-5a12' });
    const outcome = await runExecution(node, { config: { connection } });
    expectError(outcome, 'invalid_client');
    expect(JSON.stringify(outcome)).not.toContain('canary');
  });

  test('goes through the proxy for http', async () => {
    const config = endpointConfig(platform, newName());
    const { result } = await runExecution(node, { config }, { HTTP_PROXY: proxy.url });
    expect(result).toMatchObject({ source: 'token_endpoint' });
    const { storeUrl, server } = platform;
    expect(proxy.requests.map(({ url }) => url)).toEqual([storeUrl, server.tokenUrl, storeUrl]);
  });

  test("goes through the proxy's tunnel for https, and unpacks what comes", async () => {
    const token = { access_token: 'through the tunnel', token_type: 'Bearer', expires_in: 3600 };
    const headers = { 'content-type': 'application/json', 'content-encoding': 'br' };
    tlsServer.answer = (response) => response.writeHead(200, headers).end(brotliCompressSync(JSON.stringify(token)));
    const clientSecret = 'canary-client-secret-38e0';
    const config = { connection: resolvedConnection(platform, { tokenUrl: `${tlsServer.url}/token`, clientSecret }) };
    const env = { HTTPS_PROXY: proxy.url, NODE_EXTRA_CA_CERTS: certificate.file };
    expect((await runExecution(node, { config }, env)).result).toMatchObject({ access_token: 'through the tunnel' });
    expect(tlsServer.requests).toHaveLength(1);
    expect(proxy.requests).toMatchObject([{ method: 'CONNECT', url: `127.0.0.1:${tlsServer.port}` }]);
  });

  describeWithRedis('Redis', () => {
    let redis: RedisServer;

    beforeAll(async () => {
      redis = await RedisServer.start({ password: 'canary-redis-password' });
    });

    afterAll(() => redis.close());

    test('keeps a token that is fetched and read', async () => {
      const config = redisConfig(platform, redis.url);
      const fetched = await runExecution(node, { config });
      expect(fetched).toMatchObject({ branch: 'success', result: { source: 'token_endpoint', refreshed: true } });
      const { access_token } = fetched.result;
      const read = await runExecution(node, { config });
      expect(read).toMatchObject({ branch: 'success', result: { access_token, source: 'store', refreshed: false } });
    });

    test('that refuses the password, or is not there, is named as the problem', async () => {
      const connection = resolvedConnection(platform, { refreshToken: 'not-to-be-sent' });
      const run = (url: string) => runExecution(node, { config: { ...redisConfig(platform, url), connection } });
      const refused = await run(redis.urlFor(':canary-wrong-password@'));
      expectError(refused, 'store_refused');
      const unreachable = await run(`redis://127.0.0.1:${await freePort()}`);
      expectError(unreachable, 'store_unreachable');
      expect(JSON.stringify([refused, unreachable])).not.toContain('canary');
    });
  });
});
