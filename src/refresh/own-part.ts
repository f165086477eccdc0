import { AccessTokenError } from '../errors';
import { isFailureOf, isForeign } from '../lifetime';
import type { RefreshFailure, TokenRecord } from '../lifetime';
import type { StoredToken } from '../stores/token-store';

/** What a store has under a token's name, as far as it belongs to the caller's settings. */
export interface OwnPart {
  /** The token that is to be replaced. */
  record: TokenRecord | null;
  /** Why the last refresh failed. */
  failure: RefreshFailure | undefined;
  /** Of whatever is stored, 0 where that is nothing. */
  version: number;
  /** The stored token is for something else. */
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

/** Two settings that keep their tokens under one name take them from each other. */
export function nameInUse({ tokenName }: { tokenName: string }): AccessTokenError {
  return new AccessTokenError('token_name_in_use', `"${tokenName}" held a token for something else, which was replaced.`);
}
