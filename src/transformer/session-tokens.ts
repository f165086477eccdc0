import { isRefreshFailure } from '../lifetime';
import type { RefreshFailure, TokenRecord } from '../lifetime';
import { isChainState, isRestartClaim } from '../stores/chain-state';
import type { ChainState, RestartClaim } from '../stores/chain-state';
import { isRunning } from '../stores/lease';
import type { HeldLease } from '../stores/lease';
import { LONGEST_BEAT_MS, LONGEST_LEASE_MS } from '../stores/parse-message';
import type { RecordCipher } from '../stores/record-cipher';
import type { StoreEnvironment } from './platform';
import { SealedRecords } from './sealed-records';

/** One token as it lies in the session storage. */
export interface SessionToken {
  record: TokenRecord | null;
  /** Somebody's lease, if it still runs. */
  lease: HeldLease | null;
  failure: RefreshFailure | undefined;
}

/** Whose sessions the store's are. */
export const STORE_USER = 'accessTokenStore';
/** A failure that would keep refreshes away for longer, milliseconds, is a damaged one, or a clock's mistake. */
const LONGEST_GATE_MS = 24 * 3600 * 1000;

/**
 * Tokens in the Endpoint's session storage. A token's record and its lease lie in two sessions: the
 * storage writes a session as a whole and the last write wins, so a worker that only takes a lease
 * must never write over the record that another one is just committing.
 */
export class SessionTokens {
  private readonly sealedRecords: SealedRecords;

  constructor(
    private readonly environment: StoreEnvironment,
    private readonly initialRecords: ReadonlyMap<string, TokenRecord>,
    cipher: RecordCipher,
  ) {
    this.sealedRecords = new SealedRecords(cipher);
  }

  async loadRecord(tokenName: string): Promise<TokenRecord | null> {
    const { record: stored } = await this.session(`record:${tokenName}`);
    if (stored === undefined || stored === null) return this.initialRecords.get(tokenName) ?? null;
    const record = this.sealedRecords.open(stored, tokenName);
    if (typeof record !== 'string') return record;
    const why = record === 'damaged' ? 'is damaged' : 'is encrypted with another Endpoint secret';
    this.environment.console.warn(`[access-token] The stored record of "${tokenName}" ${why} and will be replaced.`);
    return null;
  }

  async load(tokenName: string): Promise<SessionToken> {
    const [record, marks] = await Promise.all([this.loadRecord(tokenName), this.session(`lease:${tokenName}`)]);
    const failure = readFailure(marks['failure'], record, this.environment.now());
    return {
      record: record === null || failure === undefined ? record : { ...record, failure },
      lease: this.readLease(marks['lease']),
      failure,
    };
  }

  async saveRecord(tokenName: string, record: TokenRecord): Promise<void> {
    const session = await this.session(`record:${tokenName}`);
    session['record'] = this.sealedRecords.seal(record, tokenName);
  }

  async saveLease(tokenName: string, lease: HeldLease | null): Promise<void> {
    const session = await this.session(`lease:${tokenName}`);
    session['lease'] = lease;
  }

  /** Frees the lease and notes the failure of a refresh that was to replace the record's `version`. */
  async saveFailure(tokenName: string, failure: RefreshFailure, version: number, free: boolean): Promise<void> {
    const session = await this.session(`lease:${tokenName}`);
    if (free) session['lease'] = null;
    session['failure'] = { ...failure, version };
  }

  async loadChain(): Promise<ChainState | null> {
    const { chain } = await this.session('chain');
    return isChainState(chain) && chain.dueBy <= this.environment.now() + LONGEST_BEAT_MS ? chain : null;
  }

  async saveChain(chain: ChainState): Promise<void> {
    const session = await this.session('chain');
    session['chain'] = chain;
  }

  /** Who is starting the chain again, if somebody is. */
  async loadRestart(): Promise<RestartClaim | null> {
    const { claim } = await this.session('chain-restart');
    return isRestartClaim(claim, this.environment.now()) ? claim : null;
  }

  async saveRestart(claim: RestartClaim): Promise<void> {
    const session = await this.session('chain-restart');
    session['claim'] = claim;
  }

  /** One that would run longer than any can be taken for is damaged: it must not keep everybody out for ever. */
  private readLease(value: unknown): HeldLease | null {
    const lease = value as HeldLease | null | undefined;
    const now = this.environment.now();
    return isRunning(lease, now) && lease.until <= now + LONGEST_LEASE_MS ? lease : null;
  }

  private session(name: string) {
    return this.environment.getSessionStorage(STORE_USER, name);
  }
}

/** A failure belongs to the version that was to be replaced: the next commit outdates it. */
function readFailure(value: unknown, record: TokenRecord | null, now: number): RefreshFailure | undefined {
  if (!isRefreshFailure(value) || value.retryAt > now + LONGEST_GATE_MS) return undefined;
  const { code, at, attempts, retryAt } = value;
  const { version } = value as RefreshFailure & { version?: unknown };
  return version === (record?.version ?? 0) ? { code, at, attempts, retryAt } : undefined;
}
