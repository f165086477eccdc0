import { expiresAt } from '../lifetime';
import type { TokenRecord, UnstoredRecord } from '../lifetime';
import { clientCredentials, grantsFor, requestToken } from '../oauth';
import type { FreshToken, Grant, RequestBudget, TokenEndpointConfig } from '../oauth';
import { fingerprint } from '../sha256';
import type { RefreshStore } from '../stores/token-store';
import type { World } from '../world';
import type { Marks, OwnPart } from './own-part';

/** What the token endpoint's part of a refresh needs. */
export interface FetchRequest extends Marks {
  tokenName: string;
  /** 1 to 99. */
  refreshPercent: number;
  config: TokenEndpointConfig;
  /** What the store held when it granted the lease. */
  stored: OwnPart;
  budget: RequestBudget;
}

export type Fetched =
  /** `spent` is the refresh token that was used, `replaces` the stored version that this record replaces. */
  | { kind: 'fresh'; record: UnstoredRecord; spent: string | undefined; replaces: number }
  /** Another worker has refreshed the token meanwhile. */
  | { kind: 'elsewhere'; record: TokenRecord };

/** How many seeds a record keeps: more than anybody configures. */
const MOST_SEEDS = 20;

/** The grants to try for what the store holds, in this order. */
export function grantsOf(
  { stored, config }: Pick<FetchRequest, 'stored' | 'config'>,
  { keepsRefreshTokens }: Pick<RefreshStore, 'keepsRefreshTokens'>,
): [Grant, ...Grant[]] {
  return grantsFor({ config, record: stored.record, keepsRefreshTokens }, stored.failure);
}

/**
 * Asks for a token under a lease.
 *
 * @param grant how to get it; default: the first of `grantsOf`
 * @throws AccessTokenError the errors of `requestToken`
 */
export async function fetchToken(request: FetchRequest, store: RefreshStore, world: World, [grant] = grantsOf(request, store)): Promise<Fetched> {
  const { config, budget, stored } = request;
  const { refresh_token: spent } = grant.parameters;
  const knownAuthentication = stored.record?.clientAuthentication;
  const fresh = await requestToken({ config, grant, knownAuthentication }, budget, world);
  if (fresh.token.lifetime_assumed) world.log('warn', 'lifetime_assumed', `Nobody says how long the token lives: ${fresh.token.expires_in} s are assumed.`);
  const isFallBack = grant === clientCredentials && (config.refreshToken ?? stored.record?.token.refresh_token) !== undefined;
  if (isFallBack) world.log('warn', 'fell_back_to_client', "The refresh token was refused: the token is the client's own (client credentials), not the user's.");
  return { kind: 'fresh', record: recordOf(fresh, grant, request, store.keepsRefreshTokens), spent, replaces: stored.version };
}

function recordOf(
  { token, timestamp, authentication }: FreshToken,
  { name, renews, parameters: { refresh_token: spent } }: Grant,
  { stored: { record }, config: { refreshToken: configured, clientAuthentication }, boundTo }: FetchRequest,
  keepsRefreshTokens: boolean,
): UnstoredRecord {
  // Without a new refresh token in the answer, the one just used stays valid (RFC 6749 §6). A refresh token from client
  // credentials is useless, so the user's stays.
  const refresh_token = ((spent ?? renews) && token.refresh_token) ?? spent ?? record?.token.refresh_token;
  const isRotated = refresh_token !== spent;
  const isRepeated = record?.token.access_token === token.access_token;
  // A repeated token still ends when its first answer said.
  const left = isRepeated ? expiresAt(record) / 1000 - timestamp : 0;
  const expires_in = left > 0 ? Math.min(left, token.expires_in) : token.expires_in;
  const seeds = [...(record?.seeds ?? [])];
  // A record of version 0.1 has no seeds. Most likely it started from the configured refresh token.
  const isSeed = spent !== undefined && configured !== undefined && (spent === configured || record?.seeds === undefined);
  if (isSeed && (keepsRefreshTokens || isRotated) && !seeds.includes(fingerprint(configured))) seeds.push(fingerprint(configured));
  return {
    token: { ...token, expires_in, refresh_token },
    timestamp,
    grant: name,
    ...(boundTo === undefined ? {} : { boundTo }),
    ...(seeds.length === 0 ? {} : { seeds: seeds.slice(-MOST_SEEDS) }),
    ...(isRepeated ? { isRepeated } : {}),
    // Note only a method that was discovered and isn't the one tried first.
    ...(clientAuthentication === undefined && authentication === 'client_secret_post' ? { clientAuthentication: authentication } : {}),
  };
}
