import type { BeatAnswer } from '../stores/protocol/wire';

/** Tokens whose refresh waits only because the chain is too slow. */
export interface Backlog {
  /** How many are due. */
  due: number;
  /** How long the oldest has been due, milliseconds; `undefined` if one has never been fetched. */
  lateMs: number | undefined;
}

/** How fast the chain is. */
export interface Pace {
  /** The number of the hop in the chain, from 0. */
  hop: number;
  /** The time from one hop of a busy chain to the next, milliseconds. */
  hopMs: number;
}

/** One slow hop makes tokens late by that hop. A delay of this many hops is no backlog yet. */
const HOPS_TO_CATCH_UP = 2;
/** A token is behind once this share of the time from its refresh point to its expiry is over. */
const MARGIN_SHARE = 0.5;
/** A single late token may be held by a node. */
const FEWEST_TOKENS = 2;

/**
 * Finds out, from a heartbeat that was granted a token, whether others have waited longer than a healthy chain's pace
 * explains. All times are the store's, so differing clocks don't matter. A token whose last refresh failed doesn't
 * count, because that is why it is late.
 *
 * @returns `null` if there is no backlog
 */
export function findBacklog({ schedule, granted, now }: BeatAnswer, { hop, hopMs }: Pace): Backlog | null {
  // Others hold everything that is due.
  if (granted === null) return null;
  const due = schedule.filter(
    ({ tokenName, refreshAt, failure }) =>
      refreshAt <= now && failure === undefined && tokenName !== granted.tokenName,
  );
  const behind = due.filter(({ refreshAt, expiresAt }) =>
    // Each hop fetches one token. One that is still missing after that many hops was passed over.
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
