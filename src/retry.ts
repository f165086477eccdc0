/**
 * Repeats something until it succeeds.
 *
 * @param attempt gets the number of the try, from 1
 * @param pauseAfter the pause after a failed try, milliseconds; `undefined` gives up
 * @param sleep waits a number of milliseconds
 * @throws what the last try threw
 */
export async function retry<T>(
  attempt: (tries: number) => Promise<T>,
  pauseAfter: (thrown: unknown, tries: number) => number | undefined,
  sleep: (ms: number) => Promise<void>,
): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await attempt(tries);
    } catch (thrown) {
      const pause = pauseAfter(thrown, tries);
      if (pause === undefined) throw thrown;
      await sleep(pause);
    }
  }
}

const FIRST_DELAY_MS = 250;
const LONGEST_DELAY_MS = 4000;

/**
 * The pause before the next try of a request. It doubles with each try. Jitter between half and the whole keeps many
 * workers from coming back at the same moment.
 *
 * @param tries the number of tries made so far, 1 or more
 * @param random a number from 0 to 1
 * @returns milliseconds
 */
export function backoffDelay(tries: number, random: number): number {
  const full = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (tries - 1));
  return Math.round(full / 2 + (full / 2) * random);
}
