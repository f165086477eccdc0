import type { ScheduleEntry, TokenAlert } from '../stores/protocol/wire';

/** The pause if another execution holds the lease of a due token, milliseconds. */
const HELD_PAUSE_MS = 5000;
/** The pause if nobody said when a token is due, milliseconds. */
const UNKNOWN_PAUSE_MS = 60_000;

/** The token whose lease this hop had. */
export interface HandledToken {
  tokenName: string;
  /** When it is due next, Unix milliseconds. */
  dueAt: number;
}

export interface HopOutcome {
  /** By the clock of the store or Flow that answered. */
  schedule: readonly ScheduleEntry[];
  /** By the same clock. */
  handled?: HandledToken | undefined;
  /** How far the answering clock is ahead of this one, milliseconds; default 0. */
  clockAheadMs?: number | undefined;
  /** The alerts to send once there is a successor. */
  alerts?: readonly TokenAlert[] | undefined;
}

/**
 * When the next hop must wake, Unix milliseconds: as soon as a token is due.
 *
 * @param now Unix milliseconds
 */
export function nextWakeAt({ schedule, handled, clockAheadMs = 0 }: HopOutcome, now: number): number {
  if (schedule.length === 0) return now + UNKNOWN_PAUSE_MS;
  const there = now + clockAheadMs;
  const dueTimes = schedule.map((entry) => {
    if (entry.tokenName === handled?.tokenName) return handled.dueAt;
    const dueAt = Math.max(entry.refreshAt, entry.failure?.retryAt ?? 0);
    // The token is due, and this hop got no lease at all, so another execution holds it.
    return dueAt <= there && handled === undefined ? there + HELD_PAUSE_MS : dueAt;
  });
  return Math.max(now, Math.min(...dueTimes) - clockAheadMs);
}
