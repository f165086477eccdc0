import { ArtifactPlatform } from '../support/artifact-platform';
import type { NodeOutcome } from '../support/artifact-platform';
import { describeWithRedis, RedisServer } from '../support/redis-server';

const LIFETIME_SECONDS = 3600;
const ENCRYPTION_KEY = 'canary-encryption-key-3e10';

// The built node, in a process each, against oidc-provider. What it does in which case is in nodes/forget-token.test.ts.
describeWithRedis('the built Forget Token and a real authorization server', () => {
  let platform: ArtifactPlatform;
  let redis: RedisServer;

  beforeAll(async () => {
    [platform, redis] = await Promise.all([ArtifactPlatform.start({ server: { accessTokenLifetimeSeconds: LIFETIME_SECONDS } }), RedisServer.start()]);
  });
  afterAll(() => Promise.all([platform.close(), redis.close()]));

  const stores = {
    conversation: () => ({}),
    endpoint: () => ({ store: 'endpoint', endpointConnection: platform.storeConnection() }),
    redis: () => ({
      store: 'redis',
      redisConnection: { connectionId: platform.sandbox.createConnection({ type: 'accessTokenStoreRedis', fields: { url: redis.url, encryptionKey: ENCRYPTION_KEY } }) },
    }),
  };

  /** Forgets, and looks whether what is told shows a token. */
  async function forget(config: object, before: NodeOutcome, ...secrets: string[]): Promise<NodeOutcome> {
    const outcome = await platform.run('forgetToken', { ...config, revocationUrl: platform.server.revocationUrl }, before.execution);
    const { context, logs, apiCalls, extensionError } = outcome.execution;
    expect(extensionError).toBeUndefined();
    expect(apiCalls).toBeLessThanOrEqual(3);
    const shown = JSON.stringify([context, logs]);
    for (const secret of [before.result.access_token, platform.server.client.clientSecret, platform.endpointSecret, ENCRYPTION_KEY, ...secrets]) expect(shown).not.toContain(secret);
    await platform.storageSettled();
    return outcome;
  }

  describe.each(Object.entries(stores))('with the store %s', (store, settings) => {
    test('a token of the client is revoked and forgotten, and the next one is another', async () => {
      const config = { connection: platform.connection(), tokenName: `client ${store}`, ...settings() };
      const first = await platform.run('getAccessToken', config);
      await platform.storageSettled();
      expect(await platform.callApi(first.result)).toBe(200);
      const forgotten = await forget(config, first);
      expect(forgotten.result).toEqual({ forgotten: true, revoked: true });
      expect(await platform.callApi(first.result)).toBe(401);
      const next = await platform.run('getAccessToken', config, forgotten.execution);
      expect(next).toMatchObject({ branch: 'OnSuccess', result: { refreshed: true, source: 'token_endpoint' } });
      expect(next.result.access_token).not.toBe(first.result.access_token);
      expect(await platform.callApi(next.result)).toBe(200);
    });
  });

  describe.each(['endpoint', 'redis'] as const)('with the store %s', (store) => {
    test('a user is logged out: refresh token and access token are dead, until there is a new refresh token', async () => {
      const tokenName = `user ${store}`;
      const refreshToken = await platform.server.issueRefreshToken();
      const config = { tokenName, ...stores[store](), connection: platform.connection({ refreshToken }) };
      const first = await platform.run('getAccessToken', config);
      await platform.storageSettled();
      expect(await platform.callApi(first.result)).toBe(200);
      expect((await forget(config, first, refreshToken)).result).toEqual({ forgotten: true, revoked: true });
      expect(await platform.callApi(first.result)).toBe(401);

      // The one in the connection had been rotated, and what came of it is revoked.
      const refused = await platform.run('getAccessToken', config);
      expect(refused).toMatchObject({ branch: 'OnError', result: { error: { code: 'invalid_grant' } } });
      const again = { ...config, connection: platform.connection({ refreshToken: await platform.server.issueRefreshToken() }) };
      expect(await platform.run('getAccessToken', again)).toMatchObject({ branch: 'OnSuccess', result: { refreshed: true } });
    });
  });
});
