import type { Transport } from '../http';
import type { HopEnvironment } from './platform';

/** A timer longer than this, milliseconds, would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** A clock that counts elapsed time. */
export interface HopClock {
  /** Unix milliseconds: the machine's time at the start of the instance, plus the time that has elapsed since. */
  now: () => number;
  /** Waits a number of milliseconds. */
  sleep: (ms: number) => Promise<void>;
  /** A transport whose requests count as elapsed time. */
  timed: (transport: Transport) => Transport;
}

/**
 * Makes an instance's clock. The machine's own clock may jump at any moment, and an instance that believed it would
 * sleep for a year or think that its time is over. So a pause counts as long as its timer, and a request as long as the
 * clock says, up to its time limit.
 */
export function hopClock({ now, setTimeout }: Pick<HopEnvironment, 'now' | 'setTimeout'>): HopClock {
  let time = now();
  return {
    now: () => time,
    sleep: async (ms) => {
      if (ms <= 0) return;
      const timer = Math.min(ms, LONGEST_TIMER_MS);
      await new Promise<void>((resolve) => void setTimeout(resolve, timer));
      time += timer;
    },
    timed: (transport) => async (request, timeoutMs) => {
      const sent = now();
      try {
        return await transport(request, timeoutMs);
      } finally {
        time += Math.min(timeoutMs, Math.max(0, now() - sent));
      }
    },
  };
}
