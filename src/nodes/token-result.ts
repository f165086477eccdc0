import { AccessTokenError, reportOf } from '../errors';
import type { ErrorReport } from '../errors';
import { bytesOf } from '../json';
import { toResult } from '../refresh/result';
import type { TokenResult } from '../refresh/result';
import { MOST_BYTES } from '../settings/result';
import type { ShownToken } from './token-keeping';

/** The result of a node that hands the token out. What is too large, the platform refuses: the Flow would go on with whatever was there before. */
export function tokenResult({ handedOut, refreshPercent, shape, response }: ShownToken): TokenResult | { error: ErrorReport } {
  const result = toResult(handedOut, refreshPercent, shape, response);
  const bytes = bytesOf(JSON.stringify(result));
  if (bytes <= MOST_BYTES) return result;
  // A large token need not be there once more: `authorization` has the header's value.
  delete result.headers;
  if (bytesOf(JSON.stringify(result)) <= MOST_BYTES) return result;
  const message = `The result has ${Math.ceil(bytes / 1000)} kB; the platform accepts ${MOST_BYTES / 1000} kB.`;
  return { error: reportOf(new AccessTokenError('token_too_large', message)) };
}
