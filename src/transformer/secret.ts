import type { Crypto } from './platform';

/** The owner of the sessions in version 0.1, for any secret. */
export const FIRST_STORE_USER = 'accessTokenStore';
const USER_ID_BYTES = 16;

/** Longer than any configured secret, characters. A longer text is wrong and not worth hashing. */
const LONGEST_SECRET = 10_000;

/**
 * Makes the check of a secret from outside. Its time tells nothing about the accepted secrets: all are hashed to the
 * same length, and all are compared.
 */
export function secretCheck(secrets: readonly string[], crypto: Crypto): (given: unknown) => boolean {
  const digestOf = (text: string) => crypto.createHash('sha256').update(text).digest();
  let digests: Uint8Array[] | undefined;
  return (given) => {
    // Hashed with the first message for the store, because most messages are chat.
    digests ??= secrets.map(digestOf);
    const isPossible = typeof given === 'string' && given.length <= LONGEST_SECRET;
    const digest = digestOf(isPossible ? given : '');
    const equal = digests.map((allowed, index) => crypto.timingSafeEqual(digest, allowed) && secrets[index] !== '');
    return isPossible && equal.includes(true);
  };
}

/**
 * The users that own the store's sessions: first the current one, then the former ones. Their ids follow from the
 * secret alone. So no chat user and no store with another secret meets them if Endpoints share their session storage.
 *
 * @returns computes the ids when first called, because most messages are chat
 */
export function storeUsers([secret, ...earlier]: readonly [string, ...string[]], crypto: Crypto): () => [string, ...string[]] {
  let users: [string, ...string[]] | undefined;
  return () => (users ??= [storeUserOf(secret, crypto), ...earlier.map((former) => storeUserOf(former, crypto)), FIRST_STORE_USER]);
}

function storeUserOf(secret: string, crypto: Crypto): string {
  const bytes = new Uint8Array(crypto.hkdfSync('sha256', secret, '', 'access-token-1 session user', USER_ID_BYTES));
  return `${FIRST_STORE_USER}-${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}
