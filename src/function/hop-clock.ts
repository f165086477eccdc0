import type { Transport } from '../http';
import type { HopEnvironment } from './platform';

/** Longer timers fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** A clock that goes by the time that passes, and what moves it on. */
export interface HopClock {
  /** Unix milliseconds: the machine's own time when the instance started, and what has passed since. */
  now: () => number;
  /** Waits a number of milliseconds. */
  sleep: (ms: number) => Promise<void>;
  /** A transport whose requests count as time that passes. */
  timed: (transport: Transport) => Transport;
}

/**
 * Makes the clock of an instance. The machine's own clock may be set forward or back at any moment, by any amount; an
 * instance that believed it would sleep for a year, or take itself for ended. So a pause counts for as long as its timer
 * was set to, and a request for as long as the clock says, within its time limit.
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
