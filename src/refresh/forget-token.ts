import { AccessTokenError, toAccessTokenError } from '../errors';
import type { ErrorReport } from '../errors';
import { isForeign } from '../lifetime';
import type { TokenRecord } from '../lifetime';
import type { TokenEndpointConfig } from '../oauth';
import { revokeToken } from '../oauth/revocation';
import { backoffDelay } from '../retry';
import type { TokenStore } from '../stores/token-store';
import type { World } from '../world';

/** What Forget Token puts into the context. */
export interface ForgetResult {
  /** Whether the store, or the conversation, had a token for these settings. */
  forgotten: boolean;
  /**
   * Whether the authorization server has revoked the refresh token or, if there was none, the access token. Also `false` without
   * a revocation URL.
   */
  revoked: boolean;
  /** Why the token, or a part of it, could not be revoked. It is forgotten anyway. */
  warning?: ErrorReport;
}

export interface ForgetTokenRequest {
  tokenName: string;
  /** What the token is for, see `TokenRecord`. */
  boundTo: string;
  config: TokenEndpointConfig;
  /** RFC 7009. Without it, the token is forgotten but not revoked. */
  revocationUrl: string | undefined;
  /** This conversation's copy of a shared token. */
  copy: TokenRecord | null;
  /** The time by which everything must be done, Unix milliseconds. */
  deadline: number;
}

export type Forgotten = Pick<ForgetResult, 'forgotten' | 'revoked'> & { warning?: AccessTokenError };

export interface ForgetEnvironment extends World {
  store: TokenStore;
  /** A name that only this execution has. */
  owner: string;
}

/** How long the lease runs at most, milliseconds. */
const LEASE_MS = 15_000;
/** How long to wait for a refresh in progress, milliseconds. Then the refresh token that it gets is revoked too. */
const PATIENCE_MS = 3000;
/** The smallest percent, so that the store grants a lease for the token. Nobody refreshes a younger one. */
const SMALLEST_REFRESH_PERCENT = 1;

/**
 * Takes a token out of its store and, if there is a revocation URL, has it revoked. It forgets first, so nobody gets
 * the token any more even if the revocation fails.
 *
 * The settings stay. With client credentials, the next caller gets a fresh token. A refresh token in the connection is
 * used again, because it says which user the bot acts for. If it was revoked, the server refuses it (`invalid_grant`).
 * That is what logs a user out for good.
 *
 * @throws AccessTokenError the store's errors; then nothing is revoked
 */
export async function forgetToken(request: ForgetTokenRequest, environment: ForgetEnvironment): Promise<Forgotten> {
  const { tokenName, boundTo, revocationUrl, copy } = request;
  const { store } = environment;
  const record = revocationUrl === undefined ? null : await holdRecord(request, environment);
  const forgotten = await store.forget({ tokenName, boundTo });
  if (revocationUrl === undefined) return { forgotten, revoked: false };
  return { forgotten, ...(await revokeAll({ ...request, revocationUrl }, [record, copy], environment)) };
}

/**
 * Reads the record under a refresh lease, so that nobody rotates the refresh token before it is forgotten. Forgetting
 * ends the lease.
 */
async function holdRecord({ tokenName, boundTo }: ForgetTokenRequest, { store, owner, now, sleep, random }: ForgetEnvironment): Promise<TokenRecord | null> {
  const patience = now() + PATIENCE_MS;
  for (let tries = 1; ; tries += 1) {
    const { record, lease, problem } = await store.checkout({ tokenName, owner, leaseMs: LEASE_MS, refreshPercent: SMALLEST_REFRESH_PERCENT, boundTo });
    if (record !== null && isForeign(record, boundTo)) {
      // This token stays, so its owners must be free to refresh it.
      await store.release({ tokenName, owner });
      return null;
    }
    const wait = backoffDelay(tries, random());
    if (lease !== 'held' || problem !== undefined || now() + wait > patience) return record;
    await sleep(wait);
  }
}

/**
 * Revokes the refresh token first: most servers then revoke all tokens that came from it (RFC 7009 §2.1). Other servers
 * don't, so the access tokens follow.
 */
async function revokeAll(
  { config, revocationUrl: url, deadline }: ForgetTokenRequest & { revocationUrl: string },
  records: readonly (TokenRecord | null)[],
  environment: ForgetEnvironment,
): Promise<Omit<Forgotten, 'forgotten'>> {
  const known = records.find((record) => record !== null);
  const tokens = records.flatMap((record) => (record === null ? [] : [record.token]));
  const refreshTokens = tokens.flatMap(({ refresh_token }) => refresh_token ?? []).map((token) => ({ token, hint: 'refresh_token' as const }));
  const accessTokens = [...new Set(tokens.map(({ access_token }) => access_token))].map((token) => ({ token, hint: 'access_token' as const }));
  const [first, ...others] = [...refreshTokens, ...accessTokens];
  if (first === undefined) return { revoked: false };
  const revoke = (what: typeof first) => revokeToken({ ...what, url, config, knownAuthentication: known?.clientAuthentication }, deadline, environment);
  let revoked = false;
  try {
    revoked = await revoke(first);
    const areOthers = await inTurn(others, revoke);
    if (!revoked) return { revoked, warning: unsupported(first.hint) };
    if (!areOthers) environment.log('warn', 'access_token_not_revoked', 'The authorization server revokes no access tokens: this one is accepted until it ends.');
    return { revoked };
  } catch (thrown) {
    return { revoked, warning: toAccessTokenError(thrown) };
  }
}

/** @returns whether all have been revoked */
async function inTurn<T>(tokens: readonly T[], revoke: (token: T) => Promise<boolean>): Promise<boolean> {
  let areRevoked = true;
  for (const token of tokens) areRevoked = (await revoke(token)) && areRevoked;
  return areRevoked;
}

function unsupported(hint: 'refresh_token' | 'access_token'): AccessTokenError {
  const kind = hint === 'refresh_token' ? 'refresh tokens' : 'access tokens';
  const remedy =
    hint === 'refresh_token'
      ? 'Check the revocation URL, or end the session at the authorization server.'
      : 'Such a token expires by itself: leave the revocation URL empty, or shorten the lifetime of tokens.';
  return new AccessTokenError('revocation_failed', `The authorization server does not revoke ${kind} (unsupported_token_type).`, { remedy });
}
