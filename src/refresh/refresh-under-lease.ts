import { AccessTokenError, toAccessTokenError } from '../errors';
import { isExpired, isForeign, timestampOf } from '../lifetime';
import type { RefreshFailure, TokenRecord } from '../lifetime';
import { expiredOnArrival } from '../oauth';
import type { RefreshStore } from '../stores/token-store';
import type { World } from '../world';
import { noteFailure } from './failure';
import { fetchToken } from './fetch-token';
import type { Fetched, FetchRequest } from './fetch-token';

/** What nodes and Function differ in, besides the budget of the token request. */
export interface RefreshPolicy {
  /** Unix milliseconds by which all is over, the commit included. */
  deadline: number;
  /**
   * How long to wait before a commit that failed is tried once more, milliseconds; `undefined` gives up.
   *
   * @param tries how often it was tried, 1 or more
   * @param isPrecious whether a refresh token would be lost that exists nowhere else
   */
  commitPause: (tries: number, isPrecious: boolean) => number | undefined;
  /** Whether a token of somebody else's is of use; by default, whether it lives. */
  isUsable?: (record: TokenRecord) => boolean;
  /** By default `fetchToken`: one try with one grant. */
  fetch?: typeof fetchToken;
}

/** A lease that its owner was granted, and what is to be done with it. */
export interface HeldRefresh extends FetchRequest {
  owner: string;
}

export type RefreshOutcome =
  /** This caller's own token; the warning says that it could not be kept, or may be lost. */
  | { kind: 'refreshed'; record: TokenRecord; warning?: AccessTokenError }
  /** Somebody else's token is in the store and of use; the warning says what was lost. */
  | { kind: 'elsewhere'; record: TokenRecord; warning?: AccessTokenError }
  /** Nothing came of it; the store knows, or it does not. */
  | { kind: 'failed'; error: AccessTokenError; failure: RefreshFailure; isNoted: boolean };

/** A time that a store refuses is set back by so much with each try, seconds. */
const EARLIER_SECONDS = 600;
/** How often a commit is tried that meets one useless record after the other. */
const MOST_CONFLICTS = 5;

/**
 * Refreshes a token under its lease, writes it to the store, and frees the lease; where that fails, notes when the next try
 * is allowed. Never rejects.
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
    // It was worth keeping for its refresh token, and is of no use to anybody else.
    const { record } = outcome;
    return await giveUp(expiredOnArrival(), { ...refresh, stored: { ...refresh.stored, record, version: record.version } }, store, world);
  } catch (thrown) {
    return giveUp(toAccessTokenError(thrown), refresh, store, world);
  }
}

/** A lease, and what lay under it when it was granted. Without `config`, the settings could not be read. */
export type GrantedLease = Pick<HeldRefresh, 'tokenName' | 'owner' | 'stored' | 'settings'> & Partial<Pick<HeldRefresh, 'config'>>;

/** Frees the lease of a refresh that has failed, and notes when the next try is allowed. Never rejects. */
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
 * Frees the lease. A store that fails here frees it by itself when the lease lapses. Never rejects.
 *
 * @returns whether the store has heard it
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
    world.log(`The refresh lease of "${tokenName}" could not be freed: ${toAccessTokenError(thrown).message}`);
    return false;
  }
}

/** Writes the fresh token to the store, as often as it takes. */
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
      // An earlier try has landed after all, and only its answer was lost.
      if (theirs?.token.access_token === fresh.token.access_token) return own(theirs.version);
      // A refresh token that was just spent, or none, is not worth more than the one that came for it.
      const isWorthLess = isPrecious && (theirs?.token.refresh_token ?? spent) === spent;
      if (theirs !== null && !isForeign(theirs, boundTo) && isUsable(theirs) && !isWorthLess) {
        return { kind: 'elsewhere', record: theirs, ...(isPrecious ? { warning: lost() } : {}) };
      }
      conflicts += 1;
      if (conflicts >= MOST_CONFLICTS) return own(ifVersion + 1, lost());
      // What lies there by now (perhaps nothing) is of no use to anybody: ours goes in its place.
      ifVersion = theirs?.version ?? 0;
    } catch (thrown) {
      // The token itself is good. What is lost is that others can use it too, and the next refresh token.
      const error = toAccessTokenError(thrown);
      // Another worker of the store has another clock: the time is refused, and not the token. Earlier is always safe.
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
