import { Redis } from 'ioredis';

import { AccessTokenError } from '../../errors';
import { errorCodeOf } from '../../http';
import type { RedisClient } from './redis-store';
import { SCRIPTS } from './scripts';
import type { Script } from './scripts';

export interface RedisConnectionOptions {
  /** redis:// or rediss://, with user name and password. */
  url: string;
  /** Milliseconds a command may take, connecting included, asked before each. */
  timeoutMs: () => number;
}

const CONNECT_TIMEOUT_MS = 3000;
const RECONNECT_DELAY_MS = 100;
const MOST_RECONNECTS = 2;

type ScriptCommand = (...keysAndArgs: ReadonlyArray<string | number>) => Promise<unknown>;

/**
 * Connects with the first command, and again after a fail-over. A script that Redis has forgotten
 * (`NOSCRIPT`, after a restart) is sent again by the client library.
 */
export function connectToRedis({ url, timeoutMs }: RedisConnectionOptions): RedisClient {
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: CONNECT_TIMEOUT_MS,
    maxRetriesPerRequest: MOST_RECONNECTS,
    retryStrategy: (times) => (times > MOST_RECONNECTS ? null : RECONNECT_DELAY_MS * times),
    // A primary that became a replica: look the primary up again, and send the command once more.
    reconnectOnError: (error) => (error.message.startsWith('READONLY') ? 2 : false),
    scripts: Object.fromEntries(SCRIPTS.map(({ name, keys, lua }) => [name, { lua, numberOfKeys: keys }])),
  });
  // The command that fails says only that the connection is closed; this says why.
  let reason: unknown;
  redis.on('error', (error: unknown) => {
    reason = error;
  });
  return {
    run: async (script, keys, args) => {
      try {
        return await withinTime(commandOf(redis, script)(...keys, ...args), timeoutMs());
      } catch (thrown) {
        throw thrown instanceof AccessTokenError ? thrown : explain(thrown, reason);
      }
    },
    close: () => redis.disconnect(),
  };
}

/** The library adds the scripts as methods, which its typings can't know. */
function commandOf(redis: Redis, { name }: Script): ScriptCommand {
  const command = (redis as unknown as Record<string, ScriptCommand>)[name];
  if (command === undefined) throw new AccessTokenError('unexpected_error', `The Redis script ${name} is not defined.`);
  return command.bind(redis);
}

async function withinTime<T>(work: Promise<T>, timeoutMs: number): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const timeUp = new Promise<never>((_, reject) => {
    const error = new AccessTokenError('store_timeout', 'Redis did not answer in time.', { transient: true });
    timer = setTimeout(() => reject(error), timeoutMs);
  });
  try {
    return await Promise.race([work, timeUp]);
  } finally {
    clearTimeout(timer);
  }
}

/** What Redis and its client say may quote the password, so only known first words are passed on. */
function explain(thrown: unknown, reason: unknown): AccessTokenError {
  const texts = [thrown, reason].map((error) => (error instanceof Error ? error.message : ''));
  const starts = (...words: string[]) => texts.some((text) => words.some((word) => text.startsWith(word)));
  if (starts('WRONGPASS', 'NOAUTH', 'NOPERM', 'ERR invalid password', 'ERR AUTH')) {
    return new AccessTokenError('store_refused', 'Redis refused the user or the password.');
  }
  if (starts('READONLY')) {
    return new AccessTokenError('store_read_only', 'Redis is a read-only replica.', { transient: true });
  }
  if (starts('LOADING', 'MASTERDOWN', 'CLUSTERDOWN', 'TRYAGAIN', 'OOM', 'BUSY')) {
    const word = texts.map((text) => /^[A-Z]+/.exec(text)?.[0]).find((first) => first !== undefined) ?? '';
    return new AccessTokenError('store_error', `Redis can't serve at the moment (${word}).`, { transient: true });
  }
  const code = [thrown, reason].map(errorCodeOf).find((candidate) => candidate !== undefined);
  const why = code === undefined ? '' : ` (${code})`;
  return new AccessTokenError('store_unreachable', `Redis can't be reached${why}.`, { transient: true });
}
