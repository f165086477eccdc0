import { AccessTokenError, toAccessTokenError } from '../errors';
import { isExpired, isForeign, timestampOf } from '../lifetime';
import type { RefreshFailure, TokenRecord } from '../lifetime';
import { expiredOnArrival } from '../oauth';
import type { RefreshStore } from '../stores/token-store';
import type { World } from '../world';
import { noteFailure } from './failure';
import { fetchToken } from './fetch-token';
import type { Fetched, FetchRequest } from './fetch-token';

/** What differs between nodes and Function, apart from the budget of the token request. */
export interface RefreshPolicy {
  /** The time by which everything must be done, the commit included, Unix milliseconds. */
  deadline: number;
  /**
   * The pause before a failed commit is tried again, milliseconds; `undefined` gives up.
   *
   * @param tries how often it was tried, 1 or more
   * @param isPrecious whether a refresh token that exists nowhere else would be lost
   */
  commitPause: (tries: number, isPrecious: boolean) => number | undefined;
  /** Whether another execution's token can be used. Default: whether it is still valid. */
  isUsable?: (record: TokenRecord) => boolean;
  /** Default: `fetchToken`, which makes one try with one grant. */
  fetch?: typeof fetchToken;
}

/** A granted lease and the refresh to run under it. */
export interface HeldRefresh extends FetchRequest {
  owner: string;
}

export type RefreshOutcome =
  /** This caller's own token. The warning says that it is not stored, or that the store may lose it. */
  | { kind: 'refreshed'; record: TokenRecord; warning?: AccessTokenError }
  /** The store holds another execution's usable token. The warning says what was lost. */
  | { kind: 'elsewhere'; record: TokenRecord; warning?: AccessTokenError }
  /** There is no new token. `isNoted` says whether the store knows about the failure. */
  | { kind: 'failed'; error: AccessTokenError; failure: RefreshFailure; isNoted: boolean };

/** The step by which the timestamp moves back each time the store refuses it, seconds. */
const EARLIER_SECONDS = 600;
/** How many unusable records a commit may run into before it gives up. */
const MOST_CONFLICTS = 5;

/**
 * Refreshes a token under its lease, stores it and frees the lease. After a failure it notes when the next try is
 * allowed. Never rejects.
 */
export async function refreshUnderLease(
  refresh: HeldRefresh,
  policy: RefreshPolicy,
  store: RefreshStore,
  world: World,
): Promise<RefreshOutcome> {
  try {
    const fetched = await (policy.fetch ?? fetchToken)(refresh, store, world);
    if (fetched.kind === 'elsewhere') {
      await release(refresh, store, world);
      return fetched;
    }
    const outcome = await commit(fetched, refresh, policy, store, world);
    if (outcome.kind !== 'refreshed' || outcome.record.token.expires_in > 0) return outcome;
    // It was stored for its refresh token only: the access token has already expired.
    const { record } = outcome;
    return await giveUp(expiredOnArrival(), { ...refresh, stored: { ...refresh.stored, record, version: record.version } }, store, world);
  } catch (thrown) {
    return giveUp(toAccessTokenError(thrown), refresh, store, world);
  }
}

/** A lease, and what was stored when it was granted. `config` is absent if the settings could not be read. */
export type GrantedLease = Pick<HeldRefresh, 'tokenName' | 'owner' | 'stored' | 'settings'> & Partial<Pick<HeldRefresh, 'config'>>;

/** Frees the lease after a failed refresh, and notes when the next try is allowed. Never rejects. */
export async function giveUp(
  error: AccessTokenError,
  lease: GrantedLease,
  store: RefreshStore,
  world: World,
): Promise<Extract<RefreshOutcome, { kind: 'failed' }>> {
  const { stored } = lease;
  const failure = noteFailure({ ...lease, ...stored, previous: stored.failure, error, now: world.now(), random: world.random() });
  const isNoted = await release(lease, store, world, failure);
  return { kind: 'failed', error: error.with({ retryAt: failure.retryAt }), failure, isNoted };
}

/**
 * Frees the lease. If the store fails here, the lease lapses by itself. Never rejects.
 *
 * @returns whether the store has confirmed it
 */
export async function release(
  { tokenName, owner, stored }: GrantedLease,
  store: RefreshStore,
  world: World,
  failure?: RefreshFailure,
): Promise<boolean> {
  try {
    await store.release({ tokenName, owner, ifVersion: stored.version, failure });
    return true;
  } catch (thrown) {
    world.log('warn', 'lease_not_freed', `The refresh lease could not be freed: ${toAccessTokenError(thrown).message}`);
    return false;
  }
}

/** Stores the fresh token, and tries again as long as the policy allows. */
async function commit(
  { record: fresh, spent, replaces }: Extract<Fetched, { kind: 'fresh' }>,
  { tokenName, owner, boundTo }: HeldRefresh,
  { deadline, commitPause, isUsable = (record) => !isExpired(record, world.now()) }: RefreshPolicy,
  store: RefreshStore,
  world: World,
): Promise<RefreshOutcome> {
  const isRotated = spent !== undefined && fresh.token.refresh_token !== spent;
  const isPrecious = store.keepsRefreshTokens && isRotated;
  const notKept = isRotated && !isPrecious ? new AccessTokenError('refresh_token_not_kept', 'A new refresh token was issued and is not kept.') : undefined;
  let { timestamp } = fresh;
  let ifVersion = replaces;
  const own = (version: number, warning?: AccessTokenError): RefreshOutcome => {
    const record = { ...fresh, timestamp, version };
    return warning === undefined ? { kind: 'refreshed', record } : { kind: 'refreshed', record, warning };
  };
  for (let tries = 1, conflicts = 0; ; tries += 1) {
    try {
      const result = await store.commit({ tokenName, owner, ifVersion, record: { ...fresh, timestamp } });
      if (result.status === 'committed') return own(result.version, notKept ?? result.warning);
      const theirs = result.record;
      // An earlier try succeeded, and only its answer was lost.
      if (theirs?.token.access_token === fresh.token.access_token) return own(theirs.version);
      // If their refresh token is missing, or is the one just spent, ours is worth more.
      const isWorthLess = isPrecious && (theirs?.token.refresh_token ?? spent) === spent;
      if (theirs !== null && !isForeign(theirs, boundTo) && isUsable(theirs) && !isWorthLess) {
        return { kind: 'elsewhere', record: theirs, ...(isPrecious ? { warning: lost() } : {}) };
      }
      conflicts += 1;
      if (conflicts >= MOST_CONFLICTS) return own(ifVersion + 1, lost());
      // What is stored by now (perhaps nothing) helps nobody, so replace it.
      ifVersion = theirs?.version ?? 0;
    } catch (thrown) {
      // The token itself works. Lost are sharing it and the next refresh token.
      const error = toAccessTokenError(thrown);
      // A store's worker with another clock refused the time, not the token. An earlier time is always safe.
      if (error.field?.endsWith('timestamp') === true) timestamp = Math.min(timestampOf(world.now()), timestamp) - EARLIER_SECONDS;
      const pause = error.transient || isPrecious ? commitPause(tries, isPrecious) : undefined;
      if (pause === undefined || world.now() + pause >= deadline) return own(ifVersion + 1, error);
      await world.sleep(pause);
    }
  }
}

function lost(): AccessTokenError {
  return new AccessTokenError('refresh_token_not_kept', 'The fresh token could not be stored: others have stored theirs.');
}
