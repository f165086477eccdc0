import { AccessTokenError, toAccessTokenError } from '../errors';
import { expiresAt, isExpired } from '../lifetime';
import type { TokenRecord } from '../lifetime';
import { backoffDelay } from '../oauth';
import type { FreshToken, Grant, RequestBudget, TokenEndpointConfig } from '../oauth';
import type { Checkout, CommitResult, ReleaseRequest, TokenStore } from '../stores/token-store';
import { errorOfFailure, noteFailure } from './failure';
import { handOut, handOutCopy, handOutStale } from './handed-out';
import type { HandedOutToken } from './handed-out';
import { chooseGrant, refresh } from './refresh';
import type { RefreshEnvironment } from './refresh';

export interface TokenEnvironment extends RefreshEnvironment {
  /** The shared store, or the conversation's. */
  store: TokenStore;
  /** A name for this execution that nobody else has. */
  owner: string;
  /** First 8 hex digits of SHA-256, see `fingerprint`. */
  fingerprint: (accessToken: string) => string;
  /** Starts the background chain again, for whoever notices that it has stopped. Never rejects. */
  restartChain?: (() => Promise<void>) | undefined;
}

export interface TokenRequest {
  tokenName: string;
  /** 1 to 99. */
  refreshPercent: number;
  config: TokenEndpointConfig;
  /** Unix milliseconds by which the answer must be there. */
  deadline: number;
  /** This conversation's own copy, used without asking the store while it is not expiring. */
  copy?: TokenRecord | null;
  /** The fingerprint of a token that the API refused. */
  rejected?: string | undefined;
}

/** The lease outlives the longest execution (15 s): then its owner is surely gone. */
export const LEASE_MS = 15_000;
/** Writes to a store that is not atomic have landed after this, as far as anybody knows. */
const LANDING_MS = 100;
/** Kept back for the commit when the token endpoint is slow. */
const COMMIT_RESERVE_MS = 2500;
/** Nobody waits longer than this for a refresh while a valid token is at hand. */
const PATIENCE_WITH_VALID_TOKEN_MS = 4000;
/** So much of its life is left to the valid token that is handed out when the patience ends. */
const HAND_OUT_MS = 500;
/** A token request is always worth this much patience. */
const SHORTEST_PATIENCE_MS = 500;
/** Whoever waits for somebody else's refresh looks at least this often whether it is over, milliseconds. */
const LONGEST_LOOK_AWAY_MS = 1000;
const MOST_ATTEMPTS = 3;
const MOST_COMMIT_ATTEMPTS = 3;

/**
 * Hands out a valid token and refreshes it where it is due and this caller gets the lease. A token that
 * is still valid is always handed out, whatever is wrong with the token endpoint or the store.
 *
 * @throws AccessTokenError when there is no valid token: the store's errors, the token endpoint's,
 *   refresh_in_progress
 */
export async function getToken(request: TokenRequest, environment: TokenEnvironment): Promise<HandedOutToken> {
  const { now } = environment;
  const copy = usable(request.copy ?? null, request, environment);
  const fresh = handOutCopy(copy, request.refreshPercent, now());
  if (fresh !== null) return fresh;
  try {
    return await getFromStore(request, environment);
  } catch (thrown) {
    const error = toAccessTokenError(thrown);
    if (copy !== null && !isExpired(copy, now())) return handOutStale(copy, 'conversation', error);
    throw error;
  }
}

async function getFromStore(request: TokenRequest, environment: TokenEnvironment): Promise<HandedOutToken> {
  const { now, sleep, random } = environment;
  const { deadline } = request;
  for (let attempt = 1; ; attempt += 1) {
    const checkout = await checkOut(request, environment);
    if (checkout.lease === 'granted') return refreshUnderLease(checkout, request, environment);
    // The store has compared its own clock with the record: "not needed" holds also where ours is ahead.
    if (checkout.lease === 'not_needed' && checkout.record !== null) return handOut(checkout.record, 'store');
    const valid = usable(checkout.record, request, environment);
    if (valid !== null) return handOutHeld(valid, checkout, now());
    const wait = Math.min(LONGEST_LOOK_AWAY_MS, backoffDelay(attempt, random()));
    // A lease is of no use to somebody who has no time left to refresh under it.
    if (now() + wait >= deadline - COMMIT_RESERVE_MS) {
      throw new AccessTokenError('refresh_in_progress', 'The token has expired and another execution is refreshing it.', {
        transient: true,
      });
    }
    await sleep(wait);
  }
}

/**
 * Checks out; and once more, where a refresh token is about to be spent under a lease that somebody else
 * may have been granted too. By then all writes have landed, and only the last writer holds the lease.
 */
async function checkOut(
  { tokenName, refreshPercent, rejected, config }: TokenRequest,
  { store, owner, sleep, restartChain }: TokenEnvironment,
): Promise<Checkout> {
  const request = { tokenName, owner, leaseMs: LEASE_MS, refreshPercent, rejected };
  const checkout = await store.checkout({ ...request, watchChain: restartChain !== undefined });
  if (checkout.restartChain === true) await restartChain?.();
  const { grant_type } = chooseGrant(checkout, config, store.keepsRefreshTokens);
  if (checkout.lease !== 'granted' || store.isAtomic || grant_type === 'client_credentials') return checkout;
  await sleep(LANDING_MS);
  return store.checkout(request);
}

