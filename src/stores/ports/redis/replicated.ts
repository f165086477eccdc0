import { AccessTokenError, isAccessTokenError, toAccessTokenError } from '../../../errors';
import type { RedisClient } from './redis-port';
import { SAVED } from './scripts';

/** What was written with one script. */
export interface Write {
  /** The key it was written under. */
  key: string;
  /** What `SAVE` has answered: `SAVED.withReplicas`, or more. */
  saved: number;
  /** Writes it once more where it is, or where what it has replaced is; answers as `SAVE` does. */
  again: () => Promise<number>;
  /** How often replicas are waited for. */
  rounds: number;
}

/** Milliseconds for the replicas the first time; most have a write after one. */
const FIRST_WAIT_MS = 500;
const NEXT_WAIT_MS = 250;
/** The same where none is connected: one may be coming back. */
const WAIT_FOR_NONE_MS = 100;

const NO_ANSWER = 'The token is in Redis, and no replica has confirmed that it has it too.';
const NO_RIGHT = 'The token is in Redis, and whether a replica has it too is not known: Redis refuses WAIT.';
const RIGHT = 'Give the Redis user +wait. Where the service has no such command, a fail-over may lose a token.';

/**
 * Waits until a replica has what was written. Where none says so, this may be a primary that another server has taken the place of,
 * though the connection still leads here: then a new connection is made, and what is not there is written once more.
 *
 * @returns `true`; `false` where somebody else has changed the entry; an error where a fail-over may lose what was written
 * @throws AccessTokenError where it could not be written again
 */
export async function untilReplicated(client: RedisClient, { key, saved, again, rounds }: Write): Promise<boolean | AccessTokenError> {
  let state = saved;
  for (let round = 1; ; round += 1) {
    const replicas = state - SAVED.withReplicas;
    const timeoutMs = replicas === 0 ? WAIT_FOR_NONE_MS : round === 1 ? FIRST_WAIT_MS : NEXT_WAIT_MS;
    // All are waited for, as nobody knows which one will be the next primary; one is enough.
    const count = await client.acknowledged(key, Math.max(1, replicas), timeoutMs).catch(toAccessTokenError);
    if (isAccessTokenError(count)) {
      // An outage is seen again with the next connection.
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
