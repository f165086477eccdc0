import { isObject } from '../../json';
import { isRefreshFailure, isTokenRecord } from '../../lifetime';
import type { RefreshFailure, TokenRecord } from '../../lifetime';
import { readForgotten } from './forgotten';
import type { Forgotten } from './forgotten';
import { isRunning } from './lease';
import type { HeldLease } from './lease';
import type { Loaded } from './port';

/** A failure that would block refreshes for longer than this, milliseconds, was written by a wrong clock. */
const LONGEST_GATE_MS = 24 * 3600 * 1000;
/** The part of a failure's message that is stored, characters. The server's own words in it are cut to 200. */
const LONGEST_MESSAGE = 300;
/** A host name of 253 characters (RFC 1035 §2.3.4) and a port. */
const LONGEST_HOST = 259;

/** A token's entry, without parts that are damaged or outdated. */
export interface TokenEntry {
  record: TokenRecord | null;
  /** The lease on it, if one is running. */
  lease: HeldLease | null;
  failure: RefreshFailure | undefined;
  forgotten: Forgotten;
}

/** Records that have been checked. A port that remembers an opened record loads the same object again. */
const usable = new WeakSet();

function isUsable(record: unknown): record is TokenRecord {
  if (!isObject(record)) return false;
  if (usable.has(record)) return true;
  if (!isTokenRecord(record)) return false;
  usable.add(record);
  return true;
}

export function entryOf({ parts, now }: Loaded<`token:${string}`>): TokenEntry {
  const forgotten = readForgotten(parts.forgotten, now);
  const record = isUsable(parts.record) && parts.record.version > forgotten.version ? parts.record : null;
  const failure = readFailure(parts.failure, record?.version ?? 0, now);
  return {
    record: record === null || failure === undefined ? record : { ...record, failure },
    lease: isRunning(parts.lease, now) ? parts.lease : null,
    failure,
    forgotten,
  };
}

/** A failure belongs to the version that the refresh would have replaced. The next commit outdates it. */
function readFailure(value: unknown, version: number, now: number): RefreshFailure | undefined {
  if (!isRefreshFailure(value) || value.retryAt > now + LONGEST_GATE_MS) return undefined;
  const { version: replaced = version, ...failure } = value as RefreshFailure & { version?: unknown };
  return replaced === version ? failure : undefined;
}

/**
 * A failure in its stored form. Its times follow the store's clock, so that a worker with a wrong clock blocks nobody.
 * It gets the time of the first failure in a row, and its texts are cut.
 */
export function keptOf(failure: RefreshFailure, previous: RefreshFailure | undefined, now: number): RefreshFailure {
  const { at, retryAt, attempts, message, host } = failure;
  const isFirst = attempts === 1 || previous === undefined;
  return {
    ...failure,
    at: now,
    retryAt: now + Math.min(LONGEST_GATE_MS, Math.max(0, retryAt - at)),
    ...(isFirst ? {} : { since: previous.since ?? previous.at }),
    ...(message === undefined ? {} : { message: message.slice(0, LONGEST_MESSAGE) }),
    ...(host === undefined ? {} : { host: host.slice(0, LONGEST_HOST) }),
  };
}

export function withoutFailure(record: TokenRecord): TokenRecord {
  const stored = { ...record };
  delete stored.failure;
  return stored;
}

export function versionOf({ record }: Pick<TokenEntry, 'record'>): number {
  return record?.version ?? 0;
}
