import { AccessTokenError, toAccessTokenError } from '../errors';
import { expiresAt, isExpired, isForeign, isGated } from '../lifetime';
import type { TokenRecord } from '../lifetime';
import { boundTo, settingsMark } from '../oauth';
import type { Grant, RequestBudget, TokenEndpointConfig } from '../oauth';
import { backoffDelay } from '../retry';
import { fingerprint } from '../sha256';
import type { Checkout, TokenStore } from '../stores/token-store';
import { byStoreClock, clockAhead } from '../world';
import type { World } from '../world';
import { errorOfFailure } from './failure';
import { fetchInsistently } from './fetch-insistently';
import { fetchToken, grantsOf } from './fetch-token';
import type { Fetched } from './fetch-token';
import { handOut, handOutCopy, handOutStale } from './handed-out';
import type { HandedOutToken } from './handed-out';
import { nameInUse, ownPart } from './own-part';
import type { Marks, OwnPart } from './own-part';
import { refreshUnderLease } from './refresh-under-lease';

export interface TokenEnvironment extends World {
  /** The shared store, or the conversation's. */
  store: TokenStore;
  /** A name that only this execution has. */
  owner: string;
  /** Starts the background chain again. Called if the store picks this execution for it; not awaited. */
  restartChain?: (() => void) | undefined;
}

export interface TokenRequest {
  tokenName: string;
  /** 1 to 99. */
  refreshPercent: number;
  config: TokenEndpointConfig;
  /** What the token is for, see `TokenRecord`. Default: derived from `config`. */
  boundTo?: string;
  /** The time by which the answer must be there, Unix milliseconds. */
  deadline: number;
  /** This conversation's own copy. While it isn't due, the store isn't asked. */
  copy?: TokenRecord | null;
  /** The fingerprint of a token that an API refused. */
  rejected?: string | undefined;
}

/** How long a lease runs, milliseconds: longer than a node's time budget. Once it has lapsed, its owner is surely gone. */
export const LEASE_MS = 15_000;
/** After this, milliseconds, writes to a store that isn't atomic should have landed. */
const LANDING_MS = 100;
/** Time kept for the commit if the token endpoint is slow, milliseconds. */
const COMMIT_RESERVE_MS = 2500;
/** With a valid token at hand, nobody waits longer than this for a refresh, milliseconds. */
const PATIENCE_WITH_VALID_TOKEN_MS = 4000;
/** That wait ends this long before the valid token expires, milliseconds, so that the token can still be handed out. */
const HAND_OUT_MS = 500;
/** A token with less life left than this, milliseconds, would end before the API sees it, so the caller waits for its refresh. */
const SHORTEST_USE_MS = 2000;
/** A token request always gets at least this long, milliseconds. */
const SHORTEST_PATIENCE_MS = 500;
/** While another execution refreshes, the store is asked at least this often, milliseconds. */
const LONGEST_LOOK_AWAY_MS = 1000;
const MOST_ATTEMPTS = 3;
const MOST_COMMIT_ATTEMPTS = 3;

/**
 * Hands out a valid token. If it is due and this caller gets the lease, refreshes it first. A valid token is handed out
 * whatever is wrong with the token endpoint or the store. A token that ends within two seconds waits for its refresh,
 * as long as the deadline allows.
 *
 * @throws AccessTokenError if there is no valid token: the errors of the store and of the token endpoint,
 *   refresh_in_progress
 */
export async function getToken(wanted: TokenRequest, environment: TokenEnvironment): Promise<HandedOutToken> {
  const { config } = wanted;
  const binding = wanted.boundTo ?? boundTo(config);
  const request = { ...wanted, boundTo: binding, settings: settingsMark(config, binding) };
  const { now } = environment;
  const copy = usable(request.copy ?? null, request, environment);
  const fresh = handOutCopy(copy, request.refreshPercent, now());
  if (fresh !== null) return fresh;
  try {
    return await getFromStore(request, environment);
  } catch (thrown) {
    const error = toAccessTokenError(thrown);
    if (copy !== null && !isExpired(copy, now())) return handOutStale(copy, 'conversation', error, now());
    if (!error.transient || !error.code.startsWith('store_')) throw error;
    return getWithoutStore(error, request, environment);
  }
}

