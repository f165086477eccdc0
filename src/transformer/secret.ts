import type { Crypto } from './platform';

/**
 * Compares a secret from outside in a time that tells nothing about it: both sides are hashed to the
 * same length first.
 */
export function isSameSecret(given: unknown, expected: string, crypto: Crypto): boolean {
  const digestOf = (text: string) => crypto.createHash('sha256').update(text).digest();
  const equal = crypto.timingSafeEqual(digestOf(typeof given === 'string' ? given : ''), digestOf(expected));
  return equal && typeof given === 'string' && expected !== '';
}

/** The first 8 hex digits of an access token's SHA-256: names a token without showing it. */
export function fingerprint(accessToken: string, crypto: Crypto): string {
  return crypto.createHash('sha256').update(accessToken).digest('hex').slice(0, 8);
}
