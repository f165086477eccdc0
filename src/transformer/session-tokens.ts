import { isRefreshFailure } from '../lifetime';
import type { RefreshFailure, TokenRecord } from '../lifetime';
import { isChainState } from '../stores/chain-state';
import type { ChainState } from '../stores/chain-state';
import { isRunning } from '../stores/lease';
import type { HeldLease } from '../stores/lease';
import type { RecordCipher } from '../stores/record-cipher';
import { openRecord, sealRecord } from '../stores/sealed-record';
import type { StoreEnvironment } from './platform';

/** One token as it lies in the session storage. */
export interface SessionToken {
  record: TokenRecord | null;
  /** Somebody's lease, if it still runs. */
  lease: HeldLease | null;
  failure: RefreshFailure | undefined;
}

const STORE_USER = 'accessTokenStore';

/**
 * Tokens in the Endpoint's session storage. A token's record and its lease lie in two sessions: the
 * storage writes a session as a whole and the last write wins, so a worker that only takes a lease
 * must never write over the record that another one is just committing.
 */
export class SessionTokens {
  constructor(
    private readonly environment: StoreEnvironment,
    private readonly initialRecords: ReadonlyMap<string, TokenRecord>,
    private readonly cipher: RecordCipher,
  ) {}

  async loadRecord(tokenName: string): Promise<TokenRecord | null> {
    const { record: stored } = await this.session(`record:${tokenName}`);
    if (stored === undefined || stored === null) return this.initialRecords.get(tokenName) ?? null;
    const record = openRecord(stored, tokenName, this.cipher);
    if (record !== null) return record;
    this.environment.console.warn(`[access-token] The stored record of "${tokenName}" is damaged and will be replaced.`);
    return null;
  }

  async load(tokenName: string): Promise<SessionToken> {
    const [record, marks] = await Promise.all([this.loadRecord(tokenName), this.session(`lease:${tokenName}`)]);
    const lease = marks['lease'] as HeldLease | null | undefined;
    const failure = readFailure(marks['failure'], record);
    return {
      record: record === null || failure === undefined ? record : { ...record, failure },
      lease: isRunning(lease, this.environment.now()) ? lease : null,
      failure,
    };
  }

  async saveRecord(tokenName: string, record: TokenRecord): Promise<void> {
    const session = await this.session(`record:${tokenName}`);
    session['record'] = sealRecord(record, tokenName, this.cipher);
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
    return isChainState(chain) ? chain : null;
  }

  async saveChain(chain: ChainState): Promise<void> {
    const session = await this.session('chain');
    session['chain'] = chain;
  }

  /** Who is starting the chain again, if somebody is. */
  async loadRestart(): Promise<HeldLease | null> {
    const { lease } = await this.session('chain-restart');
    return isRunning(lease as HeldLease | null | undefined, this.environment.now()) ? (lease as HeldLease) : null;
  }

  async saveRestart(lease: HeldLease): Promise<void> {
    const session = await this.session('chain-restart');
    session['lease'] = lease;
  }

  private session(name: string) {
    return this.environment.getSessionStorage(STORE_USER, name);
  }
}

/** A failure belongs to the version that was to be replaced: the next commit outdates it. */
function readFailure(value: unknown, record: TokenRecord | null): RefreshFailure | undefined {
  if (!isRefreshFailure(value)) return undefined;
  const { code, at, attempts, retryAt } = value;
  const { version } = value as RefreshFailure & { version?: unknown };
  return version === (record?.version ?? 0) ? { code, at, attempts, retryAt } : undefined;
}