/**
 * Asks the token endpoint while the store is down. One more token harms nobody. A single-use refresh token could get
 * lost, so it isn't sent.
 *
 * @throws AccessTokenError the outage, or the token endpoint's error
 */
async function getWithoutStore(outage: AccessTokenError, request: MarkedRequest, environment: TokenEnvironment): Promise<HandedOutToken> {
  const { config, deadline } = request;
  const { store, now } = environment;
  const stored = ownPart({ record: null }, request);
  const [grant] = grantsOf({ stored, config }, store);
  if (grant.isSingleUse) throw outage;
  const budget = { deadline, maxAttempts: MOST_ATTEMPTS };
  const fetched = await fetchToken({ ...request, stored, budget }, store, environment).catch((thrown: unknown) => {
    const error = toAccessTokenError(thrown);
    // If nothing answers at all, report the store's outage, which came first.
    throw error.transient ? outage : error;
  });
  return { ...handOut({ version: 0, ...fetched.record }, 'token_endpoint', now()), refreshed: true, warning: outage };
}

type MarkedRequest = Omit<TokenRequest, 'boundTo'> & Marks;

async function getFromStore(request: MarkedRequest, environment: TokenEnvironment): Promise<HandedOutToken> {
  const { now, sleep, random } = environment;
  for (let attempt = 1; ; attempt += 1) {
    const asked = now();
    const checkout = await checkOut(request, environment);
    // From here on all times follow the store's clock, because the times written to the store must be true there.
    const aheadMs = clockAhead(asked, now(), checkout.now);
    const there = byStoreClock(environment, aheadMs);
    const deadline = request.deadline + aheadMs;
    if (checkout.lease === 'granted') return refresh(checkout, { ...request, deadline }, there);
    // The store compared the record with its own clock, so "not needed" holds even if our clock is ahead.
    if (checkout.lease === 'not_needed' && checkout.record !== null) return handOut(checkout.record, 'store', there.now());
    const valid = usable(checkout.record, request, there);
    const isWorthWaiting = checkout.problem === undefined && (valid === null || !outlasts(valid, there.now()));
    if (valid !== null && !isWorthWaiting) return handOutHeld(valid, checkout, there.now());
    if (checkout.problem !== undefined) throw checkout.problem;
    const wait = Math.min(LONGEST_LOOK_AWAY_MS, backoffDelay(attempt, random()));
    // A lease is useless without time left to refresh.
    if (there.now() + wait >= deadline - COMMIT_RESERVE_MS) {
      if (valid !== null) return handOutHeld(valid, checkout, there.now());
      throw new AccessTokenError('refresh_in_progress', 'The token has expired and another execution is refreshing it.', {
        transient: true,
      });
    }
    await sleep(wait);
  }
}

/**
 * Asks for the lease. If a refresh token is about to be spent and the store isn't atomic, another execution may have
 * been granted the same lease. So it asks a second time, when all writes have landed and only the last writer holds the
 * lease.
 */
async function checkOut(
  request: MarkedRequest,
  { store, owner, sleep, restartChain }: TokenEnvironment,
): Promise<Checkout> {
  const { tokenName, refreshPercent, boundTo: binding, settings, rejected, config } = request;
  const wanted = { tokenName, owner, leaseMs: LEASE_MS, refreshPercent, boundTo: binding, settings, rejected };
  const checkout = await store.checkout(restartChain === undefined ? wanted : { ...wanted, watchChain: true });
  if (checkout.restartChain === true) restartChain?.();
  if (checkout.lease !== 'granted' || isGated(checkout.failure, request.settings, checkout.now) || store.isAtomic) return checkout;
  const [grant] = grantsOf({ stored: ownPart(checkout, request), config }, store);
  if (!grant.isSingleUse) return checkout;
  await sleep(LANDING_MS);
  return store.checkout(wanted);
}

