import { connectInTime } from '../../support/redis-in-time';
import { describeWithRedis, RedisServer } from '../../support/redis-server';
import { describeWays } from './support/matrix-suite';
import { WaysWorld } from './support/ways-world';

describeWithRedis('every way to get a token, with a real Redis server', () => {
  let redis: RedisServer;

  beforeAll(async () => {
    redis = await RedisServer.start();
  });

  afterAll(() => redis.close());

  describeWays(['redis'], () => new WaysWorld({ url: redis.url, connect: connectInTime }));
});
