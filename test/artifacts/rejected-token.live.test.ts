import { ArtifactPlatform } from '../support/artifact-platform';
import { describeWithRedis, RedisServer } from '../support/redis-server';
import { revokeTwiceWithRedis } from './support/rejected-token';

// As many as in revoked-token.live.test.ts are in rejected-token.soak.test.ts.
describeWithRedis('with the Redis store', () => {
  test('10 conversations meet a revoked token together, twice: one refresh each time, and every call succeeds', async () => {
    const [redis, platform] = await Promise.all([
      RedisServer.start(),
      ArtifactPlatform.start({
        sandbox: { moduleState: 'kept', maxConcurrentExecutions: 10 },
        server: { accessTokenLifetimeSeconds: 3600 },
      }),
    ]);
    try {
      await revokeTwiceWithRedis(platform, redis.url, 10);
    } finally {
      await Promise.all([platform.close(), redis.close()]);
    }
  });
});
