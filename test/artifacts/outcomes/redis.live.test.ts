import { OutcomeWorld, useOutcomeWorld } from '../../support/outcome-world';
import { connectInTime } from '../../support/redis-in-time';
import { describeWithRedis, RedisServer } from '../../support/redis-server';
import { testLifetime } from './lifetime-suite';
import { REDIS_ONLY } from './subjects';
import { testWhoseToken } from './whose-token-suite';
import { testWire } from './wire-suite';

// What the fast tests play with a double of Redis, with the real one.
describeWithRedis('on a real Redis server', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await RedisServer.start();
  });
  afterAll(() => server.close());

  const worldNow = useOutcomeWorld(() => new OutcomeWorld({ url: server.url, connect: connectInTime }));
  testWhoseToken(worldNow, REDIS_ONLY);
  testLifetime(worldNow, REDIS_ONLY);
  testWire(worldNow, REDIS_ONLY);
});
