import { AccessTokenError, isAccessTokenError } from '../errors';
import { isExpiring } from '../lifetime';
import type { TokenRecord } from '../lifetime';
import { requestToken } from '../oauth';
import type { FreshToken, Grant, RequestBudget, TokenClientEnvironment, TokenEndpointConfig } from '../oauth';
import type { StoredToken, TokenStore } from '../stores/token-store';

const CLIENT_CREDENTIALS: Grant = { grant_type: 'client_credentials' };
/** The API sees another identity from then on, which somebody should know. */
const FELL_BACK =
  "The refresh token was refused: from now on the token is the client's own (client credentials), not the user's. For the " +
  "user's, authorize again, put the new refresh token into the connection and choose a new token name.";

export interface RefreshEnvironment extends TokenClientEnvironment {
  /** Tells the log of something that went wrong without being the caller's concern. */
  note: (message: string) => void;
}

/**
 * Picks the grant for a refresh: the stored refresh token; the connection's, while the store has no
 * record (or can't keep refresh tokens); else client credentials. A stored refresh token that was
 * refused is not sent again; the connection's takes turns with client credentials then, as somebody may
 * have entered a new one.
 */
export function chooseGrant(
  { record, failure }: StoredToken,
  config: TokenEndpointConfig,
  keepsRefreshTokens: boolean,
): Grant {
  const refused = failure?.code === 'invalid_grant';
  const isStored = record !== null && keepsRefreshTokens;
  const refresh_token = isStored ? record.token.refresh_token : config.refreshToken;
  const isOut = refused && (isStored || failure.attempts % 2 === 1);
  return refresh_token === undefined || isOut ? CLIENT_CREDENTIALS : { grant_type: 'refresh_token', refresh_token };
}

/**
 * Asks for a token with the grant that `chooseGrant` picked. An answer without a refresh token keeps the
 * one that was used (RFC 6749 §6).
 *
 * @throws AccessTokenError those of `requestToken`; invalid_grant also where client credentials, as the
 *   last resort after it, are refused: it is the error its reader must act on
 */
export async function fetchToken(
  grant: Grant,
  { record, failure }: StoredToken,
  config: TokenEndpointConfig,
  budget: RequestBudget,
  environment: RefreshEnvironment,
): Promise<FreshToken> {
  if (grant.grant_type === 'client_credentials') {
    const refused = new AccessTokenError('invalid_grant', 'The refresh token was refused, and client credentials are too.');
    // Some servers say invalid_grant of client credentials, too: without a refresh token none was refused.
    const hadRefreshToken = (record?.token.refresh_token ?? config.refreshToken) !== undefined;
    const isLastResort = hadRefreshToken && failure?.code === 'invalid_grant';
    return isLastResort
      ? fallBackToClientCredentials(refused, config, budget, environment)
      : requestToken(config, grant, budget, environment);
  }
  const fresh = await requestToken(config, grant, budget, environment);
  if (fresh.token.refresh_token !== undefined) return fresh;
  return { ...fresh, token: { ...fresh.token, refresh_token: grant.refresh_token } };
}

/** @param refused what is thrown when client credentials fail too */
async function fallBackToClientCredentials(
  refused: AccessTokenError,
  config: TokenEndpointConfig,
  budget: RequestBudget,
  environment: RefreshEnvironment,
): Promise<FreshToken> {
  try {
    const fresh = await requestToken(config, CLIENT_CREDENTIALS, budget, environment);
    environment.note(FELL_BACK);
    return fresh;
  } catch (thrown) {
    if (!isAccessTokenError(thrown) || !thrown.transient) throw refused;
    // Still invalid_grant, by which the next refresh knows that the refresh token was refused.
    const { transient, retryAt, status } = thrown;
    const message = `${refused.message} Client credentials could not be tried: ${thrown.message}`;
    throw new AccessTokenError('invalid_grant', message, { transient, retryAt, status });
  }
}

export type Refreshed =
  | { kind: 'fresh'; fresh: FreshToken; replaces: TokenRecord | null }
  /** Another worker had refreshed it meanwhile. */
  | { kind: 'adopted'; record: TokenRecord };

export interface RefreshRequest {
  tokenName: string;
  refreshPercent: number;
  stored: StoredToken;
  config: TokenEndpointConfig;
  budget: RequestBudget;
}

/**
 * Refreshes under a lease. After `invalid_grant` the record is read again, as another worker may have
 * rotated the refresh token; only then is the grant given up for client credentials.
 *
 * @throws AccessTokenError those of `requestToken` and of the store's `read`
 */
export async function refresh(
  request: RefreshRequest,
  store: TokenStore,
  environment: RefreshEnvironment,
): Promise<Refreshed> {
  const { tokenName, refreshPercent, stored, config, budget } = request;
  const grant = chooseGrant(stored, config, store.keepsRefreshTokens);
  try {
    const fresh = await fetchToken(grant, stored, config, budget, environment);
    return { kind: 'fresh', fresh, replaces: stored.record };
  } catch (thrown) {
    if (!isRefusedRefreshToken(thrown, grant)) throw thrown;
    const latest = await store.read(tokenName);
    const moved = latest.record !== null && latest.record.version !== (stored.record?.version ?? 0);
    if (moved && latest.record !== null) {
      if (!isExpiring(latest.record, refreshPercent, environment.now())) return { kind: 'adopted', record: latest.record };
      const rotated = chooseGrant(latest, config, store.keepsRefreshTokens);
      const fresh = await fetchToken(rotated, latest, config, budget, environment);
      return { kind: 'fresh', fresh, replaces: latest.record };
    }
    const fresh = await fallBackToClientCredentials(thrown, config, budget, environment);
    return { kind: 'fresh', fresh, replaces: stored.record };
  }
}

function isRefusedRefreshToken(thrown: unknown, grant: Grant): thrown is AccessTokenError {
  return grant.grant_type === 'refresh_token' && isAccessTokenError(thrown) && thrown.code === 'invalid_grant';
}
