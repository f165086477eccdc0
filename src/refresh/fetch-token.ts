import { AccessTokenError, isAccessTokenError } from '../errors';
import { expiresAt, isExpiring, isForeign } from '../lifetime';
import type { TokenRecord, UnstoredRecord } from '../lifetime';
import { clientCredentials, grantsFor, requestToken } from '../oauth';
import type { FreshToken, Grant, RequestBudget, TokenEndpointConfig } from '../oauth';
import { fingerprint } from '../sha256';
import type { TokenStore } from '../stores/token-store';
import type { World } from '../world';
import { ownPart } from './own-part';
import type { Marks, OwnPart } from './own-part';

/** A refresh under a lease, as far as the token endpoint is concerned. */
export interface FetchRequest extends Marks {
  tokenName: string;
  /** 1 to 99. */
  refreshPercent: number;
  config: TokenEndpointConfig;
  /** What the store had under the lease. */
  stored: OwnPart;
  budget: RequestBudget;
  /** Whether the store can be asked again, where the refresh token was refused. */
  looksAgain: boolean;
}

export type Fetched =
  /** `spent` is the refresh token that was used, `replaces` the version that was stored. */
  | { kind: 'fresh'; record: UnstoredRecord; spent: string | undefined; replaces: number }
  /** Another worker had refreshed it meanwhile. */
  | { kind: 'elsewhere'; record: TokenRecord };

/** More of a record's seeds than anybody enters. */
const MOST_SEEDS = 20;

/**
 * Asks for a token under a lease. After `invalid_grant` the record is read again, as another worker may have rotated the
 * refresh token; then the other grants have their turn. Where the store can't be asked again, the failure is for the next
 * refresh to see.
 *
 * @throws AccessTokenError those of `requestToken` and of the store's `read`; invalid_grant also where what was tried after it
 *   fails: it is the error its reader must act on; refresh_token_not_kept
 */
export async function fetchToken(request: FetchRequest, store: TokenStore, world: World): Promise<Fetched> {
  const { tokenName, refreshPercent, boundTo, stored, looksAgain } = request;
  const [grant, ...others] = grantsOf(request, store);
  try {
    return await ask(grant, request, store, world);
  } catch (thrown) {
    if (!looksAgain || !isRefused(thrown) || !grant.isSingleUse) throw thrown;
    const { record, ...latest } = await store.read(tokenName);
    if (record === null || record.version === stored.version) return askNext(others, thrown, request, store, world);
    const isDone = !isForeign(record, boundTo) && !isExpiring(record, refreshPercent, world.now());
    if (isDone) return { kind: 'elsewhere', record };
    const again = { ...request, stored: ownPart({ record, ...latest }, request) };
    return ask(grantsOf(again, store)[0], again, store, world);
  }
}

/** The grants for a refresh of what the store has, in the order in which they are tried. */
export function grantsOf(
  { stored, config }: Pick<FetchRequest, 'stored' | 'config'>,
  { keepsRefreshTokens }: Pick<TokenStore, 'keepsRefreshTokens'>,
): [Grant, ...Grant[]] {
  return grantsFor({ config, record: stored.record, keepsRefreshTokens }, stored.failure);
}

/** @param refused what is thrown when the others fail too */
async function askNext(
  [grant, ...others]: Grant[],
  refused: AccessTokenError,
  request: FetchRequest,
  store: TokenStore,
  world: World,
): Promise<Fetched> {
  if (grant === undefined) throw refused;
  try {
    return await ask(grant, request, store, world);
  } catch (thrown) {
    if (isRefused(thrown)) return askNext(others, refused, request, store, world);
    if (!isAccessTokenError(thrown) || !thrown.transient) throw refused;
    // Still invalid_grant, by which the next refresh knows that the refresh token was refused.
    const { transient, retryAt, status } = thrown;
    const message = `${refused.message} What comes next could not be tried: ${thrown.message}`;
    throw new AccessTokenError(refused.code, message, { transient, retryAt, status });
  }
}

async function ask(grant: Grant, request: FetchRequest, store: TokenStore, world: World): Promise<Fetched> {
  const { config, budget, stored } = request;
  const { refresh_token: spent } = grant.parameters;
  if (spent !== undefined && !store.keepsRefreshTokens) checkUnspent(spent, stored, world);
  const fresh = await requestToken(config, grant, budget, world);
  if (fresh.token.lifetime_assumed) world.log(`Nobody says how long the token lives: ${fresh.token.expires_in} s are assumed. Set a default lifetime if you know better.`);
  const isFallBack = grant === clientCredentials && (config.refreshToken ?? stored.record?.token.refresh_token) !== undefined;
  if (isFallBack) world.log("The refresh token was refused. The token is the client's own now (client credentials), and not the user's.");
  return { kind: 'fresh', record: recordOf(fresh, grant, request, store.keepsRefreshTokens), spent, replaces: stored.version };
}

/** A conversation can't keep the refresh token that comes in place of the one it spends: that is said before, and done once. */
function checkUnspent(refreshToken: string, { record }: OwnPart, world: World): void {
  if (record?.seeds?.includes(fingerprint(refreshToken)) === true) {
    const message = 'This conversation has used up the refresh token of the connection: the server has issued another one in its place.';
    throw new AccessTokenError('refresh_token_not_kept', message);
  }
  world.log('The refresh token of the connection is sent by a conversation. If the server rotates it, it is used up for all others: use a shared token store.');
}

function recordOf(
  { token, timestamp }: FreshToken,
  { name, parameters: { refresh_token: spent } }: Grant,
  { stored: { record }, config: { refreshToken: configured }, boundTo }: FetchRequest,
  keepsRefreshTokens: boolean,
): UnstoredRecord {
  // An answer without a refresh token keeps the one that was used (RFC 6749 §6), and client credentials the user's; theirs
  // is of no use.
  const refresh_token = spent === undefined ? record?.token.refresh_token : (token.refresh_token ?? spent);
  const isRotated = refresh_token !== spent;
  const isRepeated = record?.token.access_token === token.access_token;
  // It can't live longer than the first answer has said.
  const left = isRepeated ? expiresAt(record) / 1000 - timestamp : 0;
  const expires_in = left > 0 ? Math.min(left, token.expires_in) : token.expires_in;
  const { refresh_token: _, ...rest } = token;
  const seeds = [...(record?.seeds ?? [])];
  // A record of version 0.1 has most likely started from what is configured.
  const isSeed = spent !== undefined && configured !== undefined && (spent === configured || record?.seeds === undefined);
  if (isSeed && (keepsRefreshTokens || isRotated) && !seeds.includes(fingerprint(configured))) seeds.push(fingerprint(configured));
  return {
    token: { ...rest, expires_in, ...(refresh_token === undefined ? {} : { refresh_token }) },
    timestamp,
    grant: name,
    ...(boundTo === undefined ? {} : { boundTo }),
    ...(seeds.length === 0 ? {} : { seeds: seeds.slice(-MOST_SEEDS) }),
    ...(isRepeated ? { isRepeated } : {}),
  };
}

function isRefused(thrown: unknown): thrown is AccessTokenError {
  return isAccessTokenError(thrown) && ['invalid_grant', 'refresh_token_not_kept'].includes(thrown.code);
}
