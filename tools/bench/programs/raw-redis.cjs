/** Runs one script in Redis with the bare client: `node raw-redis.cjs REDIS_URL KEY`. */
const { Redis } = require('ioredis');

const [, , url, key] = process.argv;
const redis = new Redis(url, { lazyConnect: true, enableReadyCheck: false, disableClientInfo: true });

redis.eval("return redis.call('hget', KEYS[1], 'record')", 1, key).then((record) => {
  if (typeof record !== 'string') process.exitCode = 1;
  redis.disconnect();
});
