import { AccessTokenError } from '../errors';
import { isFailureOf, isForeign } from '../lifetime';
import type { RefreshFailure, TokenRecord } from '../lifetime';
import type { StoredToken } from '../stores/token-store';

/** What a store holds under a token's name, if it belongs to the caller's settings. */
export interface OwnPart {
  /** The token to replace. */
  record: TokenRecord | null;
  /** Why the last refresh failed. */
  failure: RefreshFailure | undefined;
  /** The version of whatever is stored, 0 if nothing is. */
  version: number;
  /** The stored token belongs to other settings. */
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

/** Two settings that use one name take the token from each other. */
export function nameInUse({ tokenName }: { tokenName: string }): AccessTokenError {
  return new AccessTokenError('token_name_in_use', `"${tokenName}" held a token for something else, which was replaced.`);
}
