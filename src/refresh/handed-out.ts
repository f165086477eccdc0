import type { AccessTokenError } from '../errors';
import { isExpiring } from '../lifetime';
import type { TokenRecord } from '../lifetime';

export type TokenSource = 'conversation' | 'store' | 'token_endpoint';

export interface HandedOutToken {
  record: TokenRecord;
  source: TokenSource;
  /** Whether this very call fetched it. */
  refreshed: boolean;
  /** Still valid, but it could not be refreshed when it should have been; `warning` says why. */
  stale: boolean;
  warning?: AccessTokenError | undefined;
  /** When it was judged, by the clock that its record goes by, Unix milliseconds. */
  now: number;
}

/**
 * A token that is as it should be.
 *
 * @param now Unix milliseconds
 */
export function handOut(record: TokenRecord, source: TokenSource, now: number): HandedOutToken {
  return { record, source, refreshed: false, stale: false, now };
}

/**
 * A token that should have been refreshed, and is still valid.
 *
 * @param warning why it could not be refreshed
 * @param now Unix milliseconds
 */
export function handOutStale(record: TokenRecord, source: TokenSource, warning: AccessTokenError, now: number): HandedOutToken {
  return { record, source, refreshed: false, stale: true, warning, now };
}

/**
 * The conversation's own copy, where nobody needs to be asked for another one.
 *
 * @param now Unix milliseconds
 * @returns `null` for one that is expiring, and where there is none
 */
export function handOutCopy(copy: TokenRecord | null, refreshPercent: number, now: number): HandedOutToken | null {
  return copy === null || isExpiring(copy, refreshPercent, now) ? null : handOut(copy, 'conversation', now);
}
