import { AccessTokenError } from '../../../errors';
import { isObject, parseJson } from '../../../json';
import { expiresAt } from '../../../lifetime';
import type { Log } from '../../../log';
import { tokenNameIn } from '../../engine/port';
import type { ChainParts, Loaded, PartsOf, StoreKey, StorePort, TokenParts } from '../../engine/port';
import { isSealed } from '../record-cipher';
import type { RecordCipher } from '../record-cipher';
import { untilReplicated } from './replicated';
import { LOAD, SAVE, SAVED } from './scripts';
import type { Script } from './scripts';

/** Runs scripts, one at a time. Rejects with an `AccessTokenError` if Redis can't be used. */
export interface RedisClient {
  run(script: Script, keys: readonly string[], args: ReadonlyArray<string | number>): Promise<unknown>;
  /**
   * Waits until this many replicas have the last write to a key, or until the time is up.
   *
   * @param timeoutMs milliseconds
   * @returns how many have it; `undefined` if the connection that wrote it is gone
   */
  acknowledged(key: string, replicas: number, timeoutMs: number): Promise<number | undefined>;
  /** Drops the connections, so that the next script looks for the right server again. */
  reconnect(): void;
  close(): void;
}

export interface RedisPortOptions {
  client: RedisClient;
  keyPrefix: string;
  /** Encrypts records. Without it they lie in Redis in clear text. */
  cipher: RecordCipher | undefined;
  /** This worker's clock, Unix milliseconds. Used if the user may not ask Redis for the time. */
  now: () => number;
  /** Logs problems that the caller need not handle. */
  log: Log;
}

/** A hash in Redis. Every value is text, and writing "" removes the field. */
type Fields = Record<string, string>;

/** A hash as it was loaded. */
interface Revision {
  fields: Fields;
  /** The store's clock, Unix milliseconds. */
  now: number;
}

/** A record that can't be refreshed is dropped this long after its token has expired, milliseconds. */
const KEPT_AFTER_EXPIRY_MS = 7 * 24 * 3600 * 1000;
/** An entry without a token (none yet, or no longer) is dropped after this, milliseconds. */
const UNUSED_KEPT_MS = 24 * 3600 * 1000;
/** Redis refuses times beyond its range. The script's earlier writes would stay then. */
const LATEST_MS = Number.MAX_SAFE_INTEGER;
/** Above this, numbers have gaps. */
const LARGEST_VERSION = Number.MAX_SAFE_INTEGER;

const REPLICAS_UNKNOWN = "The store can't see whether Redis has replicas, so a fail-over may lose a token unnoticed. Give the Redis user +info.";

const FIELDS = {
  token: ['record', 'version', 'owner', 'until', 'failure', 'forgotten'],
  chain: ['chainId', 'hop', 'owner', 'at', 'dueBy', 'ended', 'granted', 'restartAt', 'restartTries'],
} as const;

/** If one of these fields differs, somebody else has changed the entry. */
const COMPARED = {
  token: ['version', 'owner', 'until', 'failure', 'forgotten'],
  chain: ['chainId', 'hop', 'owner', 'at', 'restartAt', 'restartTries'],
} as const;

/**
 * Redis. An entry is one hash with the fields of version 0.1. A token's: `record` (text, usually encrypted), `version`,
 * `owner` and `until` of the lease, `failure` and `forgotten` (JSON). The chain's: `chainId`, `hop`, `owner`, `at`,
 * `dueBy`, `ended` (JSON), `granted`, `restartAt` and `restartTries`. Times are Unix milliseconds by the clock of
 * Redis.
 */
export class RedisPort implements StorePort {
  readonly keepsRefreshTokens = true;
  readonly isAtomic = true;

  constructor(private readonly options: RedisPortOptions) {}

  async load<K extends StoreKey>(key: K): Promise<Loaded<K>> {
    const tokenName = tokenNameIn(key);
    const names = FIELDS[tokenName === undefined ? 'chain' : 'token'];
    const answer = await this.options.client.run(LOAD, [this.nameOf(key)], names);
    const [seconds, microseconds, values] = answer as [string, string, (string | null)[]];
    const fields: Fields = {};
    for (const [index, name] of names.entries()) if (typeof values[index] === 'string') fields[name] = values[index];
    const now = seconds === '' ? this.ownTime() : Number(seconds) * 1000 + Math.floor(Number(microseconds) / 1000);
    const parts = tokenName === undefined ? readChain(fields) : this.readToken(tokenName, fields);
    return { parts: parts as Loaded<K>['parts'], revision: { fields, now } satisfies Revision, now };
  }

  async save<K extends StoreKey>(key: K, changes: PartsOf<K>, ifRevision: unknown): Promise<boolean | AccessTokenError> {
    const { client } = this.options;
    const revision = ifRevision as Revision;
    const tokenName = tokenNameIn(key);
    const compared = COMPARED[tokenName === undefined ? 'chain' : 'token'];
    const written = tokenName === undefined ? writeChain(changes as ChainParts) : this.writeToken(tokenName, changes as TokenParts);
    const kept = tokenName === undefined ? '' : keptUntil(changes as TokenParts, revision);
    const name = this.nameOf(key);
    const saveIf = async (expected: Fields): Promise<number> =>
      Number(await client.run(SAVE, [name], [kept, Object.keys(expected).length, ...Object.entries(expected).flat(), ...Object.entries(written).flat()]));
    const before = Object.fromEntries(compared.map((field) => [field, revision.fields[field] ?? '']));
    const saved = await saveIf(before);
    const rounds = tokenName === undefined ? 0 : roundsFor(changes as TokenParts);
    if (saved === SAVED.unknown && rounds > 0) this.options.log('warn', 'redis_replicas_unknown', REPLICAS_UNKNOWN);
    if (rounds === 0 || saved < SAVED.withReplicas) return saved !== SAVED.not;
    // Compares all written fields, because another worker's next record may have the same version.
    const again = async () => (await saveIf({ ...before, ...written })) || saveIf(before);
    return untilReplicated(client, { key: name, saved, again, rounds });
  }

