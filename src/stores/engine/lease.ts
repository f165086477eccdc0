import { isExpiring, isForeign } from '../../lifetime';
import { fingerprint } from '../../sha256';
import type { TokenRecord } from '../../lifetime';
import { isObject } from '../../json';

/** A refresh lease as stored. */
export interface HeldLease {
  owner: string;
  /** Unix milliseconds. */
  until: number;
}

/** The longest lease, milliseconds. A longer one was written by a wrong clock. */
export const LONGEST_LEASE_MS = 10 * 60 * 1000;

/**
 * @param now Unix milliseconds
 * @returns whether a value from a store is a lease that is still running
 */
export function isRunning(lease: unknown, now: number): lease is HeldLease {
  if (!isObject(lease)) return false;
  const { owner, until } = lease;
  return typeof owner === 'string' && typeof until === 'number' && now < until && until <= now + LONGEST_LEASE_MS;
}

/** The token that a caller wants, and what decides about its refresh. */
export interface WantedToken {
  /** 1 to 99. */
  refreshPercent: number;
  /** What it is for, see `TokenRecord`. */
  boundTo?: string | undefined;
  /** The settings that refresh it, see `RefreshFailure`. */
  settings?: string | undefined;
  /** The fingerprint of a token that an API refused. */
  rejected?: string | undefined;
}

/**
 * Whether the token must be refreshed: it is missing, due, for something else, or the one that an API refused.
 *
 * @param now Unix milliseconds
 */
export function needsRefresh(record: TokenRecord | null, { refreshPercent, boundTo, rejected }: WantedToken, now: number): boolean {
  if (record === null || isForeign(record, boundTo) || isExpiring(record, refreshPercent, now)) return true;
  return rejected !== undefined && fingerprint(record.token.access_token) === rejected;
}