async function refreshUnderLease(
  checkout: Checkout,
  request: TokenRequest,
  environment: TokenEnvironment,
): Promise<HandedOutToken> {
  const { store, now, random } = environment;
  const { record, failure } = checkout;
  const valid = usable(record, request, environment);
  const replaces = record?.version ?? 0;
  if (failure !== undefined && now() < failure.retryAt) {
    await release({ ifVersion: replaces }, request, environment);
    return staleOrThrow(valid, errorOfFailure(failure, now()), environment);
  }
  try {
    const { tokenName, refreshPercent, config } = request;
    const grant = chooseGrant(checkout, config, store.keepsRefreshTokens);
    const budget = budgetOf(grant, valid, request.deadline, now());
    const refreshed = await refresh({ tokenName, refreshPercent, stored: checkout, config, budget }, store, environment);
    if (refreshed.kind === 'adopted') {
      await release({ ifVersion: replaces }, request, environment);
      return handOut(refreshed.record, 'store');
    }
    return await keep(refreshed.fresh, refreshed.replaces, request, environment);
  } catch (thrown) {
    const error = toAccessTokenError(thrown);
    const noted = noteFailure({ error, previous: failure, record, now: now(), random: random() });
    await release({ ifVersion: replaces, failure: noted }, request, environment);
    return staleOrThrow(valid, error.withRetryAt(noted.retryAt), environment);
  }
}

/** Writes the fresh token to the store, and only then hands it out. */
async function keep(
  fresh: FreshToken,
  replaces: TokenRecord | null,
  request: TokenRequest,
  environment: TokenEnvironment,
): Promise<HandedOutToken> {
  const { store, fingerprint } = environment;
  let ifVersion = replaces?.version ?? 0;
  const handOutOwn = (warning?: AccessTokenError): HandedOutToken => {
    const record = { ...fresh, version: ifVersion + 1 };
    return { ...handOut(record, 'token_endpoint'), refreshed: true, ...(warning === undefined ? {} : { warning }) };
  };
  try {
    const result = await commit(fresh, ifVersion, request, environment);
    if (result.status === 'version_conflict') {
      const theirs = usable(result.record, request, environment);
      const isOwn = theirs !== null && fingerprint(theirs.token.access_token) === fingerprint(fresh.token.access_token);
      if (theirs !== null && !isOwn) return handOut(theirs, 'store');
      if (theirs === null) {
        // What lies there by now (perhaps nothing) is of no use to anybody: ours goes in its place.
        ifVersion = result.record?.version ?? 0;
        await commit(fresh, ifVersion, request, environment);
      }
    }
  } catch (thrown) {
    // The token itself is good. What is lost is that others can use it too, and the next refresh token.
    return handOutOwn(toAccessTokenError(thrown));
  }
  if (!store.keepsRefreshTokens && rotated(request.config.refreshToken, fresh.token.refresh_token)) {
    return handOutOwn(new AccessTokenError('refresh_token_not_kept', 'A new refresh token was issued and is not kept.'));
  }
  return handOutOwn();
}

async function commit(
  { token, timestamp }: FreshToken,
  ifVersion: number,
  { tokenName, deadline }: TokenRequest,
  { store, owner, now, sleep, random }: TokenEnvironment,
): Promise<CommitResult> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await store.commit({ tokenName, owner, ifVersion, record: { token, timestamp } });
    } catch (thrown) {
      const error = toAccessTokenError(thrown);
      const wait = backoffDelay(attempt, random());
      if (!error.transient || attempt >= MOST_COMMIT_ATTEMPTS || now() + wait >= deadline) throw error;
      await sleep(wait);
    }
  }
}

/** Frees the lease. A store that fails here frees it by itself when the lease lapses. */
async function release(
  outcome: Pick<ReleaseRequest, 'ifVersion' | 'failure'>,
  { tokenName }: TokenRequest,
  { store, owner, note }: TokenEnvironment,
): Promise<void> {
  try {
    await store.release({ tokenName, owner, ...outcome });
  } catch (thrown) {
    note(`The refresh lease of "${tokenName}" could not be freed: ${toAccessTokenError(thrown).message}`);
  }
}

/** The record, if its token lives and is not the one that the API refused. */
function usable(
  record: TokenRecord | null,
  { rejected }: TokenRequest,
  { now, fingerprint }: TokenEnvironment,
): TokenRecord | null {
  if (record === null || isExpired(record, now())) return null;
  return rejected !== undefined && fingerprint(record.token.access_token) === rejected ? null : record;
}

/** An answer to a refresh token that comes too late is lost, and the token with it: that one gets all the time. */
function budgetOf(grant: Grant, valid: TokenRecord | null, deadline: number, now: number): RequestBudget {
  const latest = deadline - COMMIT_RESERVE_MS;
  if (valid === null) return { deadline: latest, maxAttempts: MOST_ATTEMPTS };
  if (grant.grant_type === 'refresh_token') return { deadline: latest, maxAttempts: 1 };
  const patience = Math.min(now + PATIENCE_WITH_VALID_TOKEN_MS, expiresAt(valid) - HAND_OUT_MS);
  return { deadline: Math.min(latest, Math.max(patience, now + SHORTEST_PATIENCE_MS)), maxAttempts: 1 };
}

function rotated(before: string | undefined, after: string | undefined): boolean {
  return before !== undefined && after !== undefined && before !== after;
}

/** Somebody is refreshing it; what went wrong the last time is told all the same. */
function handOutHeld(valid: TokenRecord, { failure }: Checkout, now: number): HandedOutToken {
  return failure === undefined ? handOut(valid, 'store') : handOutStale(valid, 'store', errorOfFailure(failure, now));
}

/** The token was valid before the refresh was tried, which may have taken all of its life. */
function staleOrThrow(valid: TokenRecord | null, error: AccessTokenError, { now }: TokenEnvironment): HandedOutToken {
  if (valid === null || isExpired(valid, now())) throw error;
  return handOutStale(valid, 'store', error);
}
