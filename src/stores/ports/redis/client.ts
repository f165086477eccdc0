import type { AccessTokenError } from '../../../errors';
import type { RedisClient } from './redis-port';
import type { Script } from './scripts';

/** How to report a script that failed. */
export interface Verdict {
  error: Promise<AccessTokenError>;
  /** Whether the same script may succeed in the time that a node has. */
  isPassing: boolean;
}

/** The way to the server that holds a key. */
export interface Route {
  run(script: Script, keys: readonly string[], args: ReadonlyArray<string | number>): Promise<unknown>;
  judge(thrown: unknown): Verdict;
  /** The error if no answer has come in time and nothing else is known. */
  outOfTime(): Promise<AccessTokenError>;
  /** See `RedisClient`. Rejects with whatever the command failed with. */
  acknowledged(key: string, replicas: number, timeoutMs: number): Promise<number | undefined>;
  /** Called between two tries of a script. */
  beforeRetry?(): void;
  /** Drops the connections, so that the next script looks for the right server again. */
  reconnect(): void;
  close(): void;
}

/** The pause before a script is sent again, milliseconds. */
export const PAUSE_MS = 100;

/**
 * A client over a route. It sends a script again while Redis can't take it and time is left.
 *
 * @param timeoutMs how long a script may take, connecting included, milliseconds; asked before each one
 */
export function clientOver(route: Route, timeoutMs: () => number): RedisClient {
  let isClosed = false;
  return {
    run: async (script, keys, args) => {
      let isTimeUp = false;
      let passing: Promise<AccessTokenError> | undefined;
      const sendUntilTaken = async (): Promise<unknown> => {
        for (;;) {
          try {
            return await route.run(script, keys, args);
          } catch (thrown) {
            const { error, isPassing } = route.judge(thrown);
            if (!isPassing) throw await error;
            passing = error;
          }
          route.beforeRetry?.();
          await sleep(PAUSE_MS);
          if (isTimeUp || isClosed) throw await passing;
        }
      };
      let timer: ReturnType<typeof setTimeout> | undefined;
      const timeUp = new Promise<never>((_, reject) => {
        timer = setTimeout(() => {
          isTimeUp = true;
          const error = passing ?? route.outOfTime();
          error.then(reject, reject);
        }, timeoutMs());
      });
      return Promise.race([sendUntilTaken(), timeUp]).finally(() => clearTimeout(timer));
    },
    acknowledged: (key, replicas, waitMs) =>
      route.acknowledged(key, replicas, waitMs).catch(async (thrown: unknown) => {
        throw await route.judge(thrown).error;
      }),
    reconnect: () => route.reconnect(),
    close: () => {
      isClosed = true;
      route.close();
    },
  };
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
