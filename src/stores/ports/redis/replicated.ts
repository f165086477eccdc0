import { AccessTokenError, isAccessTokenError, toAccessTokenError } from '../../../errors';
import type { RedisClient } from './redis-port';
import { SAVED } from './scripts';

/** A write by one script. */
export interface Write {
  key: string;
  /** The answer of `SAVE`: `SAVED.withReplicas` or more. */
  saved: number;
  /** Writes it once more, over itself or over what it replaced. Answers as `SAVE` does. */
  again: () => Promise<number>;
  /** How often to wait for replicas. */
  rounds: number;
}

/** The first wait for replicas, milliseconds. Most have a write after 1 ms. */
const FIRST_WAIT_MS = 500;
const NEXT_WAIT_MS = 250;
/** The wait if no replica is connected, milliseconds: one may be coming back. */
const WAIT_FOR_NONE_MS = 100;

const NO_ANSWER = 'The token is in Redis, and no replica has confirmed that it has it too.';
const NO_RIGHT = 'The token is in Redis, and whether a replica has it too is not known: Redis refuses WAIT.';
const RIGHT = 'Give the Redis user +wait. Where the service has no such command, a fail-over may lose a token.';

/**
 * Waits until a replica has the write. If none confirms it, another server may have replaced this primary while the
 * connection still leads here. So it connects again, and writes once more what is missing there.
 *
 * @returns `true`; `false` if somebody else has changed the entry; an error if a fail-over may lose the write
 * @throws AccessTokenError if it could not be written again
 */
export async function untilReplicated(client: RedisClient, { key, saved, again, rounds }: Write): Promise<boolean | AccessTokenError> {
  let state = saved;
  for (let round = 1; ; round += 1) {
    const replicas = state - SAVED.withReplicas;
    const timeoutMs = replicas === 0 ? WAIT_FOR_NONE_MS : round === 1 ? FIRST_WAIT_MS : NEXT_WAIT_MS;
    // Waits for all replicas, because any of them may be the next primary. One is enough.
    const count = await client.acknowledged(key, Math.max(1, replicas), timeoutMs).catch(toAccessTokenError);
    if (isAccessTokenError(count)) {
      // An outage shows up again with the next connection.
      if (!count.transient) return notReplicated(NO_RIGHT, RIGHT);
    } else if (count !== undefined && count > 0) return true;
    if (round >= rounds) return notReplicated(NO_ANSWER);
    client.reconnect();
    state = await again();
    if (state === SAVED.not) return false;
    if (state < SAVED.withReplicas) return true;
  }
}

function notReplicated(message: string, remedy?: string): AccessTokenError {
  return new AccessTokenError('commit_not_replicated', message, { remedy, transient: true });
}
