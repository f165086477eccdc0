import { expiresAt, isExpired, isFailureOf, isForeign, isFromFuture, isGated, refreshAt } from '../../lifetime';
import type { RefreshFailure, TokenRecord } from '../../lifetime';
import type { ScheduleEntry } from '../protocol/wire';
import { needsRefresh } from './lease';
import type { HeldLease, WantedToken } from './lease';

/** A token that the chain keeps fresh, as the store has it. */
export interface WatchedToken extends WantedToken {
  tokenName: string;
  record: TokenRecord | null;
  /** The lease on it, if one is running. */
  lease: HeldLease | null;
  failure: RefreshFailure | undefined;
}

/**
 * Picks the token that the chain refreshes next. It must be due, and nobody else may hold its lease.
 *
 * Valid tokens come first, the earliest expiry first, because they can still be saved. Missing, expired and recently
 * failed tokens take turns after them. Otherwise a server that is down would use up all hops: each of its tokens comes
 * up every few seconds.
 *
 * @param owner the chain's
 * @param now Unix milliseconds
 */
export function mostUrgent<T extends WatchedToken>(tokens: readonly T[], owner: string, now: number): T | undefined {
  const ranked = tokens.filter((token) => isDue(token, owner, now)).map((token) => ({ token, rank: rankOf(token, now) }));
  ranked.sort(({ rank: [one, oneTime] }, { rank: [other, otherTime] }) => one - other || oneTime - otherTime);
  return ranked[0]?.token;
}

function isDue(token: WatchedToken, owner: string, now: number): boolean {
  const { record, lease, failure } = token;
  if (lease !== null && lease.owner !== owner) return false;
  return !isGated(failure, token.settings, now) && needsRefresh(record, token, now);
}

/** @returns the kind of urgency and a time, Unix milliseconds; the smaller goes first */
function rankOf({ record, failure }: WatchedToken, now: number): [number, number] {
  if (failure !== undefined) return [1, failure.retryAt];
  if (record === null) return [1, 0];
  return [isExpired(record, now) ? 1 : 0, expiresAt(record)];
}

/**
 * When a token is due, in the form that the chain needs.
 *
 * @param now Unix milliseconds
 */
export function scheduleEntry(token: WatchedToken, now: number): ScheduleEntry {
  const { tokenName, refreshPercent, boundTo, settings, record, failure } = token;
  const gate = failure === undefined || !isFailureOf(failure, settings) ? {} : { failure: gateOf(failure) };
  if (record === null || isForeign(record, boundTo) || isFromFuture(record, now)) {
    return { tokenName, refreshAt: 0, expiresAt: 0, version: record?.version ?? 0, ...gate };
  }
  return {
    tokenName,
    refreshAt: refreshAt(record, refreshPercent),
    expiresAt: expiresAt(record),
    version: record.version,
    ...gate,
  };
}

/** Leaves out the texts, which are for people. In an outage, each answer would repeat them for every token of the chain. */
function gateOf({ code, at, attempts, retryAt, settings }: RefreshFailure): RefreshFailure {
  return { code, at, attempts, retryAt, ...(settings === undefined ? {} : { settings }) };
}
