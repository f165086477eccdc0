import type { Crypto } from './platform';

/** Longer than any secret that a configuration may hold: what is beyond is wrong, and not worth hashing. */
const LONGEST_SECRET = 10_000;

/**
 * Compares a secret from outside with those that are let in, in a time that tells nothing about them:
 * all are hashed to the same length first, and all are compared.
 */
export function isOneOf(secrets: readonly string[], given: unknown, crypto: Crypto): boolean {
  const digestOf = (text: string) => crypto.createHash('sha256').update(text).digest();
  const isPossible = typeof given === 'string' && given.length <= LONGEST_SECRET;
  const digest = digestOf(isPossible ? given : '');
  const equal = secrets.map((secret) => crypto.timingSafeEqual(digest, digestOf(secret)) && secret !== '');
  return isPossible && equal.includes(true);
}

/** The first 8 hex digits of an access token's SHA-256: names a token without showing it. */
export function fingerprint(accessToken: string, crypto: Crypto): string {
  return crypto.createHash('sha256').update(accessToken).digest('hex').slice(0, 8);
}
