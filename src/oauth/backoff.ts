const FIRST_DELAY_MS = 250;
const LONGEST_DELAY_MS = 4000;

/**
 * How long to wait before the next try of one and the same request: doubling, with jitter between
 * half and the whole, so that many workers don't come back together.
 *
 * @param attempt the number of tries made so far, 1 or more
 * @param random a number from 0 to 1
 * @returns milliseconds
 */
export function backoffDelay(attempt: number, random: number): number {
  const full = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (attempt - 1));
  return Math.round(full / 2 + (full / 2) * random);
}
