import { AccessTokenError, reportOf } from '../errors';
import type { ErrorReport } from '../errors';
import { bytesOf } from '../json';
import { toResult } from '../refresh/result';
import type { TokenResult } from '../refresh/result';
import { MOST_BYTES } from '../settings/result';
import type { ShownToken } from './token-keeping';

/**
 * The result of a node that hands out the token. The platform refuses a value that is too large, and the Flow would go
 * on with the previous one. So such a result becomes an error.
 */
export function tokenResult({ handedOut, refreshPercent, shape, response }: ShownToken): TokenResult | { error: ErrorReport } {
  const result = toResult(handedOut, refreshPercent, shape, response);
  const bytes = bytesOf(JSON.stringify(result));
  if (bytes <= MOST_BYTES) return result;
  // A large token needn't appear twice: `authorization` has the header's value.
  delete result.headers;
  if (bytesOf(JSON.stringify(result)) <= MOST_BYTES) return result;
  const message = `The result has ${Math.ceil(bytes / 1000)} kB; the platform accepts ${MOST_BYTES / 1000} kB.`;
  return { error: reportOf(new AccessTokenError('token_too_large', message)) };
}
