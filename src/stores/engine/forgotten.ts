import { isObject } from '../../json';
import { isPast } from './chain';
import { LONGEST_LEASE_MS } from './lease';
import type { HeldLease } from './lease';

/** What a store remembers of a token that it was told to forget. */
export interface Forgotten {
  /** Up to this version all records are gone, whoever writes one of them again; the next one has the version after it. */
  version: number;
  /** Unix milliseconds. */
  at: number;
}

const NEVER: Forgotten = { version: -1, at: -Infinity };

/** @returns a value read from a store as that; for what is none, or was written by a clock that is wrong, that nothing was ever forgotten */
export function readForgotten(value: unknown, now: number): Forgotten {
  return isObject(value) && isPast(value['at'], now) && Number.isSafeInteger(value['version']) ? (value as unknown as Forgotten) : NEVER;
}

/**
 * Whether a commit comes from before its token was forgotten: the lease went with the token, so its owner has none. Once no
 * such lease could run any more, there is nobody left to be refused.
 *
 * @param now Unix milliseconds
 */
export function isLeftOver({ forgotten, lease }: { forgotten: Forgotten; lease: HeldLease | null }, owner: string, now: number): boolean {
  return now < forgotten.at + LONGEST_LEASE_MS && lease?.owner !== owner;
}
