import { isExpiring } from '../lifetime';
import type { TokenRecord } from '../lifetime';

/** A refresh lease as stored. */
export interface HeldLease {
  owner: string;
  /** Unix milliseconds. */
  until: number;
}

/** @returns whether a value read from a store is a lease that still runs */
export function isRunning(lease: HeldLease | null | undefined, now: number): lease is HeldLease {
  return (
    typeof lease === 'object' &&
    lease !== null &&
    typeof lease.owner === 'string' &&
    typeof lease.until === 'number' &&
    now < lease.until
  );
}

/**
 * Whether the token is to be refreshed: missing, expiring, or the one that an API refused.
 *
 * @param rejected the refused token's fingerprint
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
