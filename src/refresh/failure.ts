import { AccessTokenError, isErrorCode } from '../errors';
import { expiresAt, isExpired } from '../lifetime';
import type { ErrorCode } from '../errors';
import type { RefreshFailure, TokenRecord } from '../lifetime';
import type { TokenEndpointConfig } from '../oauth';

const FIRST_TRANSIENT_DELAY_MS = 1000;
const FIRST_FINAL_DELAY_MS = 5000;
const LONGEST_DELAY_MS = 60_000;
/** What only somebody at the authorization server mends is asked for less and less often, milliseconds. */
const LONGEST_DELAYS_MS: Partial<Record<ErrorCode, number>> = {
  invalid_grant: 15 * 60_000,
  unauthorized_client: 60 * 60_000,
  unsupported_grant_type: 60 * 60_000,
};
/** Without a living token each execution fails until the outage is seen to be over, so look more often. */
const LONGEST_DELAY_WITHOUT_TOKEN_MS = 10_000;
/** A server that asks for more (`Retry-After`) is asked again after this all the same: the figure may be a mistake. */
const LONGEST_RETRY_AFTER_MS = 3600 * 1000;
/** While the token still lives, a try is due at least this many times in what is left of its life. */
const TRIES_BEFORE_EXPIRY = 4;
/** Names like 2^n grow past what a number holds; the delay has reached its longest long before. */
const LARGEST_EXPONENT = 10;

export interface FailedRefresh {
  error: AccessTokenError;
  /** The failure before this one. */
  previous?: RefreshFailure | undefined;
  /** The token that was to be replaced. */
  record: TokenRecord | null;
  /** The settings that failed, see `RefreshFailure`. */
  settings?: string | undefined;
  /** The token endpoint that was asked; absent where the settings could not be read. */
  config?: Pick<TokenEndpointConfig, 'tokenUrl'> | undefined;
  /** Unix milliseconds. */
  now: number;
  /** A number from 0 to 1. */
  random: number;
}

/**
 * Notes a failed refresh: the next try is allowed after a delay that doubles with each failure (1 s for
 * an outage or an expired token, 5 s for a refusal; a minute at most, or what `LONGEST_DELAYS_MS` says), or when the server said (`Retry-After`,
 * an hour at most). There are several tries before a living token expires, and one when it does; in an outage one every 10 s
 * at least once it has.
 */
export function noteFailure({ error, previous, record, settings, config, now, random }: FailedRefresh): RefreshFailure {
  const attempts = (previous?.attempts ?? 0) + 1;
  // A server that answers a token until its very end has the next one a moment later.
  const first = error.transient || error.code === 'token_already_expired' ? FIRST_TRANSIENT_DELAY_MS : FIRST_FINAL_DELAY_MS;
  const longest = longestDelay(error, record, now);
  const full = Math.min(longest, first * 2 ** Math.min(attempts - 1, LARGEST_EXPONENT));
  const delay = Math.round(full * (0.75 + 0.25 * random));
  // While the token lives there is a try before it ends, whatever the server says.
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
 * The error of somebody else's failed refresh, which closes the gate for everybody.
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
