import type { ScheduleEntry, TokenAlert } from '../stores/protocol/wire';

/** If a token is due but another worker holds its lease, look again after this. */
const HELD_PAUSE_MS = 5000;
/** If nothing says when a token is due, look again after this. */
const UNKNOWN_PAUSE_MS = 60_000;

/** The token whose lease this hop had. */
export interface HandledToken {
  tokenName: string;
  /** When it is due next, Unix milliseconds. */
  dueAt: number;
}

export interface HopOutcome {
  /** By the clock of the side that answered. */
  schedule: readonly ScheduleEntry[];
  /** By the same clock. */
  handled?: HandledToken | undefined;
  /** How far that clock is ahead of this one, milliseconds; default 0. */
  clockAheadMs?: number | undefined;
  /** What to report after starting the successor. */
  alerts?: readonly TokenAlert[] | undefined;
}

/**
 * Decides when the next hop must wake, Unix milliseconds: as soon as a token is due.
 *
 * @param now Unix milliseconds
 */
export function nextWakeAt({ schedule, handled, clockAheadMs = 0 }: HopOutcome, now: number): number {
  if (schedule.length === 0) return now + UNKNOWN_PAUSE_MS;
  const there = now + clockAheadMs;
  const dueTimes = schedule.map((entry) => {
    if (entry.tokenName === handled?.tokenName) return handled.dueAt;
    const dueAt = Math.max(entry.refreshAt, entry.failure?.retryAt ?? 0);
    // It is due, but was not granted to a hop that had no other lease. So another worker holds it.
    return dueAt <= there && handled === undefined ? there + HELD_PAUSE_MS : dueAt;
  });
  return Math.max(now, Math.min(...dueTimes) - clockAheadMs);
}
