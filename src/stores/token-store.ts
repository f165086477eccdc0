import type { AccessTokenError } from '../errors';
import type { RefreshFailure, TokenRecord, UnstoredRecord } from '../lifetime';
import type { WantedToken } from './engine/lease';
import type { ChainView } from './protocol/wire';

/** What a store knows under one token name. */
export interface StoredToken {
  /** `null` if there is none yet, or if the stored one is damaged. */
  record: TokenRecord | null;
  /** Why the last refresh failed. Also there if no record carries it. */
  failure?: RefreshFailure | undefined;
  /** The store's clock, Unix milliseconds. */
  now: number;
}

/** A read of the store that changes nothing. */
export interface StoreView extends StoredToken {
  /** `null`: no chain has ever sent a heartbeat. `undefined`: an older transformer, which doesn't tell. */
  chain: ChainView | null | undefined;
}

export interface CheckoutRequest extends WantedToken {
  tokenName: string;
  /** Names this execution, which owns the lease. */
  owner: string;
  /** The time after which the lease lapses by itself, milliseconds. */
  leaseMs: number;
  /** Whether to check the background chain as well, because the caller can start it again. */
  watchChain?: boolean | undefined;
}

/**
 * - `granted`: the token is due, missing or rejected, and the caller must refresh it. If the last failure's `retryAt`
 *   lies ahead, nobody may refresh before then.
 * - `held`: the same, but another execution is refreshing it.
 * - `not_needed`: the token needs no refresh.
 */
export type Lease = 'granted' | 'held' | 'not_needed';

export interface Checkout extends StoredToken {
  lease: Lease;
  /** The chain is late, and this caller must start it again. */
  restartChain?: boolean | undefined;
  /** Why the store can't be written, though it can be read. If a refresh is due, `lease` is then `held`. */
  problem?: AccessTokenError | undefined;
}

export interface CommitRequest {
  tokenName: string;
  owner: string;
  /** The version that the new record replaces; 0 if there was none. */
  ifVersion: number;
  record: UnstoredRecord;
}

export type CommitResult =
  /** The warning says how the record may still get lost. */
  | { status: 'committed'; version: number; warning?: AccessTokenError }
  | { status: 'version_conflict'; record: TokenRecord | null };

export interface ReleaseRequest {
  tokenName: string;
  owner: string;
  /** The version that the refresh would have replaced, 0 if there was none. Default: whatever is stored. */
  ifVersion?: number | undefined;
  /** Why the refresh failed, if it did. Dropped if another version is stored by now. */
  failure?: RefreshFailure | undefined;
}

export interface ForgetRequest {
  tokenName: string;
  /** What the token is for, see `TokenRecord`. A token for something else stays. Without it, any token is forgotten. */
  boundTo?: string | undefined;
}

/** A sign of life from the background chain. */
export interface Heartbeat {
  chainId: string;
  hop: number;
  owner: string;
  /** The next heartbeat comes within this time, milliseconds. */
  beatWithinMs: number;
  /** Whether this is the chain's first heartbeat. Without it, hop 0 counts as the first. */
  first?: boolean | undefined;
}

/** What a refresh under a lease needs from a store. All methods reject with an `AccessTokenError` if the store can't be used. */
export interface RefreshStore {
  /** Whether the store keeps refresh tokens. Otherwise each refresh starts from the connection. */
  readonly keepsRefreshTokens: boolean;
  read(tokenName: string): Promise<StoredToken>;
  /** Writes the record if the version is still `ifVersion`. Frees the owner's lease either way. */
  commit(request: CommitRequest): Promise<CommitResult>;
  /** Frees the owner's lease and keeps the failure. Another owner's lease stays. */
  release(request: ReleaseRequest): Promise<void>;
}

/**
 * A place where tokens are kept. Every adapter passes `test/contract/token-store.ts`. All methods reject with an
 * `AccessTokenError` if the store can't be used.
 */
export interface TokenStore extends RefreshStore {
  /** Reads a token and the chain's state, and changes nothing. */
  look(tokenName: string): Promise<StoreView>;
  /** Whether exactly one of several callers at the same moment gets a lease. */
  readonly isAtomic: boolean;
  /** Reads, and takes the refresh lease if a refresh is due. */
  checkout(request: CheckoutRequest): Promise<Checkout>;
  /**
   * Removes a token for everybody. A refresh in progress can't bring it back. The next checkout starts from the
   * settings.
   *
   * @returns whether there was a token
   */
  forget(request: ForgetRequest): Promise<boolean>;
  /** Records the chain's heartbeat. `false` tells an older chain to end. */
  heartbeat(heartbeat: Heartbeat): Promise<boolean>;
  /** Closes connections. */
  close(): void;
}
