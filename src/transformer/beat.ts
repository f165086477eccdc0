import { expiresAt, isExpiring, refreshAt } from '../lifetime';
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
  const due = mostUrgent(watched.filter((token) => isDue(token, operation.owner, time)));
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

function mostUrgent(due: WatchedToken[]): WatchedToken | undefined {
  const expiry = ({ record }: WatchedToken) => (record === null ? 0 : expiresAt(record));
  return due.reduce<WatchedToken | undefined>(
    (first, token) => (first === undefined || expiry(token) < expiry(first) ? token : first),
    undefined,
  );
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
