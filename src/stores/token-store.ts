import type { AccessTokenError } from '../errors';
import type { RefreshFailure, TokenRecord, UnstoredRecord } from '../lifetime';
import type { WantedToken } from './engine/lease';
import type { ChainView } from './protocol/wire';

/** What a store knows under one token name. */
export interface StoredToken {
  /** `null` when there is none yet, or when what is stored is damaged. */
  record: TokenRecord | null;
  /** Why the last refresh failed; kept also where there is no record to carry it. */
  failure?: RefreshFailure | undefined;
  /** The store's clock, Unix milliseconds. */
  now: number;
}

/** A look into the store that changes nothing in it. */
export interface StoreView extends StoredToken {
  /** `null`: none has ever beaten; `undefined`: an older transformer, which does not tell. */
  chain: ChainView | null | undefined;
}

export interface CheckoutRequest extends WantedToken {
  tokenName: string;
  /** Names this execution; the lease is bound to it. */
  owner: string;
  /** Milliseconds after which the lease lapses by itself. */
  leaseMs: number;
  /** Whether to look after the background chain as well: the caller can start it again. */
  watchChain?: boolean | undefined;
}

/**
 * - `granted`: the token is expiring, missing or rejected, and the caller is the one to refresh it, unless the last
 *   failure keeps everybody from that until `retryAt`;
 * - `held`: the same, but somebody else is refreshing it;
 * - `not_needed`: the token needs no refresh.
 */
export type Lease = 'granted' | 'held' | 'not_needed';

export interface Checkout extends StoredToken {
  lease: Lease;
  /** The chain's heartbeat is late, and this caller is the one to start it again. */
  restartChain?: boolean | undefined;
  /** Why the store can be read and not written: then the lease is `held` where a refresh is due. */
  problem?: AccessTokenError | undefined;
}

export interface CommitRequest {
  tokenName: string;
  owner: string;
  /** The version that the new record replaces, 0 where there was none. */
  ifVersion: number;
  record: UnstoredRecord;
}

export type CommitResult =
  /** The warning says how it may be lost all the same. */
  | { status: 'committed'; version: number; warning?: AccessTokenError }
  | { status: 'version_conflict'; record: TokenRecord | null };

export interface ReleaseRequest {
  tokenName: string;
  owner: string;
  /** The version that the refresh was to replace, 0 where there was none; without it, whatever is stored. */
  ifVersion?: number | undefined;
  /** Why the refresh failed, if it did; forgotten where another version is stored by now. */
  failure?: RefreshFailure | undefined;
}

export interface ForgetRequest {
  tokenName: string;
  /** Whose token: one that is for other settings stays. Without it, anybody's. See `TokenRecord`. */
  boundTo?: string | undefined;
}

/** A sign of life of the background chain. */
export interface Heartbeat {
  chainId: string;
  hop: number;
  owner: string;
  /** Milliseconds within which the next heartbeat is to be expected. */
  beatWithinMs: number;
  /** Whether this chain has never beaten; without it, whether this is hop 0. */
  first?: boolean | undefined;
}

/** What a refresh under a lease needs of a store. All methods reject with an `AccessTokenError` when the store can't be used. */
export interface RefreshStore {
  /** Whether refresh tokens survive in here; where they don't, each refresh starts from the connection. */
  readonly keepsRefreshTokens: boolean;
  read(tokenName: string): Promise<StoredToken>;
  /** Writes the record if the version is still `ifVersion`, and frees the owner's lease either way. */
  commit(request: CommitRequest): Promise<CommitResult>;
  /** Frees the owner's lease and keeps the failure; somebody else's lease stays. */
  release(request: ReleaseRequest): Promise<void>;
}

/**
 * A place where tokens are kept. Every adapter passes `test/contract/token-store.ts`; all methods
 * reject with an `AccessTokenError` when the store can't be used.
 */
export interface TokenStore extends RefreshStore {
  /** Reads a token and how the chain is; changes nothing. */
  look(tokenName: string): Promise<StoreView>;
  /** Whether of several callers at the same moment exactly one is granted a lease. */
  readonly isAtomic: boolean;
  /** Reads, and takes the refresh lease where a refresh is due. */
  checkout(request: CheckoutRequest): Promise<Checkout>;
  /**
   * Takes a token away for everybody, and keeps whoever is refreshing it from bringing it back. The next checkout starts anew
   * from the settings.
   *
   * @returns whether there was one
   */
  forget(request: ForgetRequest): Promise<boolean>;
  /** Takes note of the chain's heartbeat; `false` tells an older chain to end. */
  heartbeat(heartbeat: Heartbeat): Promise<boolean>;
  /** Lets go of connections. */
  close(): void;
}
