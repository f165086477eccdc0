import type { Crypto } from './platform';

/** Longer than any secret that a configuration may hold: what is beyond is wrong, and not worth hashing. */
const LONGEST_SECRET = 10_000;

/**
 * Makes the check of secrets from outside against those that are let in, in a time that tells nothing about them:
 * all are hashed to the same length first, and all are compared.
 */
export function secretCheck(secrets: readonly string[], crypto: Crypto): (given: unknown) => boolean {
  const digestOf = (text: string) => crypto.createHash('sha256').update(text).digest();
  let digests: Uint8Array[] | undefined;
  return (given) => {
    // Hashed with the first message, since most that arrive here are chat messages.
    digests ??= secrets.map(digestOf);
    const isPossible = typeof given === 'string' && given.length <= LONGEST_SECRET;
    const digest = digestOf(isPossible ? given : '');
    const equal = digests.map((allowed, index) => crypto.timingSafeEqual(digest, allowed) && secrets[index] !== '');
    return isPossible && equal.includes(true);
  };
}

/** The first 8 hex digits of an access token's SHA-256: names a token without showing it. */
export function fingerprint(accessToken: string, crypto: Crypto): string {
  return crypto.createHash('sha256').update(accessToken).digest('hex').slice(0, 8);
}
