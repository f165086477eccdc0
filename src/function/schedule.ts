import type { ScheduleEntry, TokenAlert } from '../stores/protocol/wire';

/** A token is due but somebody else holds its lease: look again then. */
const HELD_PAUSE_MS = 5000;
/** Nobody said when a token is due: look again then. */
const UNKNOWN_PAUSE_MS = 60_000;

/** The token this hop had the lease of. */
export interface HandledToken {
  tokenName: string;
  /** When it is due next, Unix milliseconds. */
  dueAt: number;
}

export interface HopOutcome {
  /** By the clock of whoever answered. */
  schedule: readonly ScheduleEntry[];
  /** By the same clock. */
  handled?: HandledToken | undefined;
  /** How far the answering clock is ahead of this one, milliseconds; default 0. */
  clockAheadMs?: number | undefined;
  /** What is to be told once there is a successor. */
  alerts?: readonly TokenAlert[] | undefined;
}

/**
 * When the next hop has to wake, Unix milliseconds: as soon as a token is due.
 *
 * @param now Unix milliseconds
 */
export function nextWakeAt({ schedule, handled, clockAheadMs = 0 }: HopOutcome, now: number): number {
  if (schedule.length === 0) return now + UNKNOWN_PAUSE_MS;
  const there = now + clockAheadMs;
  const dueTimes = schedule.map((entry) => {
    if (entry.tokenName === handled?.tokenName) return handled.dueAt;
    const dueAt = Math.max(entry.refreshAt, entry.failure?.retryAt ?? 0);
    // Due, yet not granted to a hop that had no other lease: it is held.
    return dueAt <= there && handled === undefined ? there + HELD_PAUSE_MS : dueAt;
  });
  return Math.max(now, Math.min(...dueTimes) - clockAheadMs);
}
