import type { AccessTokenError } from '../errors';
import { isExpiring } from '../lifetime';
import type { TokenRecord } from '../lifetime';

export type TokenSource = 'conversation' | 'store' | 'token_endpoint';

export interface HandedOutToken {
  record: TokenRecord;
  source: TokenSource;
  /** Whether this very call fetched the token. */
  refreshed: boolean;
  /** The token is valid, but its refresh is overdue; `warning` says why. */
  stale: boolean;
  warning?: AccessTokenError | undefined;
  /** The time at which the token was judged, by the clock that its record follows, Unix milliseconds. */
  now: number;
}

/**
 * A token in good order.
 *
 * @param now Unix milliseconds
 */
export function handOut(record: TokenRecord, source: TokenSource, now: number): HandedOutToken {
  return { record, source, refreshed: false, stale: false, now };
}

/**
 * A token that is valid, but overdue for its refresh.
 *
 * @param warning why it could not be refreshed
 * @param now Unix milliseconds
 */
export function handOutStale(record: TokenRecord, source: TokenSource, warning: AccessTokenError, now: number): HandedOutToken {
  return { record, source, refreshed: false, stale: true, warning, now };
}

/**
 * The conversation's own copy, if it isn't due. Then nobody needs to be asked.
 *
 * @param now Unix milliseconds
 * @returns `null` if there is no copy, or if it is due
 */
export function handOutCopy(copy: TokenRecord | null, refreshPercent: number, now: number): HandedOutToken | null {
  return copy === null || isExpiring(copy, refreshPercent, now) ? null : handOut(copy, 'conversation', now);
}