  close(): void {
    this.options.client.close();
  }

  private ownTime(): number {
    const message = "The Redis user may not ask for the time: give it +time, or workers whose clocks are wrong get into each other's way.";
    this.options.log('warn', 'redis_time_refused', message);
    return this.options.now();
  }

  private nameOf(key: StoreKey): string {
    return `${this.options.keyPrefix}${key}`;
  }

  private readToken(tokenName: string, { record, version, owner, until, failure = '', forgotten = '' }: Fields): Record<string, unknown> {
    return {
      record: record === undefined ? null : this.readRecord(tokenName, record, readVersion(version)),
      lease: owner === undefined ? null : { owner, until: numberOf(until) },
      failure: parseJson(failure),
      forgotten: parseJson(forgotten),
    };
  }

  private readRecord(tokenName: string, text: string, version: number): unknown {
    const { cipher } = this.options;
    if (cipher === undefined && isSealed(text)) {
      throw new AccessTokenError('encryption_key_unknown', `The record of "${tokenName}" is encrypted, and the connection has no key.`);
    }
    const plain = cipher === undefined ? text : cipher.open(text, tokenName);
    const parsed = plain === null ? undefined : parseJson(plain);
    return isObject(parsed) ? { ...parsed, version } : null;
  }

  private writeToken(tokenName: string, { record, lease, failure, forgotten }: TokenParts): Fields {
    const written: Fields = {};
    if (record) {
      const { version, token, timestamp } = record;
      // Version and failure have fields of their own.
      const text = JSON.stringify({ ...record, version: undefined, failure: undefined });
      written['record'] = this.options.cipher === undefined ? text : this.options.cipher.seal(text, tokenName);
      // The last three are for workers of version 0.1 on the same Redis.
      Object.assign(written, { version: String(version), timestamp: String(timestamp), expires_in: String(token.expires_in), fingerprint: '' });
    }
    if (record === null) Object.assign(written, { record: '', version: '', timestamp: '', expires_in: '', fingerprint: '' });
    if (forgotten !== undefined) written['forgotten'] = JSON.stringify(forgotten);
    if (lease !== undefined) {
      written['owner'] = lease === null ? '' : lease.owner;
      written['until'] = lease === null ? '' : String(lease.until);
    }
    if (failure !== undefined) written['failure'] = failure === null ? '' : JSON.stringify(failure);
    return written;
  }
}

function readChain({ chainId, hop, owner, at, dueBy, ended = '[]', granted, restartAt, restartTries }: Fields): Record<string, unknown> {
  const list = parseJson(ended);
  const state = { chainId, hop: numberOf(hop), owner, at: numberOf(at), dueBy: numberOf(dueBy), ended: Array.isArray(list) ? list : [], granted };
  return {
    chain: chainId === undefined ? null : state,
    restart: restartAt === undefined ? null : { at: numberOf(restartAt), tries: numberOf(restartTries) },
  };
}

function writeChain({ chain, restart }: ChainParts): Fields {
  const written: Fields = {};
  if (chain !== undefined) {
    const { chainId, hop, owner, at, dueBy, ended, granted = '' } = chain;
    Object.assign(written, { chainId, hop: String(hop), owner, at: String(at), dueBy: String(dueBy), ended: JSON.stringify(ended), granted });
  }
  if (restart !== undefined) Object.assign(written, { restartAt: String(restart.at), restartTries: String(restart.tries) });
  return written;
}

/**
 * How often to wait for replicas. A record may hold the only refresh token. The holder of a lease is about to spend
 * one, and nobody else may do so meanwhile.
 */
function roundsFor({ record, lease }: TokenParts): number {
  if (record) return 3;
  return lease ? 2 : 0;
}

/** How long a token's hash is kept, see `SAVE`. */
function keptUntil({ record }: TokenParts, { fields, now }: Revision): string | number {
  if (!record) return record === null || fields['record'] === undefined ? now + UNUSED_KEPT_MS : '';
  // A refresh token can get another access token, however old the record is.
  if (record.token.refresh_token !== undefined) return 'never';
  return Math.min(Math.ceil(expiresAt(record)) + KEPT_AFTER_EXPIRY_MS, LATEST_MS);
}

/** Anything but a version counts as 0: nothing usable is stored. */
function readVersion(text: string | undefined): number {
  const version = numberOf(text);
  return Number.isInteger(version) && version >= 0 && version < LARGEST_VERSION ? version : 0;
}

/** `NaN` if it isn't a number. No check accepts that. */
function numberOf(text: string | undefined): number {
  return text === undefined || text === '' ? NaN : Number(text);
}
