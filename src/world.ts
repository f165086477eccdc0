import type { Transport } from './http';

/** The outside world, passed in, so that tests can bring their own. */
export interface World {
  /** Unix milliseconds. */
  now: () => number;
  /** Waits a number of milliseconds. */
  sleep: (ms: number) => Promise<void>;
  /** A number from 0 to 1. */
  random: () => number;
  transport: Transport;
  /** Tells the log of something that went wrong without being the caller's concern. Never a secret. */
  log: (message: string) => void;
}

/**
 * The same world by the clock of a store: what is written there has to be true there.
 *
 * @param aheadMs how far the store's clock is ahead of this one, milliseconds
 */
export function byStoreClock<T extends World>(world: T, aheadMs: number): T {
  return aheadMs === 0 ? world : { ...world, now: () => world.now() + aheadMs };
}

/**
 * How far another clock is ahead of this one, where it was read somewhere between a request and its answer. All times are
 * Unix milliseconds.
 *
 * @returns milliseconds, negative when it is behind; 0 where the way there and back explains the difference
 */
export function clockAhead(asked: number, answered: number, other: number): number {
  return Math.max(0, other - answered) + Math.min(0, other - asked);
}
