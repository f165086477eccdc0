import { AccessTokenError, isErrorCode } from '../errors';
import { expiresAt, isExpired } from '../lifetime';
import type { ErrorCode } from '../errors';
import type { RefreshFailure, TokenRecord } from '../lifetime';
import type { TokenEndpointConfig } from '../oauth';

const FIRST_TRANSIENT_DELAY_MS = 1000;
const FIRST_FINAL_DELAY_MS = 5000;
const LONGEST_DELAY_MS = 60_000;
/** The longest delay for refusals that only the authorization server's administrator can fix, milliseconds. */
const LONGEST_DELAYS_MS: Partial<Record<ErrorCode, number>> = {
  invalid_grant: 15 * 60_000,
  unauthorized_client: 60 * 60_000,
  unsupported_grant_type: 60 * 60_000,
};
/** The longest delay without a valid token, milliseconds. Every execution fails until then, so look more often. */
const LONGEST_DELAY_WITHOUT_TOKEN_MS = 10_000;
/** A longer `Retry-After` may be a mistake, so the server is asked again after this, milliseconds. */
const LONGEST_RETRY_AFTER_MS = 3600 * 1000;
/** While the token is valid, at least this many tries fit into the rest of its life. */
const TRIES_BEFORE_EXPIRY = 4;
/** Caps the exponent so that 2^n stays a sane number. By then the delay has long reached its maximum. */
const LARGEST_EXPONENT = 10;

export interface FailedRefresh {
  error: AccessTokenError;
  /** The failure before this one. */
  previous?: RefreshFailure | undefined;
  /** The token that the refresh was meant to replace. */
  record: TokenRecord | null;
  /** The settings that failed, see `RefreshFailure`. */
  settings?: string | undefined;
  /** The token endpoint that was asked. Absent if the settings could not be read. */
  config?: Pick<TokenEndpointConfig, 'tokenUrl'> | undefined;
  /** Unix milliseconds. */
  now: number;
  /** A number from 0 to 1. */
  random: number;
}

/**
 * Notes a failed refresh and decides when the next try is allowed.
 *
 * The delay doubles with each failure. It starts at 1 s for an outage or a token that arrived expired, and at 5 s for a
 * refusal. It ends at a minute, or at what `LONGEST_DELAYS_MS` says. A later time from the server (`Retry-After`)
 * counts instead, up to an hour. A valid token gets several tries before it expires, and one when it does. Once it has
 * expired, an outage is tried at least every 10 s.
 */
export function noteFailure({ error, previous, record, settings, config, now, random }: FailedRefresh): RefreshFailure {
  const attempts = (previous?.attempts ?? 0) + 1;
  // A server that repeats its token until the very end issues the next one a moment later.
  const first = error.transient || error.code === 'token_already_expired' ? FIRST_TRANSIENT_DELAY_MS : FIRST_FINAL_DELAY_MS;
  const longest = longestDelay(error, record, now);
  const full = Math.min(longest, first * 2 ** Math.min(attempts - 1, LARGEST_EXPONENT));
  const delay = Math.round(full * (0.75 + 0.25 * random));
  // While the token is valid, one try comes before it expires, whatever the server says.
  const lives = record !== null && !isExpired(record, now);
  const patience = lives ? expiresAt(record) - now - longestWithToken(record, now) : LONGEST_RETRY_AFTER_MS;
  const retryAfter = Math.min(error.retryAt ?? 0, now + Math.min(LONGEST_RETRY_AFTER_MS, patience));
  const wanted = Math.max(now + delay, retryAfter);
  const retryAt = lives ? Math.min(wanted, Math.max(now + 1, expiresAt(record))) : wanted;
  const { code, message, status } = error;
  return { code, at: now, attempts, retryAt, settings, message, status, host: config?.tokenUrl.split(/[/?]/)[2] };
}

function longestDelay({ code, transient }: AccessTokenError, record: TokenRecord | null, now: number): number {
  const longest = transient ? LONGEST_DELAY_MS : (LONGEST_DELAYS_MS[code] ?? LONGEST_DELAY_MS);
  if (record === null || isExpired(record, now)) return transient ? LONGEST_DELAY_WITHOUT_TOKEN_MS : longest;
  return Math.min(longest, longestWithToken(record, now));
}

function longestWithToken(record: TokenRecord, now: number): number {
  return Math.max(FIRST_TRANSIENT_DELAY_MS, (expiresAt(record) - now) / TRIES_BEFORE_EXPIRY);
}

/**
 * The error for a caller that may not try yet because another execution's refresh failed.
 *
 * @param now Unix milliseconds
 */
export function errorOfFailure({ code, attempts, retryAt }: RefreshFailure, now: number): AccessTokenError {
  const seconds = Math.max(1, Math.ceil((retryAt - now) / 1000));
  const times = attempts === 1 ? 'once' : `${attempts} times`;
  return new AccessTokenError(
    isErrorCode(code) ? code : 'unexpected_error',
    `The refresh failed ${times} (${code.slice(0, 60)}); the next try is allowed in ${seconds} s.`,
    { transient: true, retryAt },
  );
}
