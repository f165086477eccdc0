import type { BeatAnswer } from '../stores/protocol/wire';

/** Tokens that wait for their refresh only because the chain is too slow. */
export interface Backlog {
  /** How many are due. */
  due: number;
  /** How long the oldest has been due, milliseconds; `undefined` if one was never fetched. */
  lateMs: number | undefined;
}

/** What determines the pace of a hop. */
export interface Pace {
  /** The number of this hop, from 0. */
  hop: number;
  /** The time between two hops of a busy chain, milliseconds. */
  hopMs: number;
}

/** A single slow hop makes tokens late by one hop. That is no backlog yet. */
const HOPS_TO_CATCH_UP = 2;
/** A token is behind once this share of the time between refresh point and expiry is used up. */
const MARGIN_SHARE = 0.5;
/** A node may hold a single token. */
const FEWEST_TOKENS = 2;

/**
 * Finds out whether tokens wait longer than a chain with spare capacity would let them. It looks at a beat that granted a token. All times
 * are the store's, so differing clocks don't matter. Tokens whose last refresh failed don't count, because the failure explains the delay.
 *
 * @returns `null` if there is no backlog
 */
export function findBacklog({ schedule, granted, now }: BeatAnswer, { hop, hopMs }: Pace): Backlog | null {
  // Otherwise other workers hold all tokens that are due.
  if (granted === null) return null;
  const due = schedule.filter(
    ({ tokenName, refreshAt, failure }) =>
      refreshAt <= now && failure === undefined && tokenName !== granted.tokenName,
  );
  const behind = due.filter(({ refreshAt, expiresAt }) =>
    // Each hop fetches one token. A token still missing after that many hops was passed over.
    refreshAt === 0
      ? hop > schedule.length
      : now - refreshAt > Math.max((expiresAt - refreshAt) * MARGIN_SHARE, hopMs * HOPS_TO_CATCH_UP),
  );
  if (behind.length < FEWEST_TOKENS) return null;
  const oldest = behind.reduce((first, { refreshAt }) => Math.min(first, refreshAt), now);
  return { due: due.length, lateMs: oldest === 0 ? undefined : now - oldest };
}

/** The log line: how far behind the chain is, and what to do. */
export function describeBacklog({ due, lateMs }: Backlog): string {
  const since = lateMs === undefined ? 'and some were never fetched' : `the oldest for ${Math.round(lateMs / 1000)} s`;
  return (
    `The chain is behind: ${due} more tokens are due, ${since}. After an outage this passes. Otherwise split the tokens over ` +
    'two chains with an Endpoint each: see docs/scale.md.'
  );
}
