import { AccessTokenError, isAccessTokenError, toAccessTokenError } from '../../errors';
import { checkUrl } from '../../http';
import { isForeign } from '../../lifetime';
import type { TokenRecord } from '../../lifetime';
import { forgetToken } from '../../refresh/forget-token';
import type { Forgotten } from '../../refresh/forget-token';
import { optionalText } from '../../settings/setting';
import { readTokenName } from '../../settings/token';
import { copyMark } from '../copy-mark';
import type { StoredTokenEnvironment } from '../keep-stored-token';
import type { NodeConfig } from '../node-config';
import { TIME_BUDGET_MS } from '../time-budget';

/** The node's settings as the platform passes them. */
export type ForgetConfig = NodeConfig & { revocationUrl?: unknown };

const FIELD = 'revocationUrl';

/**
 * Forgets the token that a node with the same settings keeps. The conversation's copy of a shared token goes first, even if settings, store
 * or server have a problem. Other conversations use their copies until they are due.
 *
 * @throws AccessTokenError those of `withStore`, `checkUrl` and the store
 */
export async function forgetKeptToken(config: ForgetConfig, environment: StoredTokenEnvironment): Promise<Forgotten> {
  const deadline = environment.now() + TIME_BUDGET_MS;
  const tokenName = readTokenName(config.tokenName, { field: 'tokenName' });
  const mark = copyMark(config);
  const isShared = (config.store ?? 'conversation') !== 'conversation';
  const copy = isShared ? takeCopy(tokenName, mark, environment) : null;
  const revocationUrl = readRevocationUrl(config);
  const { withStore } = await import('../keep-stored-token');
  try {
    return await withStore(config, { mark, deadline }, environment, async ({ tokenEndpoint, boundTo, environment: around }) =>
      forgetToken({ tokenName, boundTo, config: tokenEndpoint, revocationUrl, copy, deadline }, around),
    );
  } catch (thrown) {
    throw outdated(toAccessTokenError(thrown));
  }
}

/** A copy for other settings goes too, since those get theirs from the store. But it is not ours to revoke. */
function takeCopy(tokenName: string, mark: string, { copies }: StoredTokenEnvironment): TokenRecord | null {
  const copy = copies.get(tokenName);
  copies.remove(tokenName);
  return copy === null || isForeign(copy, mark) ? null : copy;
}

/** A custom login knows nothing of RFC 7009. The form does not show the field there. */
function readRevocationUrl({ authentication, allowInsecure, revocationUrl }: ForgetConfig): string | undefined {
  if (authentication === 'customRequest' || optionalText(revocationUrl, { field: FIELD }) === undefined) return undefined;
  try {
    return checkUrl(revocationUrl, { field: FIELD, allowInsecure: allowInsecure === true });
  } catch (thrown) {
    if (!isAccessTokenError(thrown)) throw thrown;
    throw thrown.code === 'url_malformed' ? thrown.with({ remedy: 'Enter a whole URL, such as https://login.example.com/oauth2/revoke.' }) : thrown;
  }
}

/** A transformer of version 0.1 does not know this operation. */
function outdated(error: AccessTokenError): AccessTokenError {
  if (error.field !== 'op' || error.status !== 400) return error;
  const message = "The transformer in the Endpoint is older than this node and can't forget tokens.";
  const remedy = 'Build or render the transformer of this version, and paste it into the Endpoint again.';
  return new AccessTokenError('store_not_installed', message, { status: error.status, remedy });
}
