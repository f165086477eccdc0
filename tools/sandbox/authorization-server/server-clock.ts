const realNow = Date.now.bind(Date);
let aheadMs = 0;

/**
 * Puts the whole process ahead of the real time: the provider reads `Date.now()` itself. Only ever called in the
 * authorization server's own process.
 */
export function advanceServerClock(durationMs: number): void {
  aheadMs += durationMs;
  Date.now = () => realNow() + aheadMs;
}

/** The real time, Unix milliseconds. */
export function realTime(): number {
  return realNow();
}
