import { AccessTokenError } from '../errors';
import { isFailureOf, isForeign } from '../lifetime';
import type { RefreshFailure, TokenRecord } from '../lifetime';
import type { StoredToken } from '../stores/token-store';

/** The part of a stored entry that belongs to the caller's settings. */
export interface OwnPart {
  /** The token that a refresh would replace. */
  record: TokenRecord | null;
  /** Why the last refresh failed. */
  failure: RefreshFailure | undefined;
  /** The stored version, even if the token is for something else; 0 if nothing is stored. */
  version: number;
  /** Whether the stored token is for something else. */
  isForeign: boolean;
}

/** The marks of the caller's settings, see `TokenRecord` and `RefreshFailure`. */
export interface Marks {
  boundTo: string | undefined;
  settings: string | undefined;
}

export function ownPart({ record, failure }: Omit<StoredToken, 'now'>, { boundTo, settings }: Marks): OwnPart {
  const foreign = record !== null && isForeign(record, boundTo);
  return {
    record: foreign ? null : record,
    failure: failure !== undefined && isFailureOf(failure, settings) ? failure : undefined,
    version: record?.version ?? 0,
    isForeign: foreign,
  };
}

/** Two connections that keep their tokens under one name overwrite each other's. */
export function nameInUse({ tokenName }: { tokenName: string }): AccessTokenError {
  return new AccessTokenError('token_name_in_use', `"${tokenName}" held a token for something else, which was replaced.`);
}
