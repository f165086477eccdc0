import { isObject } from '../../json';
import type { ScheduleEntry, TokenAlert } from '../protocol/wire';
import { isPast } from './chain';

/** What a store remembers of a token that somebody was told of. */
export interface Told {
  tokenName: string;
  /** When the refreshes began to fail, Unix milliseconds. */
  since: number;
  /** When the trouble was last told of, Unix milliseconds. */
  at: number;
  /** How often it was told of, this time included. */
  times: number;
  /** When it was told that the token is well again, Unix milliseconds. */
  over?: number;
}

/** A token that the chain keeps. */
export interface AlertedToken extends ScheduleEntry {
  /** Whether it is to be refreshed. */
  isDue: boolean;
}

/** A token is told of again after this time, and then after twice as long each time, up to a day: a message may have been lost. Milliseconds. */
const SHORTEST_PAUSE_MS = 3600 * 1000;
const LONGEST_PAUSE_IN_HOURS = 24;
/** After a message the next one waits for so long, milliseconds, and tells what has happened meanwhile: a server that is down has many tokens. */
const GATHERED_MS = 5 * 60_000;
const MOST_AT_ONCE = 20;
/** Nobody has asked for such a token for long, milliseconds: it was renamed, or taken out of the chain. */
const FORGOTTEN_MS = 2 * LONGEST_PAUSE_IN_HOURS * SHORTEST_PAUSE_MS;
/** One failure may pass. */
const FEWEST_ATTEMPTS = 2;
/** Failures that pass by themselves: whatever else a server says, it says again. */
const OUTAGES = ['token_endpoint_unavailable', 'token_endpoint_unreachable', 'token_already_expired', 'time_budget_exceeded'];

/**
 * Decides what somebody is to be told of now. It is noted as told, so the caller has to tell it.
 *
 * @param stored what was told until now, as it lies in the store
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

/** A token that a server has refused twice; or, in an outage, once half of the time is over that was left when it became due. */
function isInTrouble({ failure, refreshAt, expiresAt }: ScheduleEntry, now: number): boolean {
  if (failure === undefined || failure.attempts < FEWEST_ATTEMPTS) return false;
  return !OUTAGES.includes(failure.code) || now >= (refreshAt + expiresAt) / 2;
}

function pauseAfter({ times, over }: Told): number {
  return SHORTEST_PAUSE_MS * (over === undefined ? Math.min(LONGEST_PAUSE_IN_HOURS, 2 ** (times - 1)) : 1);
}

/** @returns a value read from a store as that, without what was written by a clock that is wrong */
function readTold(value: unknown, now: number): Told[] {
  return Array.isArray(value) ? value.filter((one): one is Told => isTold(one, now)) : [];
}

function isTold(value: unknown, now: number): boolean {
  if (!isObject(value)) return false;
  const { tokenName, since, at, times, over } = value;
  const isTime = (time: unknown) => isPast(time, now);
  return typeof tokenName === 'string' && isTime(since) && isTime(at) && typeof times === 'number' && (over === undefined || isTime(over));
}
