/** Makes signed assertions. Loaded late, by nodes only. */
import { randomUUID } from 'node:crypto';

import type { AssertionSettings } from '../../world';
import { assertionClaims } from './claims';
import { signJwt } from './sign';

/**
 * Makes an assertion, RFC 7523 §3, that no server has seen.
 *
 * @param now Unix milliseconds
 * @returns a compact JWT
 * @throws AccessTokenError private_key_invalid, algorithm_invalid, certificate_invalid
 */
export function makeAssertion(settings: AssertionSettings, now: number): string {
  return signJwt(settings, { ...assertionClaims(settings, { now, jti: randomUUID() }) });
}
