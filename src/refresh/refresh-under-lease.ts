import { AccessTokenError, toAccessTokenError } from '../errors';
import { isExpired, isForeign, timestampOf } from '../lifetime';
import type { RefreshFailure, TokenRecord } from '../lifetime';
import { expiredOnArrival } from '../oauth';
import type { RefreshStore } from '../stores/token-store';
import type { World } from '../world';
import { noteFailure } from './failure';
import { fetchToken } from './fetch-token';
import type { Fetched, FetchRequest } from './fetch-token';

/** How nodes and Function differ, besides the budget of the token request. */
export interface RefreshPolicy {
  /** Unix milliseconds by which everything must be done, the commit included. */
  deadline: number;
  /**
   * How long to wait before retrying a failed commit, milliseconds; `undefined` gives up.
   *
   * @param tries how often it was tried, at least 1
   * @param isPrecious whether giving up would lose the only copy of a refresh token
   */
  commitPause: (tries: number, isPrecious: boolean) => number | undefined;
  /** Whether another worker's token can be used; by default, whether it is valid. */
  isUsable?: (record: TokenRecord) => boolean;
  /** By default `fetchToken`: one try with one grant. */
  fetch?: typeof fetchToken;
}

/** A lease that this owner was granted, and what to do under it. */
export interface HeldRefresh extends FetchRequest {
  owner: string;
}

export type RefreshOutcome =
  /** This caller's own token. The warning says that it could not be kept, or may be lost. */
  | { kind: 'refreshed'; record: TokenRecord; warning?: AccessTokenError }
  /** Another worker's token from the store. The warning says what was lost. */
  | { kind: 'elsewhere'; record: TokenRecord; warning?: AccessTokenError }
  /** The refresh failed; the store may or may not know. */
  | { kind: 'failed'; error: AccessTokenError; failure: RefreshFailure; isNoted: boolean };

/** If a store refuses a time, each try sets it back by this much, seconds. */
const EARLIER_SECONDS = 600;
/** How often to retry a commit that keeps finding unusable records. */
const MOST_CONFLICTS = 5;

/**
 * Refreshes a token under its lease, writes it to the store, and frees the lease. If that fails, it notes when the next try is allowed.
 * Never rejects.
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
    // It was kept for its refresh token only. Nobody else can use it.
    const { record } = outcome;
    return await giveUp(expiredOnArrival(), { ...refresh, stored: { ...refresh.stored, record, version: record.version } }, store, world);
  } catch (thrown) {
    return giveUp(toAccessTokenError(thrown), refresh, store, world);
  }
}

/** A lease, and the record at the time it was granted. Without `config`, the settings could not be read. */
export type GrantedLease = Pick<HeldRefresh, 'tokenName' | 'owner' | 'stored' | 'settings'> & Partial<Pick<HeldRefresh, 'config'>>;

/** Frees the lease of a failed refresh, and notes when the next try is allowed. Never rejects. */
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
 * @returns whether the store was told
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

/** Writes the fresh token to the store, with as many tries as it takes. */
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
      // An earlier try did land, and only its answer was lost.
      if (theirs?.token.access_token === fresh.token.access_token) return own(theirs.version);
      // The stored refresh token was just spent, or there is none. The new one is worth more.
      const isWorthLess = isPrecious && (theirs?.token.refresh_token ?? spent) === spent;
      if (theirs !== null && !isForeign(theirs, boundTo) && isUsable(theirs) && !isWorthLess) {
        return { kind: 'elsewhere', record: theirs, ...(isPrecious ? { warning: lost() } : {}) };
      }
      conflicts += 1;
      if (conflicts >= MOST_CONFLICTS) return own(ifVersion + 1, lost());
      // What is stored by now (perhaps nothing) is no use to anyone, so ours replaces it.
      ifVersion = theirs?.version ?? 0;
    } catch (thrown) {
      // The token itself is good. But others can't use it, and the next refresh token is lost.
      const error = toAccessTokenError(thrown);
      // A worker of the store has another clock and refuses the time, not the token. An earlier time is always safe.
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
