import { AccessTokenError, isAccessTokenError } from '../errors';
import { isExpiring, isForeign } from '../lifetime';
import type { Grant } from '../oauth';
import { fingerprint } from '../sha256';
import type { RefreshStore } from '../stores/token-store';
import type { World } from '../world';
import { fetchToken, grantsOf } from './fetch-token';
import type { Fetched, FetchRequest } from './fetch-token';
import { ownPart } from './own-part';
import type { OwnPart } from './own-part';

/**
 * Asks for a token under a lease, and asks again if the server refuses the refresh token. Another worker may have
 * rotated it, so after `invalid_grant` the record is read again. If nobody has, the other grants follow.
 *
 * @throws AccessTokenError the errors of `requestToken` and of the store's `read`; refresh_token_not_kept;
 *   invalid_grant also if a later grant fails, because that is the error the user must fix
 */
export async function fetchInsistently(request: FetchRequest, store: RefreshStore, world: World): Promise<Fetched> {
  const { tokenName, refreshPercent, boundTo, stored } = request;
  const [grant, ...others] = grantsOf(request, store);
  try {
    return await ask(grant, request, store, world);
  } catch (thrown) {
    if (!isRefused(thrown) || !grant.isSingleUse) throw thrown;
    const { record, ...latest } = await store.read(tokenName);
    if (record === null || record.version === stored.version) return askNext(others, thrown, request, store, world);
    const isDone = !isForeign(record, boundTo) && !isExpiring(record, refreshPercent, world.now());
    if (isDone) return { kind: 'elsewhere', record };
    const again = { ...request, stored: ownPart({ record, ...latest }, request) };
    return ask(grantsOf(again, store)[0], again, store, world);
  }
}

/** @param refused thrown if the other grants fail too */
async function askNext(
  [grant, ...others]: Grant[],
  refused: AccessTokenError,
  request: FetchRequest,
  store: RefreshStore,
  world: World,
): Promise<Fetched> {
  if (grant === undefined) throw refused;
  try {
    return await ask(grant, request, store, world);
  } catch (thrown) {
    if (isRefused(thrown)) return askNext(others, refused, request, store, world);
    if (!isAccessTokenError(thrown) || !thrown.transient) throw refused;
    // The code stays invalid_grant, so that the next refresh knows the refresh token was refused.
    const { transient, retryAt, status } = thrown;
    const message = `${refused.message} The next way to get a token failed too: ${thrown.message}`;
    throw new AccessTokenError(refused.code, message, { transient, retryAt, status });
  }
}

async function ask(grant: Grant, request: FetchRequest, store: RefreshStore, world: World): Promise<Fetched> {
  const { refresh_token } = grant.parameters;
  if (refresh_token !== undefined && !store.keepsRefreshTokens) checkUnspent(refresh_token, request.stored, world);
  return fetchToken(request, store, world, [grant]);
}

/**
 * A conversation can't keep a rotated refresh token. So it warns before it sends the one from the connection, and stops
 * sending it once the server has rotated it.
 */
function checkUnspent(refreshToken: string, { record }: OwnPart, world: World): void {
  if (record?.seeds?.includes(fingerprint(refreshToken)) === true) {
    const message = 'This conversation has used up the refresh token of the connection: the server has issued another one in its place.';
    throw new AccessTokenError('refresh_token_not_kept', message);
  }
  world.log(
    'warn',
    'refresh_token_at_risk',
    'The refresh token of the connection is sent by a conversation. If the server rotates it, it is used up for all others: use a shared token store.',
  );
}

function isRefused(thrown: unknown): thrown is AccessTokenError {
  return isAccessTokenError(thrown) && ['invalid_grant', 'refresh_token_not_kept'].includes(thrown.code);
}
