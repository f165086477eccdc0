import type { BeatAnswer } from '../stores/protocol/wire';

/** Tokens that wait for their refresh, and for no other reason than the chain's pace. */
export interface Backlog {
  /** How many are due. */
  due: number;
  /** How long the oldest has been due, milliseconds; `undefined` where one has never been fetched. */
  lateMs: number | undefined;
}

/** What one hop works with, as far as its pace is concerned. */
export interface Pace {
  /** Counts the chain's hops from 0. */
  hop: number;
  /** From one hop of a busy chain to the next, milliseconds. */
  hopMs: number;
}

/** One slow hop makes tokens late by that hop: so many are no backlog yet. */
const HOPS_TO_CATCH_UP = 2;
/** A token is behind once this share of the time from its refresh point to its expiry is used up. */
const MARGIN_SHARE = 0.5;
/** A single token may be held by a node. */
const FEWEST_TOKENS = 2;

/**
 * Finds out, from a beat that granted a token, whether others wait for longer than the pace of a chain with
 * room to spare explains. All times are the store's, so clocks that differ don't matter. Left out is a
 * token whose last refresh failed: that is why it is late.
 *
 * @returns `null` where there is no backlog
 */
export function findBacklog({ schedule, granted, now }: BeatAnswer, { hop, hopMs }: Pace): Backlog | null {
  // Then others hold all that is due.
  if (granted === null) return null;
  const due = schedule.filter(
    ({ tokenName, refreshAt, failure }) =>
      refreshAt <= now && failure === undefined && tokenName !== granted.tokenName,
  );
  const behind = due.filter(({ refreshAt, expiresAt }) =>
    // Each hop fetches one: a token that is missing later than that has been passed over.
    refreshAt === 0
      ? hop > schedule.length
      : now - refreshAt > Math.max((expiresAt - refreshAt) * MARGIN_SHARE, hopMs * HOPS_TO_CATCH_UP),
  );
  if (behind.length < FEWEST_TOKENS) return null;
  const oldest = behind.reduce((first, { refreshAt }) => Math.min(first, refreshAt), now);
  return { due: due.length, lateMs: oldest === 0 ? undefined : now - oldest };
}

/** The line for the log: how far behind the chain is, and what to do. */
export function describeBacklog({ due, lateMs }: Backlog): string {
  const since = lateMs === undefined ? 'and some were never fetched' : `the oldest for ${Math.round(lateMs / 1000)} s`;
  return (
    `The chain is behind: ${due} more tokens are due, ${since}. After an outage this passes. Otherwise split the tokens over ` +
    'two chains with an Endpoint each: see docs/scale.md.'
  );
}
