import { expiresAt, isExpired, isFailureOf, isForeign, isFromFuture, isGated, refreshAt } from '../../lifetime';
import type { RefreshFailure, TokenRecord } from '../../lifetime';
import type { ScheduleEntry } from '../protocol/wire';
import { needsRefresh } from './lease';
import type { HeldLease, WantedToken } from './lease';

/** A token that the chain refreshes, as stored. */
export interface WatchedToken extends WantedToken {
  tokenName: string;
  record: TokenRecord | null;
  /** Another worker's lease, if it is still running. */
  lease: HeldLease | null;
  failure: RefreshFailure | undefined;
}

/**
 * Picks the token that the chain refreshes next, among those that are due and not leased to others.
 *
 * Valid tokens come first, in the order in which they expire, because they can be saved. Then come, in turns, those that are missing or
 * expired, which are lost already, and those whose last refresh failed. If a server is down, each of its tokens is due again every few
 * seconds, and a handful would take all hops.
 *
 * @param owner the chain's owner name
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

/** @returns the kind of urgency and a time, Unix milliseconds; in both, the smaller one goes first */
function rankOf({ record, failure }: WatchedToken, now: number): [number, number] {
  if (failure !== undefined) return [1, failure.retryAt];
  if (record === null) return [1, 0];
  return [isExpired(record, now) ? 1 : 0, expiresAt(record)];
}

/** When a token is due, for the chain's plan. @param now Unix milliseconds */
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

/** The messages are for people. In an outage every token of a chain would carry one, in each answer. */
function gateOf({ code, at, attempts, retryAt, settings }: RefreshFailure): RefreshFailure {
  return { code, at, attempts, retryAt, ...(settings === undefined ? {} : { settings }) };
}
