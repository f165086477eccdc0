import { errorCodeOf } from '../../../http';
import type { TlsContext } from '../../../http';
import { clientOver, PAUSE_MS } from './client';
import { explainTimeout, replyOf, wordOf } from './faults';
import type { RedisClient } from './redis-port';
import { Server } from './server';

export interface RedisConnectionOptions {
  /** redis:// or rediss://, with user name and password; or the socket that the server listens on. */
  url: string | Socket;
  /** How long a script may take, connecting included, milliseconds. Asked before each one. */
  timeoutMs: () => number;
  /** Certificates for rediss://. */
  tls?: TlsContext | undefined;
}

/** A Unix domain socket on this machine. */
export interface Socket {
  path: string;
  username?: string;
  password?: string;
  db: number;
}

const CONNECT_TIMEOUT_MS = 3000;
const MOST_RECONNECTS = 2;
/** How often a command is sent again after it met a replica. */
const MOST_SEARCHES_FOR_PRIMARY = 2;

/** Connects to one server with the first command, and again after a fail-over. */
export function connectToRedis({ url, timeoutMs, tls }: RedisConnectionOptions): RedisClient {
  const [socket, address] = typeof url === 'string' ? [{}, url] : [url, undefined];
  const inClear = !/^rediss:/i.test(address ?? '');
  let searches = 0;
  const server: Server = new Server(
    (self) => ({
      ...socket,
      ...(inClear ? {} : { tls: tls === undefined ? {} : { secureContext: tls } }),
      connectTimeout: CONNECT_TIMEOUT_MS,
      maxRetriesPerRequest: MOST_RECONNECTS,
      // A server that refuses TLS, for instance over the certificate, refuses it again.
      retryStrategy: (times) => (times > MOST_RECONNECTS || isTlsAlert(self.failure) ? null : PAUSE_MS * times),
      // 2 means: connect again and resend the command. If a primary has become a replica, the same name may lead to the
      // new primary.
      reconnectOnError: (error) => {
        if (wordOf(replyOf(error)) !== 'READONLY' || searches >= MOST_SEARCHES_FOR_PRIMARY) return false;
        searches += 1;
        return 2;
      },
    }),
    address,
  );
  const judge = (thrown: unknown) => {
    const { error, passesSoon } = server.explain(thrown, inClear);
    return { error, isPassing: passesSoon };
  };
  const client = clientOver(
    {
      run: (script, keys, args) => server.run(script, [...keys, ...args]),
      judge,
      // If the connection keeps ending, the server isn't merely slow.
      outOfTime: () => (server.wasCut ? judge(undefined).error : explainTimeout(server.stream)),
      acknowledged: (_, replicas, waitMs) => server.acknowledged(replicas, waitMs),
      // The connection may be in database 0 or lack its user, because its setup was refused.
      beforeRetry: () => server.reconnect(),
      reconnect: () => server.reconnect(),
      close: () => server.close(),
    },
    timeoutMs,
  );
  return {
    ...client,
    run: (script, keys, args) => {
      searches = 0;
      server.wasCut = false;
      return client.run(script, keys, args);
    },
  };
}

function isTlsAlert(thrown: unknown): boolean {
  return errorCodeOf(thrown)?.includes('_ALERT_') === true;
}
