import type { RefreshFailure, TokenRecord } from './record';

/** The share of a token's lifetime after which it is refreshed, unless the user says otherwise. */
export const DEFAULT_REFRESH_PERCENT = 90;

const SMALLEST_REFRESH_PERCENT = 1;
const LARGEST_REFRESH_PERCENT = 99;

/**
 * Clocks differ a little. A time that lies further ahead than this, milliseconds, was written by a clock that is wrong,
 * and is not reckoned with.
 */
export const LARGEST_CLOCK_DIFFERENCE_MS = 60_000;

type Lifetime = Pick<TokenRecord, 'timestamp' | 'isRepeated'> & { token: Pick<TokenRecord['token'], 'expires_in'> };

/**
 * Reads a refresh percent as a user enters it: a number, or the text of one.
 *
 * @returns the percent, 1 to 99 (fractions allowed); the default for a missing or empty value;
 *   `undefined` for anything else, which the caller reports as a configuration error naming its field
 */
export function parseRefreshPercent(value: unknown): number | undefined {
  if (value === undefined || value === null || value === '') return DEFAULT_REFRESH_PERCENT;
  const percent = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof percent !== 'number') return undefined;
  return percent >= SMALLEST_REFRESH_PERCENT && percent <= LARGEST_REFRESH_PERCENT ? percent : undefined;
}

/** When the token should be refreshed, Unix milliseconds; never later than it expires, and then if there is no other before. */
export function refreshAt(record: Lifetime, refreshPercent: number): number {
  const { expires_in } = record.token;
  if (record.isRepeated === true) return expiresAt(record);
  // A share of a negative lifetime would lie after its end.
  return record.timestamp * 1000 + Math.min(expires_in * refreshPercent * 10, expires_in * 1000);
}

/** When the token stops being accepted, Unix milliseconds. */
export function expiresAt(record: Lifetime): number {
  return record.timestamp * 1000 + record.token.expires_in * 1000;
}

/**
 * Whether a record can't have been issued yet: its writer had a wrong clock, so nobody knows how long the
 * token lives.
 *
 * @param now Unix milliseconds
 */
export function isFromFuture({ timestamp }: Pick<Lifetime, 'timestamp'>, now: number): boolean {
  return timestamp * 1000 > now + LARGEST_CLOCK_DIFFERENCE_MS;
}

/**
 * Whether a record is for something else than these settings are: another API, client, user or scope. A record that does not
 * say, as those of version 0.1, is anybody's.
 *
 * @param boundTo what these settings are for, see `TokenRecord`
 */
export function isForeign(record: Pick<TokenRecord, 'boundTo'>, boundTo: string | undefined): boolean {
  return record.boundTo !== undefined && boundTo !== undefined && record.boundTo !== boundTo;
}

/**
 * Whether a failure is one of these settings, and not of others that were mended since. One of version 0.1 is everybody's.
 *
 * @param settings see `RefreshFailure`
 */
export function isFailureOf(failure: RefreshFailure, settings: string | undefined): boolean {
  return failure.settings === undefined || settings === undefined || failure.settings === settings;
}

/**
 * Whether a failure keeps these settings from the next try.
 *
 * @param now Unix milliseconds
 */
export function isGated(failure: RefreshFailure | undefined, settings: string | undefined, now: number): failure is RefreshFailure {
  return failure !== undefined && now < failure.retryAt && isFailureOf(failure, settings);
}

/**
 * Whether it is time to refresh. The boundary belongs to "yes", and so does a record from the future.
 *
 * @param now Unix milliseconds
 */
export function isExpiring(record: Lifetime, refreshPercent: number, now: number): boolean {
  return now >= refreshAt(record, refreshPercent) || isFromFuture(record, now);
}

/**
 * Whether the token is of no use any more. The boundary belongs to "yes", and so does a record from the future.
 *
 * @param now Unix milliseconds
 */
export function isExpired(record: Lifetime, now: number): boolean {
  return now >= expiresAt(record) || isFromFuture(record, now);
}

/** If the API refuses a token so soon after it replaced a refused one, milliseconds, the token isn't the reason. */
const REJECTION_PAUSE_MS = 60_000;

/**
 * Whether the token has just replaced one that an API refused. If the API refuses it too, it would refuse another one as well.
 *
 * @param now Unix milliseconds
 */
export function hasJustReplaced({ token, timestamp }: Pick<TokenRecord, 'token' | 'timestamp'>, now: number): boolean {
  return token.after_rejection === true && now < timestamp * 1000 + REJECTION_PAUSE_MS;
}

/**
 * The record's `timestamp` for a token that is about to be requested.
 *
 * @param now Unix milliseconds, read before the request leaves
 * @returns Unix seconds, rounded down so that the token counts as older rather than younger
 */
export function timestampOf(now: number): number {
  return Math.floor(now / 1000);
}
