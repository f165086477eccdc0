import { AccessTokenError } from '../errors';
import { isExpiring } from '../lifetime';
import type { TokenRecord } from '../lifetime';
import { requestToken } from '../oauth';
import type { FreshToken, Grant, RequestBudget, TokenClientEnvironment, TokenEndpointConfig } from '../oauth';
import type { StoredToken, TokenStore } from '../stores/token-store';

const CLIENT_CREDENTIALS: Grant = { grant_type: 'client_credentials' };

/**
 * Picks the grant for a refresh: the stored refresh token; the connection's, while the store has no
 * record (or can't keep refresh tokens); else client credentials. A stored refresh token that was
 * refused is not sent again.
 */
export function chooseGrant(
  { record, failure }: StoredToken,
  config: TokenEndpointConfig,
  keepsRefreshTokens: boolean,
): Grant {
  if (record !== null && keepsRefreshTokens) {
    const { refresh_token } = record.token;
    const usable = refresh_token !== undefined && failure?.code !== 'invalid_grant';
    return usable ? { grant_type: 'refresh_token', refresh_token } : CLIENT_CREDENTIALS;
  }
  const { refreshToken } = config;
  return refreshToken === undefined ? CLIENT_CREDENTIALS : { grant_type: 'refresh_token', refresh_token: refreshToken };
}

/**
 * Asks for a token with one grant. An answer without a refresh token keeps the one that was used
 * (RFC 6749 §6).
 *
 * @throws AccessTokenError those of `requestToken`
 */
export async function refreshWith(
  grant: Grant,
  config: TokenEndpointConfig,
  budget: RequestBudget,
  environment: TokenClientEnvironment,
): Promise<FreshToken> {
  const fresh = await requestToken(config, grant, budget, environment);
  if (grant.grant_type === 'client_credentials' || fresh.token.refresh_token !== undefined) return fresh;
  return { ...fresh, token: { ...fresh.token, refresh_token: grant.refresh_token } };
}

/**
 * The last resort after `invalid_grant`: client credentials, where the client may use them.
 *
 * @param refused the `invalid_grant` error, thrown again when client credentials are refused too, since
 *   it is the one its reader must act on
 */
export async function fallBackToClientCredentials(
  refused: AccessTokenError,
  config: TokenEndpointConfig,
  budget: RequestBudget,
  environment: TokenClientEnvironment,
): Promise<FreshToken> {
  try {
    return await requestToken(config, CLIENT_CREDENTIALS, budget, environment);
  } catch (thrown) {
    throw thrown instanceof AccessTokenError && thrown.transient ? thrown : refused;
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
  environment: TokenClientEnvironment,
): Promise<Refreshed> {
  const { tokenName, refreshPercent, stored, config, budget } = request;
  const grant = chooseGrant(stored, config, store.keepsRefreshTokens);
  try {
    return { kind: 'fresh', fresh: await refreshWith(grant, config, budget, environment), replaces: stored.record };
  } catch (thrown) {
    if (!isRefusedRefreshToken(thrown, grant)) throw thrown;
    const latest = await store.read(tokenName);
    const moved = latest.record !== null && latest.record.version !== (stored.record?.version ?? 0);
    if (moved && latest.record !== null) {
      if (!isExpiring(latest.record, refreshPercent, environment.now())) return { kind: 'adopted', record: latest.record };
      const rotated = chooseGrant(latest, config, store.keepsRefreshTokens);
      return { kind: 'fresh', fresh: await refreshWith(rotated, config, budget, environment), replaces: latest.record };
    }
    const fresh = await fallBackToClientCredentials(thrown, config, budget, environment);
    return { kind: 'fresh', fresh, replaces: stored.record };
  }
}

function isRefusedRefreshToken(thrown: unknown, grant: Grant): thrown is AccessTokenError {
  return grant.grant_type === 'refresh_token' && thrown instanceof AccessTokenError && thrown.code === 'invalid_grant';
}
