import type { Redis, RedisOptions } from 'ioredis';

import type { readPlace } from '../../../src/settings/stores/redis-place';
import type { RedisAnswers } from './redis-answers';

/** Where Redis is: the URL of one server, its socket, or several servers. */
export type Place = ReturnType<typeof readPlace>;

/** No retries: if a question is lost, the report says that the server did not tell. */
const ONE_TRY = { retryStrategy: () => null, maxRetriesPerRequest: 0, enableReadyCheck: false, disableClientInfo: true };

/**
 * Asks the Redis servers with the tokens for their settings; in a cluster, all primaries. It only reads. If a server refuses a question or
 * the question is lost, its answer is missing and nothing fails, because the tokens have already been read.
 *
 * @param timeoutMs milliseconds for each connection and for each question
 */
export async function askRedis(place: Place, timeoutMs: number): Promise<RedisAnswers[]> {
  const { Cluster, Redis } = await import('ioredis');
  const options: RedisOptions = { ...ONE_TRY, lazyConnect: true, connectTimeout: timeoutMs, commandTimeout: timeoutMs };
  if (typeof place === 'object' && 'kind' in place && place.kind === 'cluster') {
    const { nodes, credentials, isTls } = place;
    const redisOptions = { ...options, ...credentials, ...(isTls ? { tls: {} } : {}) };
    const cluster = new Cluster([...nodes], { redisOptions, clusterRetryStrategy: () => null, lazyConnect: true, enableReadyCheck: false, slotsRefreshTimeout: timeoutMs });
    cluster.on('error', () => undefined);
    try {
      await cluster.connect();
      return await Promise.all(cluster.nodes('master').map(ask));
    } catch {
      return nodes.map(({ host, port }) => ({ address: `${host}:${port}` }));
    } finally {
      cluster.disconnect();
    }
  }
  const redis = typeof place === 'string' ? new Redis(place, options) : new Redis({ ...options, ...optionsOf(place) });
  redis.on('error', () => undefined);
  try {
    return [await ask(redis)];
  } finally {
    redis.disconnect();
  }
}

function optionsOf(place: Exclude<Place, string>): RedisOptions {
  if ('path' in place) return place;
  if (place.kind === 'cluster') throw new Error('A cluster is more than one server.');
  const { sentinels, sentinelCredentials, masterName, credentials, database, isTls } = place;
  const { username, password } = sentinelCredentials;
  return {
    ...credentials,
    db: database,
    name: masterName,
    sentinels: [...sentinels],
    sentinelRetryStrategy: () => null,
    ...(username === undefined ? {} : { sentinelUsername: username }),
    ...(password === undefined ? {} : { sentinelPassword: password }),
    ...(isTls ? { tls: {}, sentinelTLS: {}, enableTLSForSentinelMode: true } : {}),
  };
}

async function ask(redis: Redis): Promise<RedisAnswers> {
  const [info, save] = await Promise.all([
    redis.info().catch(() => undefined),
    redis.config('GET', 'save').then(valueOf, () => undefined),
  ]);
  return { address: addressOf(redis.options), ...(info === undefined ? {} : { info }), ...(save === undefined ? {} : { save }) };
}

function addressOf({ path, name, host = '', port = 0 }: RedisOptions): string {
  return path ?? name ?? `${host}:${port}`;
}

/** Reads the first value from the answer to `CONFIG GET`, a list of names and values. */
function valueOf(answer: unknown): string | undefined {
  const [, value] = Array.isArray(answer) ? (answer as unknown[]) : [];
  return typeof value === 'string' ? value : undefined;
}
