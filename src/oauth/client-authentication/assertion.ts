import { AccessTokenError } from '../../errors';
import type { World } from '../../world';
import type { Client } from './client-authentication';

/**
 * Makes the assertion that the settings ask for, another one each time: servers take each once (RFC 7523 §3).
 *
 * @throws AccessTokenError configuration_invalid where nothing can sign, and what the signer throws
 */
export async function assertion({ signedJwt, tokenUrl, clientId, scope }: Client, { makeAssertion }: Pick<World, 'makeAssertion'>): Promise<string> {
  if (signedJwt !== undefined && makeAssertion !== undefined) return makeAssertion({ ...signedJwt, tokenUrl, clientId, scope });
  throw new AccessTokenError('configuration_invalid', 'Nothing can sign a JWT here: nodes can, and no Function.');
}
