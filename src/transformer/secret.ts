import type { Crypto } from './platform';

/** Whose the sessions were in version 0.1, whatever the secret. */
export const FIRST_STORE_USER = 'accessTokenStore';
const USER_ID_BYTES = 16;

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

/**
 * Whose sessions the store's are, the own first and then those from before: ids that can be told from the secret alone, so
 * that no chat user, and no store with another secret, meets them where Endpoints share their session storage.
 *
 * @returns what works them out with the first message for the store, since most that arrive here are chat messages
 */
export function storeUsers([secret, ...earlier]: readonly [string, ...string[]], crypto: Crypto): () => [string, ...string[]] {
  let users: [string, ...string[]] | undefined;
  return () => (users ??= [storeUserOf(secret, crypto), ...earlier.map((former) => storeUserOf(former, crypto)), FIRST_STORE_USER]);
}

function storeUserOf(secret: string, crypto: Crypto): string {
  const bytes = new Uint8Array(crypto.hkdfSync('sha256', secret, '', 'access-token-1 session user', USER_ID_BYTES));
  return `${FIRST_STORE_USER}-${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}
