import { AccessTokenError } from '../errors';
import type { ErrorCode } from '../errors';
import { isTransportError } from './transport';

/**
 * The error of a request that got no answer.
 *
 * @param who begins the sentence, such as "The store"
 * @param thrown by the transport
 */
export function noAnswer(code: ErrorCode, who: string, thrown: unknown): AccessTokenError {
  const { message, remedy } = isTransportError(thrown) ? thrown : { message: 'network' };
  return new AccessTokenError(code, `${who} did not answer: ${message}.`, { transient: true, remedy });
}
