const realNow = Date.now.bind(Date);
let aheadMs = 0;

/**
 * Sets the clock of the whole process ahead, because the provider reads `Date.now()` itself. Call it only in the
 * authorization server's own process.
 *
 * @param durationMs milliseconds
 */
export function advanceServerClock(durationMs: number): void {
  aheadMs += durationMs;
  Date.now = () => realNow() + aheadMs;
}

/** The real time, Unix milliseconds. */
export function realTime(): number {
  return realNow();
}
