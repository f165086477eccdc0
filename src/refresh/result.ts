import { reportOf } from '../errors';
import type { ErrorReport } from '../errors';
import { expiresAt, refreshAt, schemeOf } from '../lifetime';
import type { HandedOutToken, TokenSource } from './handed-out';

/** What a node puts into the context or input. Never a refresh token or a secret. */
export interface TokenResult {
  /** The token itself. */
  access_token: string;
  /** The type that the authorization server states, usually `Bearer`. */
  token_type: string;
  /** The value for the Authorization header (RFC 6750 §2.1), or for the header that is configured. */
  authorization: string;
  /** That header, ready to send. Left out if the token is too large to fit twice. */
  headers?: Record<string, string>;
  /** When the token expires, Unix seconds. */
  expires_at: number;
  /** Seconds until then, counted when the node ran. */
  expires_in: number;
  /** When the token is due for its refresh, Unix seconds. */
  refresh_at: number;
  /** The `grant_type` that got the token. With `client_credentials` an API sees the client, not a user. */
  grant?: string;
  /** The server does not say how long the token lives: `expires_at` is a guess. */
  lifetime_assumed?: true;
  /** The members of the response and the claims of the token that you asked for, if present. */
  response?: Record<string, unknown>;
  /** Whether this execution fetched the token. */
  refreshed: boolean;
  /** Where the token comes from: `conversation`, `store` or `token_endpoint`. */
  source: TokenSource;
  /** The token is valid, but overdue for its refresh. `warning` says why it was not refreshed. */
  stale?: true;
  /**
   * What went wrong although the token is valid. With `stale`: why it was not refreshed; `retry_at`, Unix seconds, is the time
   * of the next try. Without `stale`: why a fresh token could not be stored.
   */
  warning?: ErrorReport & { retry_at?: number };
}

/** How a result presents the token. */
export interface ResultShape {
  /** The header that carries the token. */
  authorizationHeader: string;
  /** The text before the token in that header: `''` for none, `undefined` for the token's type. */
  authorizationScheme: string | undefined;
  /** Further members of the answer or claims of the token to show: names or paths. */
  includeMembers: readonly string[];
}

/**
 * Turns a handed-out token into what the Flow sees.
 *
 * @param refreshPercent 1 to 99
 * @param response see `includedMembers`
 */
export function toResult(handedOut: HandedOutToken, refreshPercent: number, shape: ResultShape, response?: TokenResult['response']): TokenResult {
  const { record, refreshed, source, stale, warning, now } = handedOut;
  const { access_token, lifetime_assumed } = record.token;
  // A record may be older than this rule, or come from the classic update.
  const token_type = schemeOf(record.token.token_type);
  const { authorizationHeader, authorizationScheme } = shape;
  // Other headers, such as X-Shopify-Access-Token, mostly take the bare token.
  const isUsual = authorizationHeader.toLowerCase() === 'authorization';
  const scheme = authorizationScheme ?? (isUsual ? token_type : '');
  const authorization = scheme === '' ? access_token : `${scheme} ${access_token}`;
  const result: TokenResult = {
    access_token,
    token_type,
    authorization,
    headers: { [authorizationHeader]: authorization },
    expires_at: Math.floor(expiresAt(record) / 1000),
    expires_in: Math.max(0, Math.floor((expiresAt(record) - now) / 1000)),
    refresh_at: Math.floor(refreshAt(record, refreshPercent) / 1000),
    refreshed,
    source,
  };
  if (record.grant !== undefined) result.grant = record.grant;
  if (response !== undefined) result.response = response;
  if (lifetime_assumed) result.lifetime_assumed = true;
  if (stale) result.stale = true;
  if (warning !== undefined) {
    const { retryAt } = warning;
    result.warning = { ...reportOf(warning), ...(retryAt === undefined ? {} : { retry_at: Math.ceil(retryAt / 1000) }) };
  }
  return result;
}
