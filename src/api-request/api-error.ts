import { AccessTokenError } from '../errors';
import { lacksScope, scopeWanted } from './refused-token';
import type { ApiResult } from './result';

/** The likely remedy by status. The first match counts. */
const REMEDIES: readonly (readonly [status: RegExp, remedy: string])[] = [
  [/401/, 'Check scope and audience in the connection, and that this API accepts tokens from this server. See "body" of the result.'],
  [/403/, 'Give this client or user the right to do this. See "body" of the result.'],
  [/404|410/, 'Check the URL, and that its resource exists.'],
  [/405/, 'Check the method and the URL.'],
  [/400|409|411|415|422/, 'Check URL, headers and body: "body" of the result says what is wrong.'],
  [/413/, 'Send less: the body is larger than the API accepts.'],
  [/429/, 'Call the API less often, or later: see "retry-after" in "headers" of the result.'],
  [/5../, 'Try again later. If it persists, ask the operator of the API.'],
];

/**
 * The error for a status of 400 or more, or for another answer that refuses the token.
 *
 * @param problem why the token could not be replaced, as the end of a sentence
 */
export function apiError({ status, headers }: Pick<ApiResult, 'status' | 'headers'>, problem?: string): AccessTokenError {
  const message = `The API answered ${status}${problem === undefined ? '' : `, and ${problem}`}.`;
  if (!lacksScope(headers)) return new AccessTokenError('api_error', message, { status, remedy: REMEDIES.find(([statuses]) => statuses.test(String(status)))?.[1] });
  const scope = scopeWanted(headers);
  const remedy = `Ask for a token with the scope ${scope === undefined ? 'that the API names in "www-authenticate"' : `"${scope}"`}: enter it in the connection.`;
  return new AccessTokenError('api_error', message, { status, remedy });
}
