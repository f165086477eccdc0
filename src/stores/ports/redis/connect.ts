import { createHash } from 'crypto';

import { Redis } from 'ioredis';

import type { AccessTokenError } from '../../../errors';
import { errorCodeOf } from '../../../http';
import type { TlsContext } from '../../../http';
import { explainFault, explainTimeout, passesSoon, replyOf, wordOf } from './faults';
import type { RedisClient } from './redis-port';
import type { Script } from './scripts';

export interface RedisConnectionOptions {
  /** redis:// or rediss://, with user name and password. */
  url: string;
  /** Milliseconds a command may take, connecting included, asked before each. */
  timeoutMs: () => number;
  /** Certificates for rediss://. */
  tls?: TlsContext;
}

const CONNECT_TIMEOUT_MS = 3000;
const RECONNECT_DELAY_MS = 100;
const MOST_RECONNECTS = 2;
/** A server that hangs does not get longer than this, milliseconds, to agree that a connection ends. */
const DISCONNECT_TIMEOUT_MS = 100;
/** How often a command is sent again that met a replica. */
const MOST_SEARCHES_FOR_PRIMARY = 2;
/** A connection that ended without a word. */
const CLOSED = { code: 'ECONNRESET' };

/**
 * Connects with the first command, and again after a fail-over. A script that Redis does not have
 * (`NOSCRIPT`: it was never sent, or Redis was restarted) is sent in full. A command that Redis can't take just now is
 * sent again as long as its time lasts.
 */
export function connectToRedis({ url, timeoutMs, tls }: RedisConnectionOptions): RedisClient {
  const inClear = !/^rediss:/i.test(url);
  let searches = 0;
  const redis = new Redis(url, {
    ...(inClear ? {} : { tls: tls === undefined ? {} : { secureContext: tls } }),
    lazyConnect: true,
    // The node that opens this asks once or twice: nothing goes before its command but the password.
    disableClientInfo: true,
    enableReadyCheck: false,
    connectTimeout: CONNECT_TIMEOUT_MS,
    disconnectTimeout: DISCONNECT_TIMEOUT_MS,
    maxRetriesPerRequest: MOST_RECONNECTS,
    // Who is refused in TLS, over its certificate for instance, is refused again.
    retryStrategy: (times) => (times > MOST_RECONNECTS || isTlsAlert(reason) ? null : RECONNECT_DELAY_MS * times),
    // 2 is to connect and to send the command once more: where a primary became a replica, the same name may lead to
    // the new primary.
    reconnectOnError: (error) => {
      if (wordOf(replyOf(error)) !== 'READONLY' || searches >= MOST_SEARCHES_FOR_PRIMARY) return false;
      searches += 1;
      return 2;
    },
  });
  // The command that fails says only that the connection is closed; these say why.
  let reason: unknown;
  let wasConnected = false;
  let wasCut = false;
  let isClosed = false;
  redis.on('connect', () => {
    reason = undefined;
    wasConnected = true;
  });
  redis.on('close', () => {
    wasCut = wasConnected;
  });
  redis.on('error', (error: unknown) => {
    reason = error;
  });
  const send = async ({ lua, keys }: Script, digest: string, keysAndArgs: ReadonlyArray<string | number>): Promise<unknown> => {
    // What has given up connecting does not start again by itself, and whoever commits tries more than once.
    if (redis.status === 'end') redis.connect().catch(() => undefined);
    const answer = await redis.evalsha(digest, keys, ...keysAndArgs).catch((thrown: unknown) => {
      if (wordOf(replyOf(thrown)) !== 'NOSCRIPT') throw thrown;
      return redis.eval(lua, keys, ...keysAndArgs);
    });
    // Commands go on in database 0 where the one in the URL was refused.
    if (replyOf(reason) !== undefined) throw reason;
    return answer;
  };
  const explain = (thrown: unknown) => {
    // A connection that was refused comes before what a command met on it.
    const told = replyOf(reason) === undefined ? [thrown, reason] : [reason, thrown];
    const causes = [...told, ...(wasConnected ? [CLOSED] : [])];
    return { error: explainFault(causes, inClear), isPassing: passesSoon(causes) };
  };
  return {
    run: async (script, keys, args) => {
      searches = 0;
      wasCut = false;
      let isTimeUp = false;
      let passing: Promise<AccessTokenError> | undefined;
      const sendUntilTaken = async (): Promise<unknown> => {
        for (;;) {
          try {
            return await send(script, digestOf(script), [...keys, ...args]);
          } catch (thrown) {
            const { error, isPassing } = explain(thrown);
            if (!isPassing) throw await error;
            passing = error;
          }
          // The connection may be in database 0, or without its user: it was refused as a whole.
          redis.disconnect(true);
          await sleep(RECONNECT_DELAY_MS);
          if (isTimeUp || isClosed) throw await passing;
        }
      };
      let timer: ReturnType<typeof setTimeout> | undefined;
      const timeUp = new Promise<never>((_, reject) => {
        timer = setTimeout(() => {
          isTimeUp = true;
          // What ends each connection is no server that takes its time.
          const error = passing ?? (wasCut ? explain(undefined).error : explainTimeout(redis.stream));
          error.then(reject, reject);
        }, timeoutMs());
      });
      return Promise.race([sendUntilTaken(), timeUp]).finally(() => clearTimeout(timer));
    },
    close: () => {
      isClosed = true;
      redis.disconnect();
    },
  };
}

function isTlsAlert(thrown: unknown): boolean {
  return errorCodeOf(thrown)?.includes('_ALERT_') === true;
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
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
