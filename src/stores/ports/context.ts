import type { TokenRecord } from '../../lifetime';
import { tokenNameIn } from '../engine/port';
import type { Loaded, PartsOf, StoreKey, StorePort, TokenParts } from '../engine/port';

/** Token records by token name, in a conversation's context. */
export interface TokenCopies {
  get(tokenName: string): TokenRecord | null;
  put(tokenName: string, record: TokenRecord): void;
  remove(tokenName: string): void;
}

/**
 * The conversation's own context. The turns of a conversation come one after the other, so leases and failures aren't
 * stored. The whole Flow can read the context, so refresh tokens stay out of it.
 */
export class ContextPort implements StorePort {
  readonly keepsRefreshTokens = false;
  readonly isAtomic = true;

  /** @param now Unix milliseconds */
  constructor(
    private readonly copies: TokenCopies,
    private readonly now: () => number,
  ) {}

  load<K extends StoreKey>(key: K): Promise<Loaded<K>> {
    const tokenName = tokenNameIn(key);
    const record = tokenName === undefined ? undefined : this.copies.get(tokenName);
    return Promise.resolve({ parts: { record } as Loaded<K>['parts'], revision: record?.version, now: this.now() });
  }

  save<K extends StoreKey>(key: K, changes: PartsOf<K>, ifRevision: unknown): Promise<boolean> {
    const tokenName = tokenNameIn(key);
    const { record } = changes as TokenParts;
    if (tokenName === undefined || record === undefined) return Promise.resolve(true);
    if (this.copies.get(tokenName)?.version !== ifRevision) return Promise.resolve(false);
    if (record === null) this.copies.remove(tokenName);
    else this.copies.put(tokenName, withoutRefreshToken(record));
    return Promise.resolve(true);
  }

  close(): void {
    // There is no connection.
  }
}

/** The part of a record that may go into a context: no refresh token, and nothing that only stores need. */
export function withoutRefreshToken({ failure: _, token, ...record }: TokenRecord): TokenRecord {
  const { access_token, token_type, expires_in, scope, lifetime_assumed, after_rejection } = token;
  const marks = { ...(lifetime_assumed ? { lifetime_assumed } : {}), ...(after_rejection ? { after_rejection } : {}) };
  return {
    token: { access_token, token_type, expires_in, ...(scope === undefined ? {} : { scope }), ...marks },
    ...record,
  };
}
