import type { AccessTokenError } from '../errors';
import { isExpiring } from '../lifetime';
import type { TokenRecord } from '../lifetime';

export type TokenSource = 'conversation' | 'store' | 'token_endpoint';

export interface HandedOutToken {
  record: TokenRecord;
  source: TokenSource;
  /** Whether this call fetched the token. */
  refreshed: boolean;
  /** The token is valid but overdue for its refresh. `warning` says why. */
  stale: boolean;
  warning?: AccessTokenError | undefined;
  /** When this was decided, by the clock of the record, Unix milliseconds. */
  now: number;
}

/**
 * Hands out a token that is not due.
 *
 * @param now Unix milliseconds
 */
export function handOut(record: TokenRecord, source: TokenSource, now: number): HandedOutToken {
  return { record, source, refreshed: false, stale: false, now };
}

/**
 * Hands out a token that is overdue but still valid.
 *
 * @param warning why it could not be refreshed
 * @param now Unix milliseconds
 */
export function handOutStale(record: TokenRecord, source: TokenSource, warning: AccessTokenError, now: number): HandedOutToken {
  return { record, source, refreshed: false, stale: true, warning, now };
}

/**
 * Returns the conversation's own copy, if it can be used without asking anybody.
 *
 * @param now Unix milliseconds
 * @returns `null` if the copy is expiring or there is none
 */
export function handOutCopy(copy: TokenRecord | null, refreshPercent: number, now: number): HandedOutToken | null {
  return copy === null || isExpiring(copy, refreshPercent, now) ? null : handOut(copy, 'conversation', now);
}
