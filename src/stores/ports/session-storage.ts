import type { TokenRecord } from '../../lifetime';
import { logLine } from '../../log';
import { tokenNameIn } from '../engine/port';
import type { ChainParts, Loaded, PartsOf, StoreKey, StorePort, TokenParts } from '../engine/port';
import type { RecordCipher } from './record-cipher';
import { SealedRecords } from './sealed-records';

/** An object whose top-level assignments are stored. Changes deeper down may get lost. */
export type Session = Record<string, unknown>;

type Found<K extends StoreKey> = Pick<Loaded<K>, 'parts' | 'writtenAt'>;

export interface SessionStorageOptions {
  getSessionStorage: (userId: string, sessionId: string) => Promise<Session>;
  console: { warn(message: string): void };
  /** Unix milliseconds. */
  now: () => number;
  cipher: RecordCipher;
  /**
   * The user whose sessions the store uses, an id that no chat user can have; then the users of earlier Endpoint
   * secrets. Their sessions are read until they are written anew. Called with the first operation.
   */
  userIds: () => readonly [own: string, ...former: string[]];
  /** Tokens to start from, by token name. Used until the first refresh is stored. */
  initialRecords: ReadonlyMap<string, TokenRecord>;
}

/**
 * The Endpoint's session storage. It writes a session as a whole, and the last write wins. So a token's record and its
 * lease lie in two sessions: a worker that only takes a lease must never overwrite a record that another one is
 * committing. The failure lies with the lease.
 */
export class SessionStoragePort implements StorePort {
  readonly keepsRefreshTokens = true;
  /** The last write wins, with a delay. */
  readonly isAtomic = false;
  private readonly sealedRecords: SealedRecords;
  /** Sessions of former users that were read. They are emptied when their successors are written. */
  private readonly toClear = new Map<string, Session>();

  constructor(private readonly options: SessionStorageOptions) {
    this.sealedRecords = new SealedRecords(options.cipher);
  }

  async load<K extends StoreKey>(key: K): Promise<Loaded<K>> {
    const tokenName = tokenNameIn(key);
    const found = await (tokenName === undefined ? this.loadChain() : this.loadToken(tokenName));
    return { ...(found as Found<K>), revision: undefined, now: this.options.now() };
  }

  async save<K extends StoreKey>(key: K, changes: PartsOf<K>): Promise<boolean> {
    const tokenName = tokenNameIn(key);
    if (tokenName === undefined) {
      const { chain, restart } = changes as ChainParts;
      if (chain !== undefined) await this.write('chain', { chain });
      if (restart !== undefined) await this.write('chain-restart', { claim: restart });
      return true;
    }
    const { record, forgotten, ...marks } = changes as TokenParts;
    if (record) await this.write(`record:${tokenName}`, { record: this.sealedRecords.seal(record, tokenName), writtenAt: this.options.now() });
    if (record === null) {
      this.sealedRecords.drop(tokenName);
      // Both go into one session, so that a write a moment later leaves the mark.
      await this.write(`record:${tokenName}`, { record, writtenAt: null, forgotten });
      await this.clearFormer(`record:${tokenName}`);
    }
    if (Object.keys(marks).length > 0) await this.write(`lease:${tokenName}`, marks);
    return true;
  }

  close(): void {
    // There is no connection.
  }

  private open({ record: stored }: Session, tokenName: string): TokenRecord | null {
    const { initialRecords, console } = this.options;
    if (stored === undefined || stored === null) return initialRecords.get(tokenName) ?? null;
    const record = this.sealedRecords.open(stored, tokenName);
    if (typeof record !== 'string') return record;
    const why = record === 'damaged' ? 'is damaged' : 'is encrypted with another Endpoint secret';
    console.warn(logLine('warn', 'record_unreadable', `The stored record ${why} and will be replaced.`, { token: tokenName }));
    return null;
  }

  private async loadToken(tokenName: string): Promise<Found<`token:${string}`>> {
    const [kept, { lease, failure }] = await this.readTogether(`record:${tokenName}`, `lease:${tokenName}`);
    // A record of version 0.1 has no time. It was written long ago.
    const { record: stored, writtenAt = stored === undefined || stored === null ? undefined : 0 } = kept;
    return {
      parts: { record: this.open(kept, tokenName), lease, failure, forgotten: kept['forgotten'] },
      writtenAt: typeof writtenAt === 'number' ? writtenAt : undefined,
    };
  }

  private async loadChain(): Promise<Found<'chain'>> {
    const [{ chain }, { claim }] = await this.readTogether('chain', 'chain-restart');
    return { parts: { chain, restart: claim } };
  }

  /**
   * Reads a session and one that goes with it: a record with its lease. Both belong to the store's own user as soon as
   * the first one does, so what a former user had of the second is of no use then.
   */
  private async readTogether(first: string, second: string): Promise<[Session, Session]> {
    const [own] = this.options.userIds();
    const [leading, following] = await Promise.all([this.options.getSessionStorage(own, first), this.options.getSessionStorage(own, second)]);
    if (isFilled(leading)) return [leading, following];
    // One that was written and emptied again is nobody else's: a freed lease is read often.
    const isWritten = Object.keys(following).length > 0;
    return Promise.all([this.readFormer(first, leading), isWritten ? following : this.readFormer(second, following)]);
  }

  /** @returns the session of the former user who wrote it last; if there is none, the store's own, which holds nothing */
  private async readFormer(sessionId: string, own: Session): Promise<Session> {
    const [, ...former] = this.options.userIds();
    for (const userId of former) {
      const earlier = await this.options.getSessionStorage(userId, sessionId);
      if (!isFilled(earlier)) continue;
      this.toClear.set(sessionId, earlier);
      return earlier;
    }
    return own;
  }

  private async write(sessionId: string, members: Session): Promise<void> {
    const [own] = this.options.userIds();
    const session = await this.options.getSessionStorage(own, sessionId);
    const earlier = this.toClear.get(sessionId);
    Object.assign(session, earlier, members);
    if (earlier === undefined) return;
    this.toClear.delete(sessionId);
    empty(earlier);
  }

  /** Empties the former users' sessions, even if the store's own session hid them. */
  private async clearFormer(sessionId: string): Promise<void> {
    const [, ...former] = this.options.userIds();
    const sessions = await Promise.all(former.map((userId) => this.options.getSessionStorage(userId, sessionId)));
    sessions.forEach(empty);
  }
}

function empty(session: Session): void {
  for (const [member, value] of Object.entries(session)) if (isThere(value)) session[member] = null;
}

function isFilled(session: Session): boolean {
  return Object.values(session).some(isThere);
}

function isThere(member: unknown): boolean {
  return member !== null && member !== undefined;
}
