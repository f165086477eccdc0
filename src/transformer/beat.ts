import { expiresAt, isExpired, isExpiring, refreshAt } from '../lifetime';
import { succeed } from '../stores/chain-state';
import type { BeatAnswer, BeatOperation, ScheduleEntry } from '../stores/protocol';
import type { StoreEnvironment } from './platform';
import type { SessionToken, SessionTokens } from './session-tokens';

interface WatchedToken extends SessionToken {
  tokenName: string;
  refreshPercent: number;
}

/** Answers the chain's heartbeat: whether to go on, when each token is due, and the lease of one that is. */
export async function beat(
  operation: BeatOperation,
  tokens: SessionTokens,
  { now }: StoreEnvironment,
): Promise<BeatAnswer> {
  const chain = succeed(await tokens.loadChain(), operation, now());
  if (chain === null) return { continue: false, schedule: [], granted: null, now: now() };
  const watched = await Promise.all(
    operation.tokens.map(async (token): Promise<WatchedToken> => ({ ...token, ...(await tokens.load(token.tokenName)) })),
  );
  const time = now();
  const due = mostUrgent(watched.filter((token) => isDue(token, operation.owner, time)), time);
  await tokens.saveChain({ ...chain, granted: due?.tokenName });
  if (due !== undefined) {
    await tokens.saveLease(due.tokenName, { owner: operation.owner, until: time + operation.leaseMs });
  }
  return {
    continue: true,
    schedule: watched.map(scheduleEntry),
    granted: due === undefined ? null : { tokenName: due.tokenName, record: due.record },
    now: time,
  };
}

function isDue({ record, lease, failure, refreshPercent }: WatchedToken, owner: string, now: number): boolean {
  if (lease !== null && lease.owner !== owner) return false;
  if (failure !== undefined && now < failure.retryAt) return false;
  return record === null || isExpiring(record, refreshPercent, now);
}

/**
 * First the tokens that still live, by their expiry: they can be saved. Then, in turns, what is missing or expired,
 * and so lost already, and those whose last refresh failed: while a server is down each of its tokens comes up every
 * few seconds, and a handful would take all the hops there are.
 */
function mostUrgent(due: WatchedToken[], now: number): WatchedToken | undefined {
  const ranked = due.map((token) => ({ token, rank: rankOf(token, now) }));
  ranked.sort(({ rank: [one, oneTime] }, { rank: [other, otherTime] }) => one - other || oneTime - otherTime);
  return ranked[0]?.token;
}

/** @returns the kind of urgency and a time, Unix milliseconds; of both the smaller goes first */
function rankOf({ record, failure }: WatchedToken, now: number): [number, number] {
  if (failure !== undefined) return [1, failure.retryAt];
  if (record === null) return [1, 0];
  return [isExpired(record, now) ? 1 : 0, expiresAt(record)];
}

function scheduleEntry({ tokenName, refreshPercent, record, failure }: WatchedToken): ScheduleEntry {
  const gate = failure === undefined ? {} : { failure };
  if (record === null) return { tokenName, refreshAt: 0, expiresAt: 0, version: 0, ...gate };
  return {
    tokenName,
    refreshAt: refreshAt(record, refreshPercent),
    expiresAt: expiresAt(record),
    version: record.version,
    ...gate,
  };
}
