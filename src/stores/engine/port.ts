import type { AccessTokenError } from '../../errors';
import type { RefreshFailure, TokenRecord } from '../../lifetime';
import type { ChainState, RestartClaim } from './chain';
import type { Forgotten } from './forgotten';
import type { HeldLease } from './lease';

/** The keys of a store: one for each token, and one for the background chain. */
export type StoreKey = `token:${string}` | 'chain';

/** The parts of a token's entry; `null` removes one. */
export interface TokenParts {
  record?: TokenRecord | null;
  lease?: HeldLease | null;
  /** Belongs to the version that the failed refresh would have replaced. */
  failure?: (RefreshFailure & { version: number }) | null;
  /** Written when a record is removed. Never removed itself. */
  forgotten?: Forgotten;
}

/** The parts of the chain's entry. */
export interface ChainParts {
  chain?: ChainState;
  restart?: RestartClaim;
}

export type PartsOf<K extends StoreKey> = K extends 'chain' ? ChainParts : TokenParts;

export interface Loaded<K extends StoreKey> {
  /** The parts as they are stored. The engine checks those it uses. A record that can't be read counts as missing. */
  parts: Readonly<Record<keyof PartsOf<K>, unknown>>;
  /** What `save` wants back. */
  revision: unknown;
  /** The store's clock, Unix milliseconds. */
  now: number;
  /** When the record was written, Unix milliseconds. Only in a store that forgets records unless they are rewritten. */
  writtenAt?: number | undefined;
}

/** A storage for entries, without any rules of its own. */
export interface StorePort {
  /** Whether refresh tokens may be stored here. */
  readonly keepsRefreshTokens: boolean;
  /** Whether `save` refuses if somebody else has changed the entry. Otherwise the last write wins. */
  readonly isAtomic: boolean;
  /** @throws AccessTokenError the store's errors, and encryption_key_unknown */
  load<K extends StoreKey>(key: K): Promise<Loaded<K>>;
  /**
   * Writes the given parts and leaves the others.
   *
   * @returns `true`; `false` if the entry has changed since it was loaded, then nothing is written; an error if it is
   *   written but may still get lost
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
