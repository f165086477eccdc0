import type { AccessTokenError } from '../../errors';
import type { RefreshFailure, TokenRecord } from '../../lifetime';
import type { ChainState, RestartClaim } from './chain';
import type { Forgotten } from './forgotten';
import type { HeldLease } from './lease';

/** What lies in a store: an entry for each token, and one for the background chain. */
export type StoreKey = `token:${string}` | 'chain';

/** The parts of a token's entry; `null` takes one away. */
export interface TokenParts {
  record?: TokenRecord | null;
  lease?: HeldLease | null;
  /** A failure belongs to the record's version that was to be replaced. */
  failure?: (RefreshFailure & { version: number }) | null;
  /** Written with a record that is taken away, and never taken away itself. */
  forgotten?: Forgotten;
}

/** The parts of the chain's entry. */
export interface ChainParts {
  chain?: ChainState;
  restart?: RestartClaim;
}

export type PartsOf<K extends StoreKey> = K extends 'chain' ? ChainParts : TokenParts;

export interface Loaded<K extends StoreKey> {
  /** As they lie there: the engine checks what it reckons with. A record that can't be read counts as missing. */
  parts: Readonly<Record<keyof PartsOf<K>, unknown>>;
  /** What `save` wants back. */
  revision: unknown;
  /** The store's clock, Unix milliseconds. */
  now: number;
  /** When the record was written, Unix milliseconds, in a store that forgets what is not written again. */
  writtenAt?: number | undefined;
}

/** A place where entries lie, without any rule of its own. */
export interface StorePort {
  /** Whether refresh tokens may be put in here. */
  readonly keepsRefreshTokens: boolean;
  /** Whether `save` refuses where somebody else has changed the entry meanwhile; else the last write wins. */
  readonly isAtomic: boolean;
  /** @throws AccessTokenError the store's, and encryption_key_unknown */
  load<K extends StoreKey>(key: K): Promise<Loaded<K>>;
  /**
   * Writes the parts that are given, and leaves the others.
   *
   * @returns `false` where the entry is not as it was loaded any more: then nothing is written; an error where it is written and
   *   may be lost all the same
   * @throws AccessTokenError the store's
   */
  save<K extends StoreKey>(key: K, changes: PartsOf<K>, ifRevision: unknown): Promise<boolean | AccessTokenError>;
  /** Lets go of connections. */
  close(): void;
}

/** @returns the name of the token that an entry is for; `undefined` for the chain's entry */
export function tokenNameIn(key: StoreKey): string | undefined {
  return key === 'chain' ? undefined : key.slice('token:'.length);
}
