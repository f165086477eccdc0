export { connectToRedis } from './connect';
export { RedisStore } from './redis-store';
