import { isExpiring } from '../../lifetime';
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

/**
 * Whether the token is to be refreshed: missing, expiring, or the one that an API refused.
 *
 * @param rejected the refused token's fingerprint
 * @param now Unix milliseconds
 * @param fingerprint makes the fingerprint of an access token
 */
export function needsRefresh(
  record: TokenRecord | null,
  { refreshPercent, rejected }: { refreshPercent: number; rejected?: string | undefined },
  now: number,
  fingerprint: (accessToken: string) => string,
): boolean {
  if (record === null || isExpiring(record, refreshPercent, now)) return true;
  return rejected !== undefined && fingerprint(record.token.access_token) === rejected;
}
