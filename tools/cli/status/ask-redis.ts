import type { RedisAnswers } from './redis-answers';

/** What of `INFO` is judged. Older servers than Redis 7 take one section a call, and no section means most of them. */
const NO_RETRIES = { lazyConnect: true, retryStrategy: () => null, maxRetriesPerRequest: 0, enableReadyCheck: false, disableClientInfo: true };

/**
 * Asks a Redis server how it is set: reads only. A question that it refuses, or that is lost on the way, stays without an answer:
 * the tokens have been seen all the same.
 *
 * @param timeoutMs milliseconds for all questions
 */
export async function askRedis(url: string, timeoutMs: number): Promise<RedisAnswers[]> {
  const { Redis } = await import('ioredis');
  const redis = new Redis(url, { ...NO_RETRIES, connectTimeout: timeoutMs, commandTimeout: timeoutMs });
  redis.on('error', () => undefined);
  const { host = '', port = 0 } = redis.options;
  try {
    const [info, save] = await Promise.all([
      redis.info().catch(() => undefined),
      redis.config('GET', 'save').then(valueOf, () => undefined),
    ]);
    return [{ address: `${host}:${port}`, ...(info === undefined ? {} : { info }), ...(save === undefined ? {} : { save }) }];
  } finally {
    redis.disconnect();
  }
}

/** The answer to `CONFIG GET` is a list of names and values. */
function valueOf(answer: unknown): string | undefined {
  const [, value] = Array.isArray(answer) ? (answer as unknown[]) : [];
  return typeof value === 'string' ? value : undefined;
}
