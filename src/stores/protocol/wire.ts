import { isObject } from '../../json';
import { isRefreshFailure } from '../../lifetime';
import type { RefreshFailure, TokenRecord } from '../../lifetime';
import type { WantedToken } from '../engine/lease';
import type { CheckoutRequest, CommitRequest, ForgetRequest, Lease, ReleaseRequest } from '../token-store';

/** The default token name. */
export const DEFAULT_TOKEN_NAME = 'accessToken';

// The bodies of the shared store's protocol: POST, JSON, to the Endpoint's URL. `timestamp` and `expires_in` are
// seconds. Times in camelCase are milliseconds; points in time are Unix milliseconds.

export interface ReadOperation {
  op: 'read';
  tokenName: string;
  /** Whether to read the chain's state as well. */
  chain?: boolean;
}

export interface CheckoutOperation extends CheckoutRequest {
  op: 'checkout';
}

export interface CommitOperation extends CommitRequest {
  op: 'commit';
}

export interface ReleaseOperation extends ReleaseRequest {
  op: 'release';
}

/** Since version 0.2. Older transformers answer 400 `invalid_request`, field `op`. */
export interface ForgetOperation extends ForgetRequest {
  op: 'forget';
}

/** The chain's heartbeat. */
export interface BeatOperation {
  op: 'beat';
  chainId: string;
  hop: number;
  owner: string;
  leaseMs: number;
  /** The next heartbeat comes within this time, milliseconds. */
  beatWithinMs?: number;
  /** Whether this is the chain's first heartbeat. Without it, hop 0 counts as the first. */
  first?: boolean | undefined;
  /**
   * Whether the sender can alert somebody about tokens in trouble. Transformers before version 0.2 ignore it and answer
   * without `alerts`.
   */
  alerts?: true | undefined;
  tokens: Array<{ tokenName: string } & Omit<WantedToken, 'rejected'>>;
}

export type StoreOperation = ReadOperation | CheckoutOperation | CommitOperation | ReleaseOperation | ForgetOperation | BeatOperation;

/** The classic update: the whole body for a token that was refreshed elsewhere. */
export interface ClassicUpdate {
  token: Record<string, unknown>;
  timestamp: number;
  endpointSecret: string;
  tokenName?: string;
}

export interface ReadAnswer {
  record: TokenRecord | null;
  /** Only if there is no record that carries it. */
  failure?: RefreshFailure;
  /** Only with `chain`. `null` if no chain has ever sent a heartbeat. Older transformers leave it out. */
  chain?: ChainView | null;
  now: number;
}

/** The chain as its store sees it. */
export interface ChainView {
  chainId: string;
  hop: number;
  /** The last heartbeat, Unix milliseconds. */
  at: number;
  /** The time from which the next heartbeat is late, Unix milliseconds. */
  dueBy: number;
}

/** @returns whether a value from outside is a complete view of a chain */
export function isChainView(value: unknown): value is ChainView {
  if (!isObject(value)) return false;
  const { chainId, hop, at, dueBy } = value;
  return typeof chainId === 'string' && [hop, at, dueBy].every((number) => typeof number === 'number');
}

export interface CheckoutAnswer extends ReadAnswer {
  lease: Lease;
  /** Only with `watchChain`: the chain is late, and the sender must start it again. */
  restartChain?: true;
}

export interface CommitAnswer {
  version: number;
}

export interface ForgetAnswer {
  /** Whether there was a token for these settings. */
  forgotten: boolean;
}

export interface ScheduleEntry {
  tokenName: string;
  /** Unix milliseconds; 0 if the store doesn't have the token. */
  refreshAt: number;
  /** Unix milliseconds; 0 if the store doesn't have the token. */
  expiresAt: number;
  /** 0 if the store doesn't have the token. */
  version: number;
  failure?: RefreshFailure;
}

/** @returns whether a value from outside is a complete entry, which the chain can compute with */
export function isScheduleEntry(value: unknown): value is ScheduleEntry {
  if (!isObject(value)) return false;
  const { tokenName, refreshAt, expiresAt, version, failure } = value;
  return (
    typeof tokenName === 'string' &&
    [refreshAt, expiresAt, version].every((number) => typeof number === 'number') &&
    (failure === undefined || isRefreshFailure(failure))
  );
}

export interface BeatAnswer {
  /** `false`: this chain must end, because a newer one is at work. */
  continue: boolean;
  schedule: ScheduleEntry[];
  granted: { tokenName: string; record: TokenRecord | null } | null;
  /** Only if the sender asked for alerts: what to send now. They count as told, so nobody else gets them. */
  alerts?: TokenAlert[] | undefined;
  now: number;
}

/** An alert about a token. Times are Unix milliseconds. */
export interface TokenAlert {
  tokenName: string;
  /** The code of the last failure; `recovered` for a token that is well again. */
  code: string;
  /** The time from which its refreshes have failed. */
  since: number;
  /** When the token expires; 0 if there is none. */
  expiresAt: number;
  /** The token is well again. */
  isOver?: true;
}

export type StoreError =
  | { error: 'invalid_endpoint_secret' }
  | { error: 'invalid_request'; field: string }
  | { error: 'version_conflict'; record: TokenRecord | null };
