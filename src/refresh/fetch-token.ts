import { AccessTokenError, isAccessTokenError } from '../errors';
import { isExpiring } from '../lifetime';
import type { TokenRecord } from '../lifetime';
import { chooseGrant, clientCredentials, requestToken } from '../oauth';
import type { FreshToken, Grant, RequestBudget, TokenEndpointConfig } from '../oauth';
import type { StoredToken, TokenStore } from '../stores/token-store';
import type { World } from '../world';

/** The API sees another identity from then on, which somebody should know. */
const FELL_BACK =
  "The refresh token was refused: from now on the token is the client's own (client credentials), not the user's, until you enter a new one.";

/** A refresh under a lease, as far as the token endpoint is concerned. */
export interface FetchRequest {
  tokenName: string;
  /** 1 to 99. */
  refreshPercent: number;
  config: TokenEndpointConfig;
  /** What the store had under the lease. */
  stored: Pick<StoredToken, 'record' | 'failure'>;
  budget: RequestBudget;
  /** Whether the store can be asked again, where the refresh token was refused. */
  looksAgain: boolean;
}

export type Fetched =
  | { kind: 'fresh'; fresh: FreshToken; replaces: TokenRecord | null }
  /** Another worker had refreshed it meanwhile. */
  | { kind: 'elsewhere'; record: TokenRecord };

/**
 * Asks for a token under a lease. After `invalid_grant` the record is read again, as another worker may have rotated the
 * refresh token; only then is the grant given up for client credentials. Where the store can't be asked again, the
 * failure is for the next refresh to see.
 *
 * @throws AccessTokenError those of `requestToken` and of the store's `read`; invalid_grant also where client
 *   credentials, as the last resort after it, are refused: it is the error its reader must act on
 */
export async function fetchToken(request: FetchRequest, store: TokenStore, world: World): Promise<Fetched> {
  const { tokenName, refreshPercent, stored, looksAgain } = request;
  const grant = grantFor(request, store);
  try {
    return { kind: 'fresh', fresh: await ask(grant, request, world), replaces: stored.record };
  } catch (thrown) {
    if (!looksAgain || !grant.isSingleUse || !isAccessTokenError(thrown) || thrown.code !== 'invalid_grant') throw thrown;
    const latest = await store.read(tokenName);
    const hasMoved = latest.record !== null && latest.record.version !== (stored.record?.version ?? 0);
    if (!hasMoved || latest.record === null) {
      return { kind: 'fresh', fresh: await fallBack(thrown, request, world), replaces: stored.record };
    }
    if (!isExpiring(latest.record, refreshPercent, world.now())) return { kind: 'elsewhere', record: latest.record };
    const again = { ...request, stored: latest };
    return { kind: 'fresh', fresh: await ask(grantFor(again, store), again, world), replaces: latest.record };
  }
}

/** The grant for a refresh of what the store has. */
export function grantFor({ stored, config }: Pick<FetchRequest, 'stored' | 'config'>, { keepsRefreshTokens }: TokenStore): Grant {
  return chooseGrant({ config, ...stored, keepsRefreshTokens });
}

async function ask(grant: Grant, request: FetchRequest, world: World): Promise<FreshToken> {
  const { config, budget, stored } = request;
  if (grant.isSingleUse) return keepingRefreshToken(await requestToken(config, grant, budget, world), grant);
  // Some servers say invalid_grant of client credentials, too: without a refresh token none was refused.
  const hadRefreshToken = (stored.record?.token.refresh_token ?? config.refreshToken) !== undefined;
  const isLastResort = hadRefreshToken && stored.failure?.code === 'invalid_grant';
  if (!isLastResort) return requestToken(config, grant, budget, world);
  const refused = new AccessTokenError('invalid_grant', 'The refresh token was refused, and client credentials are too.');
  return fallBack(refused, request, world);
}

/** An answer without a refresh token keeps the one that was used (RFC 6749 §6). */
function keepingRefreshToken({ token, timestamp }: FreshToken, { parameters }: Grant): FreshToken {
  const { refresh_token } = parameters;
  if (token.refresh_token !== undefined || refresh_token === undefined) return { token, timestamp };
  return { token: { ...token, refresh_token }, timestamp };
}

/** @param refused what is thrown when client credentials fail too */
async function fallBack(refused: AccessTokenError, { config, budget }: FetchRequest, world: World): Promise<FreshToken> {
  try {
    const fresh = await requestToken(config, clientCredentials, budget, world);
    world.log(FELL_BACK);
    return fresh;
  } catch (thrown) {
    if (!isAccessTokenError(thrown) || !thrown.transient) throw refused;
    // Still invalid_grant, by which the next refresh knows that the refresh token was refused.
    const { transient, retryAt, status } = thrown;
    const message = `${refused.message} Client credentials could not be tried: ${thrown.message}`;
    throw new AccessTokenError('invalid_grant', message, { transient, retryAt, status });
  }
}
