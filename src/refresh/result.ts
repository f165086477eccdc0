import { reportOf } from '../errors';
import type { ErrorReport } from '../errors';
import { expiresAt, refreshAt, schemeOf } from '../lifetime';
import type { HandedOutToken, TokenSource } from './handed-out';

/** What a node puts into the context or input. Never a refresh token or a secret. */
export interface TokenResult {
  /** The token itself. */
  access_token: string;
  /** As the authorization server calls it, mostly `Bearer`. */
  token_type: string;
  /** The value of the header that takes it: of an Authorization header (RFC 6750 §2.1), or of the one that is configured. */
  authorization: string;
  /** That header, ready to be sent; left out where a large token would not fit once more. */
  headers?: Record<string, string>;
  /** When it stops being accepted, Unix seconds. */
  expires_at: number;
  /** Seconds left at hand-out. */
  expires_in: number;
  /** When it is due for a refresh, Unix seconds. */
  refresh_at: number;
  /** The `grant_type` by which it was got: by `client_credentials` an API sees the client, and no user. */
  grant?: string;
  /** Nobody says how long the token lives: `expires_at` is a guess. */
  lifetime_assumed?: true;
  /** The members of the answer, or claims of the token, that were asked for and are there. */
  response?: Record<string, unknown>;
  /** Whether this very execution fetched it. */
  refreshed: boolean;
  /** Where it comes from: `conversation`, `store` or `token_endpoint`. */
  source: TokenSource;
  /** Valid, but it should have been refreshed by now; `warning` says why it was not. */
  stale?: true;
  /**
   * What went wrong although the token is valid: with `stale` why it was not refreshed (`retry_at`, Unix seconds, is when that
   * is tried again), without it why a fresh one could not be kept.
   */
  warning?: ErrorReport & { retry_at?: number };
}

/** How the token is shown. */
export interface ResultShape {
  /** The header that takes the token. */
  authorizationHeader: string;
  /** What stands before it there: `''` for nothing, `undefined` for its type. */
  authorizationScheme: string | undefined;
  /** What else of the answer or of the token is shown: names or paths. */
  includeMembers: readonly string[];
}

/**
 * Shows a handed-out token to its user.
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
  // A header of another name mostly takes the bare token, such as X-Shopify-Access-Token.
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
