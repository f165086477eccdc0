import type { ScheduleEntry } from '../stores/protocol';

/** A token is due but somebody else holds its lease: look again then. */
const HELD_PAUSE_MS = 5000;

/** The token this hop had the lease of. */
export interface HandledToken {
  tokenName: string;
  /** When it is due next, Unix milliseconds. */
  dueAt: number;
}

export interface HopOutcome {
  schedule: readonly ScheduleEntry[];
  handled?: HandledToken | undefined;
}

/**
 * When the next hop has to wake, Unix milliseconds: as soon as a token is due.
 *
 * @param now Unix milliseconds
 */
export function nextWakeAt({ schedule, handled }: HopOutcome, now: number): number {
  const dueTimes = schedule.map((entry) => {
    if (entry.tokenName === handled?.tokenName) return handled.dueAt;
    const dueAt = Math.max(entry.refreshAt, entry.failure?.retryAt ?? 0);
    // Due, yet not granted to a hop that had no other lease: it is held.
    return dueAt <= now && handled === undefined ? now + HELD_PAUSE_MS : dueAt;
  });
  return Math.max(now, Math.min(...dueTimes, Number.MAX_SAFE_INTEGER));
}
