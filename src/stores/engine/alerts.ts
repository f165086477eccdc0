import { isObject } from '../../json';
import type { ScheduleEntry, TokenAlert } from '../protocol/wire';
import { isPast } from './chain';

/** What a store remembers about a token that somebody was alerted about. */
export interface Told {
  tokenName: string;
  /** When the refreshes began to fail, Unix milliseconds. */
  since: number;
  /** The time of the last alert, Unix milliseconds. */
  at: number;
  /** How many alerts there were, the last one included. */
  times: number;
  /** The time of the alert that said the token is well again, Unix milliseconds. */
  over?: number;
}

/** A token that the chain keeps fresh. */
export interface AlertedToken extends ScheduleEntry {
  /** Whether it is due for a refresh. */
  isDue: boolean;
}

/**
 * The pause before the second alert about a token, milliseconds. Alerts repeat because a message may get lost. Each
 * pause is twice as long as the last, up to a day.
 */
const SHORTEST_PAUSE_MS = 3600 * 1000;
const LONGEST_PAUSE_IN_HOURS = 24;
/**
 * The pause between two messages, milliseconds. The next one tells everything that has happened meanwhile, because a
 * server that is down affects many tokens.
 */
const GATHERED_MS = 5 * 60_000;
const MOST_AT_ONCE = 20;
/**
 * After this, milliseconds, an alert is dropped. Nobody asks for the token any more: it was renamed, or taken out of
 * the chain.
 */
const FORGOTTEN_MS = 2 * LONGEST_PAUSE_IN_HOURS * SHORTEST_PAUSE_MS;
/** A single failure may pass. */
const FEWEST_ATTEMPTS = 2;
/** Failures that pass by themselves. Other answers of a server stay the same. */
const OUTAGES = ['token_endpoint_unavailable', 'token_endpoint_unreachable', 'token_already_expired', 'time_budget_exceeded'];

/**
 * Decides what to alert about now. It counts as told, so the caller must send it.
 *
 * @param stored what was told so far, as read from the store
 * @param now Unix milliseconds
 */
export function decideAlerts(stored: unknown, tokens: readonly AlertedToken[], now: number): { alerts: TokenAlert[]; told: Told[] } {
  const told = readTold(stored, now);
  const isJustTold = told.some(({ at, over = at }) => now < Math.max(at, over) + GATHERED_MS);
  const next = new Map(told.filter(({ at }) => now < at + FORGOTTEN_MS).map((known) => [known.tokenName, known]));
  const alerts: TokenAlert[] = [];
  for (const token of isJustTold ? [] : tokens) {
    const { tokenName, failure, expiresAt } = token;
    const known = next.get(tokenName);
    const isOver = known?.over !== undefined;
    if (alerts.length >= MOST_AT_ONCE) break;
    if (failure !== undefined && isInTrouble(token, now)) {
      if (known !== undefined && now < known.at + pauseAfter(known)) continue;
      const before = isOver ? undefined : known;
      const since = before?.since ?? failure.since ?? failure.at;
      alerts.push({ tokenName, code: failure.code, since, expiresAt });
      next.set(tokenName, { tokenName, since, at: now, times: (before?.times ?? 0) + 1 });
    } else if (known !== undefined && failure === undefined && !token.isDue) {
      if (!isOver) {
        alerts.push({ tokenName, code: 'recovered', since: known.since, expiresAt, isOver: true });
        next.set(tokenName, { ...known, over: now });
      } else if (now >= known.at + SHORTEST_PAUSE_MS) next.delete(tokenName);
    }
  }
  return { alerts, told: [...next.values()] };
}

/**
 * Whether a token needs an alert: its refresh has failed at least twice, and if this may be an outage that passes by
 * itself, half of the time from due to expiry is over.
 */
function isInTrouble({ failure, refreshAt, expiresAt }: ScheduleEntry, now: number): boolean {
  if (failure === undefined || failure.attempts < FEWEST_ATTEMPTS) return false;
  return !OUTAGES.includes(failure.code) || now >= (refreshAt + expiresAt) / 2;
}

function pauseAfter({ times, over }: Told): number {
  return SHORTEST_PAUSE_MS * (over === undefined ? Math.min(LONGEST_PAUSE_IN_HOURS, 2 ** (times - 1)) : 1);
}

/** @returns the value from the store, without entries that a wrong clock has written */
function readTold(value: unknown, now: number): Told[] {
  return Array.isArray(value) ? value.filter((one): one is Told => isTold(one, now)) : [];
}

function isTold(value: unknown, now: number): boolean {
  if (!isObject(value)) return false;
  const { tokenName, since, at, times, over } = value;
  const isTime = (time: unknown) => isPast(time, now);
  return typeof tokenName === 'string' && isTime(since) && isTime(at) && typeof times === 'number' && (over === undefined || isTime(over));
}
