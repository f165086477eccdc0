import type { TokenRecord } from '../lifetime';
import { needsRefresh } from './lease';
import type { Checkout, CheckoutRequest, CommitRequest, CommitResult, StoredToken, TokenStore } from './token-store';

/** Token records by token name, as they lie in a conversation's context. */
export interface TokenCopies {
  get(tokenName: string): TokenRecord | null;
  put(tokenName: string, record: TokenRecord): void;
}

export interface ConversationStoreOptions {
  copies: TokenCopies;
  /** Unix milliseconds. */
  now: () => number;
  fingerprint: (accessToken: string) => string;
}

/**
 * Keeps tokens for one conversation only. Turns of a conversation come one after the other, so a
 * lease is always free; and the context is open to the whole Flow, so refresh tokens stay out of it.
 */
export class ConversationStore implements TokenStore {
  readonly keepsRefreshTokens = false;
  readonly isAtomic = true;

  constructor(private readonly options: ConversationStoreOptions) {}

  read(tokenName: string): Promise<StoredToken> {
    return Promise.resolve({ record: this.options.copies.get(tokenName) });
  }

  checkout({ tokenName, ...request }: CheckoutRequest): Promise<Checkout> {
    const { copies, now, fingerprint } = this.options;
    const record = copies.get(tokenName);
    const lease = needsRefresh(record, request, now(), fingerprint) ? 'granted' : 'not_needed';
    return Promise.resolve({ record, lease });
  }

  commit({ tokenName, ifVersion, record }: CommitRequest): Promise<CommitResult> {
    const { copies } = this.options;
    const stored = copies.get(tokenName);
    if ((stored?.version ?? 0) !== ifVersion) return Promise.resolve({ status: 'version_conflict', record: stored });
    const version = ifVersion + 1;
    copies.put(tokenName, { ...withoutRefreshToken(record), version });
    return Promise.resolve({ status: 'committed', version });
  }

  /** A failed refresh leaves no mark: the next turn of this conversation may try again. */
  release(): Promise<void> {
    return Promise.resolve();
  }

  /** No chain keeps a conversation's tokens, but one that keeps others may come by. */
  heartbeat(): Promise<boolean> {
    return Promise.resolve(true);
  }

  close(): void {
    // There is nothing to let go of.
  }
}

/** What may be put into a context: the record without its refresh token and without what only stores need. */
export function withoutRefreshToken(record: Pick<TokenRecord, 'token' | 'timestamp'>): Omit<TokenRecord, 'version'> {
  const { access_token, token_type, expires_in, scope } = record.token;
  const token = { access_token, token_type, expires_in, ...(scope === undefined ? {} : { scope }) };
  return { token, timestamp: record.timestamp };
}
