import { isObject } from '../../json';
import { isRefreshFailure } from '../../lifetime';
import type { RefreshFailure, TokenRecord } from '../../lifetime';
import type { WantedToken } from '../engine/lease';
import type { CheckoutRequest, CommitRequest, ForgetRequest, Lease, ReleaseRequest } from '../token-store';

/** The token name where nothing else is said. */
export const DEFAULT_TOKEN_NAME = 'accessToken';

// The bodies of the shared store's protocol: POST, JSON, to the Endpoint's URL. `timestamp` and
// `expires_in` are seconds; every camelCase time is milliseconds, Unix where it is a point in time.

export interface ReadOperation {
  op: 'read';
  tokenName: string;
  /** Whether to tell of the chain as well; nothing is changed by looking. */
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

/** Of transformers since version 0.2; those before answer 400 `invalid_request`, field `op`. */
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
  /** Milliseconds within which the next heartbeat is to be expected. */
  beatWithinMs?: number;
  /** Whether this chain has never beaten; without it, whether this is hop 0. */
  first?: boolean | undefined;
  /** Whether the sender tells somebody of tokens in trouble. Transformers before version 0.2 don't know it, and answer without `alerts`. */
  alerts?: true | undefined;
  tokens: Array<{ tokenName: string } & Omit<WantedToken, 'rejected'>>;
}

export type StoreOperation = ReadOperation | CheckoutOperation | CommitOperation | ReleaseOperation | ForgetOperation | BeatOperation;

/** The classic update: the whole body of a token that was refreshed elsewhere. */
export interface ClassicUpdate {
  token: Record<string, unknown>;
  timestamp: number;
  endpointSecret: string;
  tokenName?: string;
}

export interface ReadAnswer {
  record: TokenRecord | null;
  /** Only where there is no record to carry it. */
  failure?: RefreshFailure;
  /** Only with `chain`; `null` where none has ever beaten. Older transformers leave it out. */
  chain?: ChainView | null;
  now: number;
}

/** The chain as its store sees it. */
export interface ChainView {
  chainId: string;
  hop: number;
  /** The last heartbeat, Unix milliseconds. */
  at: number;
  /** When the next heartbeat is late, Unix milliseconds. */
  dueBy: number;
}

/** @returns whether a value from outside is a whole view of a chain */
export function isChainView(value: unknown): value is ChainView {
  if (!isObject(value)) return false;
  const { chainId, hop, at, dueBy } = value;
  return typeof chainId === 'string' && [hop, at, dueBy].every((number) => typeof number === 'number');
}

export interface CheckoutAnswer extends ReadAnswer {
  lease: Lease;
  /** Only with `watchChain`: the chain's heartbeat is late, and the sender is the one to start it again. */
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
  /** Unix milliseconds; 0 for a token that the store does not have. */
  refreshAt: number;
  /** Unix milliseconds; 0 for a token that the store does not have. */
  expiresAt: number;
  /** 0 for a token that the store does not have. */
  version: number;
  failure?: RefreshFailure;
}

/** @returns whether a value from outside is a whole entry: the chain reckons with its times */
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
  /** `false`: a newer chain is at work, this one ends. */
  continue: boolean;
  schedule: ScheduleEntry[];
  granted: { tokenName: string; record: TokenRecord | null } | null;
  /** Only where they were asked for: what to tell now. They are noted as told, so that nobody else is given them. */
  alerts?: TokenAlert[] | undefined;
  now: number;
}

/** What somebody is to be told of a token. Times are Unix milliseconds. */
export interface TokenAlert {
  tokenName: string;
  /** Of the last failure; `recovered` for a token that is well again. */
  code: string;
  /** Since when its refresh has failed. */
  since: number;
  /** When the token ends; 0 where there is none. */
  expiresAt: number;
  /** It is well again. */
  isOver?: true;
}

export type StoreError =
  | { error: 'invalid_endpoint_secret' }
  | { error: 'invalid_request'; field: string }
  | { error: 'version_conflict'; record: TokenRecord | null };
