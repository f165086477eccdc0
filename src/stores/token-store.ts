import type { AccessTokenError } from '../errors';
import type { RefreshFailure, TokenRecord, UnstoredRecord } from '../lifetime';
import type { WantedToken } from './engine/lease';
import type { ChainView } from './protocol/wire';

/** What a store knows about one token name. */
export interface StoredToken {
  /** `null` if there is none yet, or if the stored one is damaged. */
  record: TokenRecord | null;
  /** Why the last refresh failed. Kept even if there is no record. */
  failure?: RefreshFailure | undefined;
  /** The store's clock, Unix milliseconds. */
  now: number;
}

/** What a look at the store shows. Looking changes nothing. */
export interface StoreView extends StoredToken {
  /** `null` if no chain has ever beaten; `undefined` if an older transformer does not say. */
  chain: ChainView | null | undefined;
}

export interface CheckoutRequest extends WantedToken {
  tokenName: string;
  /** Names this execution. The lease is bound to it. */
  owner: string;
  /** Milliseconds until the lease lapses by itself. */
  leaseMs: number;
  /** Whether to check the background chain too: the caller can restart it. */
  watchChain?: boolean | undefined;
}

/**
 * - `granted`: the token is expiring, missing or rejected, and the caller must refresh it, unless the last failure blocks everybody until
 * `retryAt`;
 * - `held`: the same, but another worker is refreshing it;
 * - `not_needed`: the token needs no refresh.
 */
export type Lease = 'granted' | 'held' | 'not_needed';

export interface Checkout extends StoredToken {
  lease: Lease;
  /** The chain's heartbeat is late, and this caller must restart the chain. */
  restartChain?: boolean | undefined;
  /** Why the store can be read but not written. If a refresh is due, the lease is then `held`. */
  problem?: AccessTokenError | undefined;
}

export interface CommitRequest {
  tokenName: string;
  owner: string;
  /** The version that the new record replaces, 0 if there was none. */
  ifVersion: number;
  record: UnstoredRecord;
}

export type CommitResult =
  /** The token is stored. The warning says how it may still be lost. */
  | { status: 'committed'; version: number; warning?: AccessTokenError }
  | { status: 'version_conflict'; record: TokenRecord | null };

export interface ReleaseRequest {
  tokenName: string;
  owner: string;
  /** The version that the refresh should have replaced, 0 if there was none. If absent: whatever is stored. */
  ifVersion?: number | undefined;
  /** Why the refresh failed, if it did. Ignored if another version is stored by now. */
  failure?: RefreshFailure | undefined;
}

export interface ForgetRequest {
  tokenName: string;
  /** Whose token to forget: one for other settings stays. If absent: anybody's. See `TokenRecord`. */
  boundTo?: string | undefined;
}

/** The background chain's sign of life. */
export interface Heartbeat {
  chainId: string;
  hop: number;
  owner: string;
  /** Milliseconds until the next heartbeat, at most. */
  beatWithinMs: number;
  /** Whether this chain has never beaten. If absent: whether this is hop 0. */
  first?: boolean | undefined;
}

/** What a refresh under a lease needs from a store. All methods reject with an `AccessTokenError` if the store can't be used. */
export interface RefreshStore {
  /** Whether refresh tokens survive here. If not, each refresh starts from the connection. */
  readonly keepsRefreshTokens: boolean;
  read(tokenName: string): Promise<StoredToken>;
  /** Writes the record if the version is still `ifVersion`, and frees the owner's lease either way. */
  commit(request: CommitRequest): Promise<CommitResult>;
  /** Frees the owner's lease and stores the failure. Another worker's lease stays. */
  release(request: ReleaseRequest): Promise<void>;
}

/**
 * A place that keeps tokens. Every adapter passes `test/contract/token-store.ts`. All methods reject with an `AccessTokenError` if the
 * store can't be used.
 */
export interface TokenStore extends RefreshStore {
  /** Reads a token and the state of the chain. Changes nothing. */
  look(tokenName: string): Promise<StoreView>;
  /** Whether exactly one of several simultaneous callers gets the lease. */
  readonly isAtomic: boolean;
  /** Reads, and takes the refresh lease if a refresh is due. */
  checkout(request: CheckoutRequest): Promise<Checkout>;
  /**
   * Removes a token for everybody, and prevents a refresh under way from bringing it back. The next checkout starts from the settings.
   *
   * @returns whether there was one
   */
  forget(request: ForgetRequest): Promise<boolean>;
  /** Notes the chain's heartbeat; `false` tells an older chain to end. */
  heartbeat(heartbeat: Heartbeat): Promise<boolean>;
  /** Closes connections. */
  close(): void;
}
