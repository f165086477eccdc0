import { isObject } from '../../json';
import { isPast } from './chain';
import { LONGEST_LEASE_MS } from './lease';
import type { HeldLease } from './lease';

/** What a store remembers about a token that it was told to forget. */
export interface Forgotten {
  /** All records up to this version are gone, even if somebody writes one again. The next record gets the version after it. */
  version: number;
  /** Unix milliseconds. */
  at: number;
}

const NEVER: Forgotten = { version: -1, at: -Infinity };

/**
 * @param now Unix milliseconds
 * @returns the value from the store; if it isn't one, or a wrong clock wrote it: that nothing was ever forgotten
 */
export function readForgotten(value: unknown, now: number): Forgotten {
  return isObject(value) && isPast(value['at'], now) && Number.isSafeInteger(value['version']) ? (value as unknown as Forgotten) : NEVER;
}

/**
 * Whether a commit started before its token was forgotten. Forgetting ends the lease, so that commit's owner holds
 * none. After the longest lease nobody can be left over.
 *
 * @param now Unix milliseconds
 */
export function isLeftOver({ forgotten, lease }: { forgotten: Forgotten; lease: HeldLease | null }, owner: string, now: number): boolean {
  return now < forgotten.at + LONGEST_LEASE_MS && lease?.owner !== owner;
}
