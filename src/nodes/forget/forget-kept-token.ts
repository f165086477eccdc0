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
 * Forgets the token that a node with the same settings keeps. For a shared token, the conversation's copy goes first,
 * whatever is wrong with settings, store or server. Other conversations use their copies until those are due.
 *
 * @throws AccessTokenError the errors of `withStore`, `checkUrl` and the store
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

/** A copy for other settings is removed too, because those get their token from the store. But it isn't ours to revoke. */
function takeCopy(tokenName: string, mark: string, { copies }: StoredTokenEnvironment): TokenRecord | null {
  const copy = copies.get(tokenName);
  copies.remove(tokenName);
  return copy === null || isForeign(copy, mark) ? null : copy;
}

/** A custom token request has no RFC 7009, so its node doesn't show the field. */
function readRevocationUrl({ authentication, allowInsecure, revocationUrl }: ForgetConfig): string | undefined {
  if (authentication === 'customRequest' || optionalText(revocationUrl, { field: FIELD }) === undefined) return undefined;
  try {
    return checkUrl(revocationUrl, { field: FIELD, allowInsecure: allowInsecure === true });
  } catch (thrown) {
    if (!isAccessTokenError(thrown)) throw thrown;
    throw thrown.code === 'url_malformed' ? thrown.with({ remedy: 'Enter a whole URL, such as https://login.example.com/oauth2/revoke.' }) : thrown;
  }
}

/** A transformer of version 0.1 doesn't know this operation. */
function outdated(error: AccessTokenError): AccessTokenError {
  if (error.field !== 'op' || error.status !== 400) return error;
  const message = "The transformer in the Endpoint is older than this node and can't forget tokens.";
  const remedy = 'Build or render the transformer of this version, and paste it into the Endpoint again.';
  return new AccessTokenError('store_not_installed', message, { status: error.status, remedy });
}
