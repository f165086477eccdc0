import type { ScheduleEntry } from '../stores/protocol';

/** A token is due but somebody else holds its lease: look again then. */
const HELD_PAUSE_MS = 5000;
/** Nobody said when a token is due: look again then. */
const UNKNOWN_PAUSE_MS = 60_000;
/** Clocks that differ by more than this, milliseconds, are not reckoned with: one of the two times is a mistake. */
const LARGEST_DIFFERENCE_MS = 60_000;

/** The token this hop had the lease of. */
export interface HandledToken {
  tokenName: string;
  /** When it is due next, Unix milliseconds. */
  dueAt: number;
}

export interface HopOutcome {
  /** By the clock of whoever answered. */
  schedule: readonly ScheduleEntry[];
  handled?: HandledToken | undefined;
  /** How far this clock is ahead of the answering one, milliseconds; default 0. */
  clockAheadMs?: number | undefined;
}

/**
 * How far this clock is ahead of another one that was read somewhere between a request and its answer.
 *
 * @param other the other clock's time; all times are Unix milliseconds
 * @returns milliseconds, negative when it is behind; 0 for what the way there and back explains, and for
 *   more than a minute
 */
export function clockAhead(asked: number, answered: number, other: number): number {
  const ahead = Math.max(0, asked - other) + Math.min(0, answered - other);
  return Math.abs(ahead) <= LARGEST_DIFFERENCE_MS ? ahead : 0;
}

/**
 * When the next hop has to wake, Unix milliseconds: as soon as a token is due.
 *
 * @param now Unix milliseconds
 */
export function nextWakeAt({ schedule, handled, clockAheadMs = 0 }: HopOutcome, now: number): number {
  if (schedule.length === 0) return now + UNKNOWN_PAUSE_MS;
  const dueTimes = schedule.map((entry) => {
    // A clock that is ahead would wake the next hop before the store finds the token due.
    if (entry.tokenName === handled?.tokenName) return handled.dueAt + Math.max(0, clockAheadMs);
    const dueAt = Math.max(entry.refreshAt, entry.failure?.retryAt ?? 0) + clockAheadMs;
    // Due, yet not granted to a hop that had no other lease: it is held.
    return dueAt <= now && handled === undefined ? now + HELD_PAUSE_MS : dueAt;
  });
  return Math.max(now, Math.min(...dueTimes));
}