/** @param environment follows the store's clock, and so does the request's deadline */
async function refresh(checkout: Checkout, request: MarkedRequest, environment: TokenEnvironment): Promise<HandedOutToken> {
  const { store, owner, now, random } = environment;
  const { config, deadline } = request;
  const { failure } = checkout;
  const valid = usable(checkout.record, request, environment);
  if (isGated(failure, request.settings, checkout.now)) return staleOrThrow(valid, errorOfFailure(failure, now()), environment);
  const stored = ownPart(checkout, request);
  const fallback = valid !== null && outlasts(valid, now()) ? valid : null;
  const budget = budgetOf(grantsOf({ stored, config }, store)[0], fallback, deadline, now());
  const outcome = await refreshUnderLease(
    { ...request, stored, budget, owner },
    {
      deadline,
      fetch: async (wanted, its, world) => markReplacement(await fetchInsistently(wanted, its, world), stored, request),
      commitPause: (tries, isPrecious) =>
        isPrecious || tries < MOST_COMMIT_ATTEMPTS ? Math.min(LONGEST_LOOK_AWAY_MS, backoffDelay(tries, random())) : undefined,
      isUsable: (theirs) => usable(theirs, request, environment) !== null,
    },
    store,
    environment,
  );
  switch (outcome.kind) {
    case 'failed':
      return staleOrThrow(valid, outcome.error, environment);
    case 'elsewhere':
      return { ...handOut(outcome.record, 'store', now()), ...warningOf(outcome) };
    case 'refreshed':
      return { ...handOut(outcome.record, 'token_endpoint', now()), refreshed: true, ...warningOf(outcome, stored.isForeign ? nameInUse(request) : undefined) };
  }
}

/** Marks a token that replaces one the API refused. If the API refuses this one too, a further one won't help. */
function markReplacement(fetched: Fetched, { record }: OwnPart, { rejected }: MarkedRequest): Fetched {
  if (fetched.kind === 'elsewhere' || record === null || rejected === undefined || fingerprint(record.token.access_token) !== rejected) return fetched;
  return { ...fetched, record: { ...fetched.record, token: { ...fetched.record.token, after_rejection: true } } };
}

function warningOf({ warning }: { warning?: AccessTokenError }, other?: AccessTokenError): { warning?: AccessTokenError } {
  const told = warning ?? other;
  return told === undefined ? {} : { warning: told };
}

/** The record, if its token is valid and not the one that the API refused. */
function usable(
  record: TokenRecord | null,
  { boundTo: binding, rejected }: MarkedRequest,
  { now }: TokenEnvironment,
): TokenRecord | null {
  if (record === null || isForeign(record, binding) || isExpired(record, now())) return null;
  return rejected !== undefined && fingerprint(record.token.access_token) === rejected ? null : record;
}

/** Whether the token lives long enough to be used. */
function outlasts(record: TokenRecord, now: number): boolean {
  return expiresAt(record) - now >= SHORTEST_USE_MS;
}

/**
 * If the answer to a refresh token comes too late, the next refresh token is lost. So such a request gets all the time
 * there is.
 */
function budgetOf({ isSingleUse }: Grant, valid: TokenRecord | null, deadline: number, now: number): RequestBudget {
  const latest = deadline - COMMIT_RESERVE_MS;
  if (valid === null) return { deadline: latest, maxAttempts: MOST_ATTEMPTS };
  if (isSingleUse) return { deadline: latest, maxAttempts: 1 };
  const patience = Math.min(now + PATIENCE_WITH_VALID_TOKEN_MS, expiresAt(valid) - HAND_OUT_MS);
  return { deadline: Math.min(latest, Math.max(patience, now + SHORTEST_PATIENCE_MS)), maxAttempts: 1 };
}

/** Another execution is refreshing the token, or nobody can. The last failure is reported either way. */
function handOutHeld(valid: TokenRecord, { failure, problem }: Checkout, now: number): HandedOutToken {
  const error = problem ?? (failure === undefined ? undefined : errorOfFailure(failure, now));
  return error === undefined ? handOut(valid, 'store', now) : handOutStale(valid, 'store', error, now);
}

/** The token was valid before the refresh was tried, but the try may have taken the rest of its life. */
function staleOrThrow(valid: TokenRecord | null, error: AccessTokenError, { now }: TokenEnvironment): HandedOutToken {
  if (valid === null || isExpired(valid, now())) throw error;
  return handOutStale(valid, 'store', error, now());
}
