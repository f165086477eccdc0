import { isObject } from '../../json';
import { isPast } from './chain';
import { LONGEST_LEASE_MS } from './lease';
import type { HeldLease } from './lease';

/** What a store remembers about a token that was forgotten. */
export interface Forgotten {
  /** All records up to this version are gone, even if a worker writes one of them again. The next record gets the version after it. */
  version: number;
  /** Unix milliseconds. */
  at: number;
}

const NEVER: Forgotten = { version: -1, at: -Infinity };

/** @returns the value from a store as such a mark; if it is none, or a wrong clock wrote it, a mark that forgets nothing */
export function readForgotten(value: unknown, now: number): Forgotten {
  return isObject(value) && isPast(value['at'], now) && Number.isSafeInteger(value['version']) ? (value as unknown as Forgotten) : NEVER;
}

/**
 * Whether a commit comes from before the token was forgotten: the lease went with the token, so its owner has none. Once no such lease can
 * be running any more, no commit is refused.
 *
 * @param now Unix milliseconds
 */
export function isLeftOver({ forgotten, lease }: { forgotten: Forgotten; lease: HeldLease | null }, owner: string, now: number): boolean {
  return now < forgotten.at + LONGEST_LEASE_MS && lease?.owner !== owner;
}
