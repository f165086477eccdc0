import { createServer } from 'node:https';
import type { Server } from 'node:https';
import type { AddressInfo } from 'node:net';

import { ArtifactPlatform } from '../support/artifact-platform';
import { createCertificate } from '../support/certificate';
import type { Certificate } from '../support/certificate';
import { LoopbackServer } from '../support/loopback-server';
import { describeWithNodeVersions } from '../support/node-versions';
import { describeWithRedis, RedisServer } from '../support/redis-server';
import { contextWithToken, endpointConfig, redisConfig, resolvedConnection, runExecution } from './support/executions';
import type { Execution } from './support/executions';

let platform: ArtifactPlatform;
let authority: Certificate;
let certificate: Certificate;
let client: Certificate;
let tokenEndpoint: Server;
let tokenUrl: string;

beforeAll(async () => {
  authority = await createCertificate({ host: 'authority.example' });
  [platform, certificate, client] = await Promise.all([
    ArtifactPlatform.start(),
    createCertificate({ issuer: authority }),
    createCertificate({ issuer: authority, host: 'client.example' }),
  ]);
  const admitting = { key: certificate.key, cert: certificate.cert, ca: authority.cert, requestCert: true };
  tokenEndpoint = createServer(admitting, (_, response) => response.end(JSON.stringify({ access_token: 'by TLS', token_type: 'Bearer', expires_in: 3600 })));
  await new Promise<void>((resolve) => void tokenEndpoint.listen(0, '127.0.0.1', resolve));
  tokenUrl = `https://127.0.0.1:${(tokenEndpoint.address() as AddressInfo).port}/token`;
});

afterAll(async () => {
  [authority, certificate, client].forEach(({ remove }) => remove());
  tokenEndpoint.closeAllConnections();
  await Promise.all([platform.close(), new Promise((resolve) => tokenEndpoint.close(resolve))]);
});

/** As it is pasted into a field of one line. */
const pasted = (pem: string) => pem.trim().replace(/\n/g, ' ');
const trusting = () => ({ certificateAuthority: pasted(authority.cert) });
const complete = () => ({ ...trusting(), clientCertificate: pasted(client.cert), clientKey: pasted(client.key) });

describeWithNodeVersions('certificates of a node', (node) => {
  const run = (config: Execution['config'], rest: Omit<Execution, 'config'> = {}, env?: Record<string, string>) => runExecution(node, { config, ...rest }, env);
  const atTokenEndpoint = (tlsConnection: unknown) => ({ connection: resolvedConnection(platform, { tokenUrl }), tlsConnection });

  test('are shown to a token endpoint that asks for them, and loaded only here', async () => {
    expect(await run(atTokenEndpoint(complete()))).toMatchObject({
      result: { access_token: 'by TLS' },
      files: ['keep-stored-token.js', 'module.js', 'node-transport.js', 'with-certificates.js'],
    });
    const hit = await run(atTokenEndpoint(complete()), { context: contextWithToken('own') });
    expect(hit).toMatchObject({ result: { access_token: 'own' }, files: ['module.js'] });
    expect(hit.modules.filter((name) => ['tls', 'crypto', 'net'].includes(name))).toEqual([]);
  });

  test('let servers be trusted besides those that the installation trusts', async () => {
    const other = await createCertificate();
    const server = await LoopbackServer.start(other);
    server.answer = (response) => response.end(JSON.stringify({ access_token: 'elsewhere', token_type: 'Bearer', expires_in: 3600 }));
    const config = { connection: resolvedConnection(platform, { tokenUrl: `${server.url}/token` }), tlsConnection: trusting() };
    expect(await run(config, {}, { NODE_EXTRA_CA_CERTS: other.file })).toMatchObject({ result: { access_token: 'elsewhere' } });
    const untrusted = await run(config);
    expect(untrusted.result.error).toMatchObject({ code: 'token_endpoint_unreachable', remedy: expect.stringContaining('TLS certificates connection') as string });
    other.remove();
    await server.stop();
  });

  test('that are missing are asked for', async () => {
    const { result } = await run(atTokenEndpoint(trusting()));
    expect(result.error).toMatchObject({ message: expect.stringContaining('asks for a client certificate') as string, remedy: expect.stringContaining('"TLS certificates"') as string });
  });

  test('that do not fit together are told, without the key', async () => {
    const outcome = await run(endpointConfig(platform, 'unfit'), {});
    expect(outcome.branch).toBe('success');
    const { branch, result } = await run({ ...endpointConfig(platform, 'unfit'), tlsConnection: { ...complete(), clientKey: certificate.key } });
    expect(branch).toBe('error');
    expect(result.error).toMatchObject({ code: 'certificate_invalid', message: 'The key in "Client key" does not belong to the client certificate.' });
    expect(JSON.stringify(result)).not.toContain(certificate.key.slice(60, 90));
  });

  describeWithRedis('with a Redis server that admits only clients with a certificate', () => {
    let redis: RedisServer;

    beforeAll(async () => {
      redis = await RedisServer.start({ tls: certificate, clientAuthority: authority });
    });

    afterAll(() => redis.close());

    test('are shown to it too', async () => {
      const config = { ...redisConfig(platform, redis.url), tlsConnection: complete() };
      const first = await run(config);
      expect(first.result).not.toHaveProperty('warning');
      expect(first.branch).toBe('success');
      expect(await run(config)).toMatchObject({ result: { source: 'store' }, files: ['keep-stored-token.js', 'module.js', 'redis.js', 'with-certificates.js'] });
      // A scheme in capitals is TLS as well.
      expect(await run({ ...redisConfig(platform, redis.url.replace('rediss', 'REDISS')), tlsConnection: complete() })).toMatchObject({ result: { source: 'store' } });
    });

    test.each<[string, () => unknown, string, string]>([
      ['none', () => undefined, 'its certificate is from an authority that is not known here', 'TLS certificates connection'],
      ['no client certificate', trusting, 'a client certificate', '"TLS certificates"'],
    ])('are missed: %s', async (_, tlsConnection, words, remedy) => {
      const { result } = await run({ ...redisConfig(platform, redis.url), tlsConnection: tlsConnection() });
      const problem = result.error ?? result.warning;
      expect(problem).toMatchObject({ code: 'store_unreachable', message: expect.stringContaining(words) as string, remedy: expect.stringContaining(remedy) as string });
    });

    test('of another authority are refused', async () => {
      const other = await createCertificate({ host: 'other.example' });
      const { result } = await run({ ...redisConfig(platform, redis.url), tlsConnection: { ...trusting(), clientCertificate: other.cert, clientKey: other.key } });
      const problem = result.error ?? result.warning;
      expect(problem).toMatchObject({ code: 'store_unreachable', message: expect.stringContaining('it does not know the authority of the client certificate') as string });
      other.remove();
    });
  });
});
