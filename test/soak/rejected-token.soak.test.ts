import { ArtifactPlatform } from '../support/artifact-platform';
import { describeWithRedis, RedisServer } from '../support/redis-server';
import { revokeTwiceWithRedis } from '../artifacts/support/rejected-token';

describeWithRedis('with the Redis store', () => {
  test('50 conversations meet a revoked token together, twice: one refresh each time, and every call succeeds', async () => {
    const [redis, platform] = await Promise.all([
      RedisServer.start(),
      ArtifactPlatform.start({
        sandbox: { moduleState: 'kept', maxConcurrentExecutions: 50 },
        server: { accessTokenLifetimeSeconds: 3600 },
      }),
    ]);
    try {
      await revokeTwiceWithRedis(platform, redis.url, 50);
    } finally {
      await Promise.all([platform.close(), redis.close()]);
    }
  });
});
