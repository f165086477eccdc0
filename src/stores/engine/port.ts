import type { AccessTokenError } from '../../errors';
import type { RefreshFailure, TokenRecord } from '../../lifetime';
import type { ChainState, RestartClaim } from './chain';
import type { Forgotten } from './forgotten';
import type { HeldLease } from './lease';

/** What a store holds: an entry for each token, and one for the background chain. */
export type StoreKey = `token:${string}` | 'chain';

/** The parts of a token's entry; `null` removes one. */
export interface TokenParts {
  record?: TokenRecord | null;
  lease?: HeldLease | null;
  /** The failure of the record's version that should have been replaced. */
  failure?: (RefreshFailure & { version: number }) | null;
  /** Written when a record is removed, and never removed itself. */
  forgotten?: Forgotten;
}

/** The parts of the chain's entry. */
export interface ChainParts {
  chain?: ChainState;
  restart?: RestartClaim;
}

export type PartsOf<K extends StoreKey> = K extends 'chain' ? ChainParts : TokenParts;

export interface Loaded<K extends StoreKey> {
  /** As stored: the engine checks everything it uses. A record that can't be read counts as missing. */
  parts: Readonly<Record<keyof PartsOf<K>, unknown>>;
  /** What `save` needs to detect a change by another worker. */
  revision: unknown;
  /** The store's clock, Unix milliseconds. */
  now: number;
  /** When the record was written, Unix milliseconds, in a store that drops what is not rewritten. */
  writtenAt?: number | undefined;
}

/** A place that keeps entries, without any rules. */
export interface StorePort {
  /** Whether refresh tokens may be stored here. */
  readonly keepsRefreshTokens: boolean;
  /** Whether `save` refuses if another worker has changed the entry. Otherwise the last write wins. */
  readonly isAtomic: boolean;
  /** @throws AccessTokenError the store's errors, and encryption_key_unknown */
  load<K extends StoreKey>(key: K): Promise<Loaded<K>>;
  /**
   * Writes the given parts and leaves the others.
   *
   * @returns `false` if the entry has changed since it was loaded, and nothing was written; an error if it was written but may be lost
   * @throws AccessTokenError the store's errors
   */
  save<K extends StoreKey>(key: K, changes: PartsOf<K>, ifRevision: unknown): Promise<boolean | AccessTokenError>;
  /** Closes connections. */
  close(): void;
}

/** @returns the name of the entry's token; `undefined` for the chain's entry */
export function tokenNameIn(key: StoreKey): string | undefined {
  return key === 'chain' ? undefined : key.slice('token:'.length);
}
