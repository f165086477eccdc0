import { createHash } from 'crypto';

import { Redis, ReplyError } from 'ioredis';

import { AccessTokenError } from '../../../errors';
import { errorCodeOf } from '../../../http';
import type { RedisClient } from './redis-port';
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
/** A server that hangs does not get longer than this, milliseconds, to agree that a connection ends. */
const DISCONNECT_TIMEOUT_MS = 100;
/** How often a command is sent again that met a replica. */
const MOST_SEARCHES_FOR_PRIMARY = 2;

/**
 * Connects with the first command, and again after a fail-over. A script that Redis does not have
 * (`NOSCRIPT`: it was never sent, or Redis was restarted) is sent in full.
 */
export function connectToRedis({ url, timeoutMs }: RedisConnectionOptions): RedisClient {
  let searches = 0;
  const redis = new Redis(url, {
    lazyConnect: true,
    // The node that opens this asks once or twice: nothing goes before its command but the password.
    disableClientInfo: true,
    enableReadyCheck: false,
    connectTimeout: CONNECT_TIMEOUT_MS,
    disconnectTimeout: DISCONNECT_TIMEOUT_MS,
    maxRetriesPerRequest: MOST_RECONNECTS,
    retryStrategy: (times) => (times > MOST_RECONNECTS ? null : RECONNECT_DELAY_MS * times),
    // 2 is to connect and to send the command once more: a server that is starting is ready soon, and where
    // a primary became a replica the same name may lead to the new primary.
    reconnectOnError: ({ message }) => {
      const word = wordOf(message);
      if (word === 'LOADING') return 2;
      if (word !== 'READONLY' || searches >= MOST_SEARCHES_FOR_PRIMARY) return false;
      searches += 1;
      return 2;
    },
  });
  // The command that fails says only that the connection is closed; this says why.
  let reason: unknown;
  redis.on('connect', () => {
    reason = undefined;
  });
  redis.on('error', (error: unknown) => {
    reason = error;
  });
  // Commands go on in database 0 where the one in the URL was refused.
  const unlessRefused = <T>(answer: T): T => {
    if (isReply(reason)) throw reason;
    return answer;
  };
  const send = ({ lua, keys }: Script, digest: string, keysAndArgs: ReadonlyArray<string | number>) =>
    redis.evalsha(digest, keys, ...keysAndArgs).catch((thrown: unknown) => {
      if (!isReply(thrown) || wordOf(thrown.message) !== 'NOSCRIPT') throw thrown;
      return redis.eval(lua, keys, ...keysAndArgs);
    });
  return {
    run: (script, keys, args) => {
      searches = 0;
      // What has given up connecting does not start again by itself, and whoever commits tries more than once.
      if (redis.status === 'end') redis.connect().catch(() => undefined);
      const answer = send(script, digestOf(script), [...keys, ...args]).then(unlessRefused);
      return withinTime(answer, timeoutMs(), (thrown) => explain(thrown, reason));
    },
    close: () => redis.disconnect(),
  };
}

const digests = new Map<Script, string>();

/** The name that Redis knows a script by. */
function digestOf(script: Script): string {
  const known = digests.get(script);
  if (known !== undefined) return known;
  const digest = createHash('sha1').update(script.lua).digest('hex');
  digests.set(script, digest);
  return digest;
}

function withinTime<T>(
  work: Promise<T>,
  timeoutMs: number,
  explainFailure: (thrown: unknown) => AccessTokenError,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new AccessTokenError('store_timeout', 'Redis did not answer in time.', { transient: true }));
    }, timeoutMs);
    work.then(
      (answer) => {
        clearTimeout(timer);
        resolve(answer);
      },
      (thrown: unknown) => {
        clearTimeout(timer);
        reject(explainFailure(thrown));
      },
    );
  });
}

const REFUSALS = ['WRONGPASS', 'NOAUTH', 'NOPERM'];
/** Those without a word of their own: a password that is not accepted, and a script that may not do what it does. */
const REFUSAL_IN_WORDS =
  /^ERR (?:invalid password|AUTH |Protocol error: unauthenticated)|can't run this command|can't access at least one of the keys/;
const PASSING = ['LOADING', 'MASTERDOWN', 'CLUSTERDOWN', 'TRYAGAIN', 'OOM', 'BUSY', 'MISCONF', 'NOREPLICAS'];

/** What Redis and its client say may quote the password, so only the words that Redis begins with are passed on. */
function explain(thrown: unknown, reason: unknown): AccessTokenError {
  const reply = [thrown, reason].find(isReply);
  if (reply !== undefined) return explainReply(reply.message);
  const code = [thrown, reason].map(errorCodeOf).find((candidate) => candidate !== undefined);
  const why = code === undefined ? '' : ` (${code})`;
  return new AccessTokenError('store_unreachable', `Redis can't be reached${why}.`, { transient: true });
}

/** Whether Redis itself has answered with an error. */
function isReply(error: unknown): error is Error {
  return error instanceof ReplyError;
}

function explainReply(reply: string): AccessTokenError {
  const word = wordOf(reply);
  if (REFUSALS.includes(word) || REFUSAL_IN_WORDS.test(reply)) {
    return new AccessTokenError('store_refused', 'Redis refused the user or the password.');
  }
  if (word === 'READONLY') {
    return new AccessTokenError('store_read_only', 'Redis is a read-only replica.', { transient: true });
  }
  const transient = PASSING.includes(word);
  const message = transient ? `Redis can't serve at the moment (${word}).` : `Redis answered with an error (${word}).`;
  return new AccessTokenError('store_error', message, { transient });
}

/** The word in capitals that names an error; before Redis 7 a script's error is wrapped up in another one. */
function wordOf(reply: string): string {
  return (/: -([A-Z]{2,20}) /.exec(reply) ?? /^([A-Z]{2,20})\b/.exec(reply))?.[1] ?? 'ERR';
}
