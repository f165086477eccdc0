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

/** No lease runs longer, milliseconds: one that would was written by a clock that is wrong. */
export const LONGEST_LEASE_MS = 10 * 60 * 1000;

/**
 * @param now Unix milliseconds
 * @returns whether a value read from a store is a lease that still runs
 */
export function isRunning(lease: unknown, now: number): lease is HeldLease {
  if (!isObject(lease)) return false;
  const { owner, until } = lease;
  return typeof owner === 'string' && typeof until === 'number' && now < until && until <= now + LONGEST_LEASE_MS;
}

/** The token that somebody wants, and how it is got. */
export interface WantedToken {
  /** 1 to 99. */
  refreshPercent: number;
  /** What it is for, see `TokenRecord`. */
  boundTo?: string | undefined;
  /** With which settings it is refreshed, see `RefreshFailure`. */
  settings?: string | undefined;
  /** The fingerprint of a token that an API refused. */
  rejected?: string | undefined;
}

/**
 * Whether the token is to be refreshed: missing, expiring, for something else, or the one that an API refused.
 *
 * @param now Unix milliseconds
 */
export function needsRefresh(record: TokenRecord | null, { refreshPercent, boundTo, rejected }: WantedToken, now: number): boolean {
  if (record === null || isForeign(record, boundTo) || isExpiring(record, refreshPercent, now)) return true;
  return rejected !== undefined && fingerprint(record.token.access_token) === rejected;
}
