import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

import { ArtifactPlatform } from '../support/artifact-platform';
import { createCertificate } from '../support/certificate';
import type { Certificate } from '../support/certificate';
import { ForwardProxy } from '../support/forward-proxy';
import { LoopbackServer } from '../support/loopback-server';
import { describeWithRedis, RedisServer } from '../support/redis-server';
import { until } from '../support/until';
import { endpointConfig, redisConfig, resolvedConnection, runExecution } from './support/executions';
import type { ExecutionOutcome } from './support/executions';

const CANARY = 'canary-password-4417';

type Config = Record<string, unknown>;

// What each fault is called is tested at the transport and at the Redis client: here each kind goes through a node, in
// a process that has the installation's environment.
describe('what a node says of the network', () => {
  let platform: ArtifactPlatform;
  let proxy: ForwardProxy;
  let certificate: Certificate;
  let tlsServer: LoopbackServer;

  beforeAll(async () => {
    certificate = await createCertificate();
    [platform, proxy, tlsServer] = await Promise.all([ArtifactPlatform.start(), ForwardProxy.start(), LoopbackServer.start(certificate)]);
  });
  afterAll(async () => {
    certificate.remove();
    await Promise.all([platform.close(), proxy.stop(), tlsServer.stop()]);
  });

  const run = (config: Config, env: Record<string, string> = {}): Promise<ExecutionOutcome> => runExecution(process.execPath, { config }, { IN_REAL_TIME: 'true', ...env });

  /** What a node says that fails, or that has got its token without the store; with the canary in it struck. */
  async function errorOf(config: Config, env: Record<string, string> = {}) {
    const { branch, result } = await run(config, env);
    expect(branch).toBe(result.error === undefined ? 'success' : 'error');
    expect(JSON.stringify(result)).not.toContain(CANARY);
    return result.error ?? (result.warning as typeof result.error);
  }

  function withConnection(changes: Record<string, string>): Config {
    return { connection: resolvedConnection(platform, changes) };
  }

  describe('a proxy', () => {
    afterEach(() => {
      proxy.authorization = undefined;
    });

    test('gets an encoded password as curl would send it', async () => {
      proxy.authorization = `Basic ${Buffer.from(`bot:p@ss/${CANARY}`).toString('base64')}`;
      const outcome = await run(withConnection({}), { HTTP_PROXY: proxy.urlFor(`bot:p%40ss%2F${CANARY}@`) });
      expect(outcome).toMatchObject({ branch: 'success', result: { source: 'token_endpoint' } });
      expect(outcome.files).toEqual(['keep-stored-token.js', 'module.js', 'node-transport.js', 'proxy.js']);
    });

    test.each<[string, () => Config, string]>([
      ['token endpoint', () => withConnection({}), 'token_endpoint_unreachable'],
      ['store', () => endpointConfig(platform, 'behind a proxy'), 'store_unreachable'],
    ])('that refuses the password is named, not the %s', async (_, config, code) => {
      proxy.authorization = 'Basic b3RoZXI=';
      const error = await errorOf(config(), { http_proxy: proxy.urlFor(`bot:${CANARY}@`) });
      expect(error).toMatchObject({ code, remedy: expect.stringContaining('HTTPS_PROXY') as string });
      expect(error?.message).toContain('the proxy asks for a user name and password, or refuses the given ones (HTTP 407)');
    });

    test('that refuses a tunnel is named', async () => {
      proxy.authorization = 'Basic b3RoZXI=';
      const error = await errorOf(withConnection({ tokenUrl: 'https://login.example.com/token' }), { HTTPS_PROXY: proxy.url });
      expect(error).toMatchObject({ code: 'token_endpoint_unreachable', message: expect.stringContaining('the proxy asks') as string });
    });

    test.each<[list: string, tokenUrl: string | undefined, isPassedOver: boolean]>([
      ['*', undefined, true],
      ['127.0.0.1', undefined, true],
      ['10.0.0.0/8, 127.0.0.0/8', undefined, true],
      ['10.0.0.0/8,localhost', undefined, false],
      ['127.0.0.1:1', undefined, false],
      // Nobody has these names: without the proxy they are not found.
      ['login.invalid', 'https://crm.login.invalid/token', true],
      ['.login.invalid', 'https://crm.login.invalid/token', true],
      ['*.login.invalid', 'https://crm.login.invalid/token', true],
      ['ogin.invalid', 'https://crm.login.invalid/token', false],
    ])('with NO_PROXY=%s and the token URL %s, whether it is passed over: %s', async (list, tokenUrl, isPassedOver) => {
      const before = proxy.requests.length;
      const config = withConnection(tokenUrl === undefined ? {} : { tokenUrl });
      const { branch, result } = await run(config, { HTTP_PROXY: proxy.url, HTTPS_PROXY: proxy.url, NO_PROXY: list });
      expect(proxy.requests.length > before).toBe(!isPassedOver);
      if (tokenUrl === undefined) expect(branch).toBe('success');
      else if (isPassedOver) expect(result.error?.message).toMatch(/host name (?:is not known|could not be looked up)/);
    });
  });

  test('an answer over 1 MB', async () => {
    tlsServer.answer = (response) => response.end(JSON.stringify({ access_token: 'x'.repeat(2 ** 20) }));
    const error = await errorOf(withConnection({ tokenUrl: `${tlsServer.url}/token` }), { NODE_EXTRA_CA_CERTS: certificate.file });
    expect(error).toMatchObject({
      code: 'token_endpoint_unreachable',
      message: 'The token endpoint did not answer: its answer is larger than 1 MB (ERR_BAD_RESPONSE).',
      remedy: 'Check the URL: a page or a file answers there.',
    });
  });

  test('a certificate that nobody trusts', async () => {
    const error = await errorOf(withConnection({ tokenUrl: `${tlsServer.url}/token` }));
    expect(error?.message).toBe('The token endpoint did not answer: its certificate is self-signed (DEPTH_ZERO_SELF_SIGNED_CERT).');
    expect(error?.remedy).toContain('NODE_EXTRA_CA_CERTS');
  });

  test('TLS of a version that is too old', async () => {
    const server = await LoopbackServer.start({ ...certificate, minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' });
    const error = await errorOf(withConnection({ tokenUrl: `${server.url}/token` }), { NODE_EXTRA_CA_CERTS: certificate.file });
    await server.stop();
    expect(error).toMatchObject({ code: 'token_endpoint_unreachable', message: expect.stringContaining('it speaks only TLS versions that are too old') as string });
    expect(error?.remedy).toContain('TLS 1.2 or later');
  });

  test.each<[string, () => string, RegExp]>([
    ['https at a port without TLS', () => platform.server.tokenUrl.replace('http:', 'https:'), /: it speaks no TLS at that port \(/],
    ['http at a port for TLS', () => `${tlsServer.url.replace('https:', 'http:')}/token`, /it may speak TLS at that port \(/],
  ])('%s', async (_, tokenUrl, message) => {
    const error = await errorOf(withConnection({ tokenUrl: tokenUrl() }));
    expect(error).toMatchObject({ code: 'token_endpoint_unreachable', message: expect.stringMatching(message) as string });
    expect(error?.remedy).toContain('Check port and scheme');
  });

  describeWithRedis('Redis', () => {
    async function withServer(options: Parameters<typeof RedisServer.start>[0], use: (server: RedisServer) => Promise<void>): Promise<void> {
      const server = await RedisServer.start(options);
      try {
        await use(server);
      } finally {
        await server.close();
      }
    }

    const errorAt = (url: string, env: Record<string, string> = {}) => errorOf(redisConfig(platform, url), env);

    test('has no room for another client: tried again, and found when there is room', async () => {
      await withServer({ password: CANARY, settings: ['maxclients 1'] }, async (server) => {
        const holder = server.client();
        await holder.ping();
        const error = await errorAt(server.url);
        expect(error).toMatchObject({ code: 'store_error', message: 'Redis has as many clients as it admits.' });
        expect(error?.remedy).toContain('maxclients');
        const [, refused] = /rejected_connections:(\d+)/.exec(await holder.info('stats')) ?? [];
        const waiting = run(redisConfig(platform, server.url));
        await until('a client was refused', async () => !(await holder.info('stats')).includes(`rejected_connections:${refused}\r`));
        server.disconnectClients();
        expect((await waiting).branch).toBe('success');
      });
    });

    test('has no database of that number', async () => {
      await withServer({ password: CANARY }, async (server) => {
        const error = await errorAt(`${server.url}/99`);
        expect(error).toMatchObject({ code: 'store_error', message: 'Redis has no database of that number.' });
        expect(error?.remedy).toContain('number at the end of the Redis URL');
      });
    });

    test('is part of a cluster', async () => {
      await withServer({ settings: ['cluster-enabled yes'] }, async (server) => {
        expect((await errorAt(`${server.url}/3`))?.message).toBe('Redis is part of a cluster, which has database 0 only.');
        expect((await errorAt(server.url))?.message).toBe('Redis is part of a cluster that is down (CLUSTERDOWN).');
      });
    });

    test('is part of a cluster, and another server has the key', async () => {
      const double = createServer((socket: Socket) => {
        socket.on('error', () => socket.destroy());
        socket.on('data', () => socket.write('-MOVED 1234 10.0.0.9:6379\r\n'));
      });
      await new Promise<void>((resolve) => void double.listen(0, '127.0.0.1', resolve));
      const error = await errorAt(`redis://127.0.0.1:${(double.address() as AddressInfo).port}`);
      expect(error).toMatchObject({ code: 'store_error', message: 'Redis is part of a cluster, and another server has the key (MOVED).' });
      expect(error?.remedy).toContain('yes under "Cluster"');
      await new Promise((resolve) => double.close(resolve));
    });

    test('does not know the commands of the store', async () => {
      await withServer({ settings: ['rename-command EVALSHA ""'] }, async (server) => {
        expect(await errorAt(server.url)).toMatchObject({ code: 'store_error', message: 'Redis does not know a command of the store.' });
      });
    });

    test('speaks TLS: a private authority, and a client without TLS', async () => {
      await withServer({ password: CANARY, tls: certificate }, async (server) => {
        expect((await run(redisConfig(platform, server.url), { NODE_EXTRA_CA_CERTS: certificate.file })).branch).toBe('success');
        const untrusted = await errorAt(server.url);
        expect(untrusted).toMatchObject({
          code: 'store_unreachable',
          message: "Redis can't be reached: its certificate is self-signed (DEPTH_ZERO_SELF_SIGNED_CERT).",
        });
        expect(untrusted?.remedy).toContain('NODE_EXTRA_CA_CERTS');
        const inClear = await errorAt(server.url.replace('rediss:', 'redis:'));
        expect(inClear).toMatchObject({ code: 'store_unreachable', message: expect.stringContaining('speak') as string });
        expect(inClear?.remedy).toContain('rediss');
      });
    });

    test('speaks no TLS', async () => {
      await withServer({ password: CANARY }, async (server) => {
        const error = await errorAt(server.url.replace('redis:', 'rediss:'));
        expect(error?.code).toMatch(/^store_(?:unreachable|timeout)$/);
        expect(error?.message).toMatch(/speaks? no TLS at that port/);
        expect(error?.remedy).toContain('redis');
      });
    });

    test('has a password that is not encoded in the URL', async () => {
      const error = await errorAt(`rediss://:${CANARY}#x@redis.example.com`);
      expect(error).toMatchObject({ code: 'url_malformed', message: expect.stringContaining('percent-encoded') as string });
      expect(error?.remedy).toContain('rediss://');
    });
  });
});
