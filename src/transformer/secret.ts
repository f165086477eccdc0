import type { Crypto } from './platform';

/** The user of the sessions in version 0.1, whatever the secret. */
export const FIRST_STORE_USER = 'accessTokenStore';
const USER_ID_BYTES = 16;

/** Longer than any secret that a configuration may hold. A longer text is wrong, and not worth hashing. */
const LONGEST_SECRET = 10_000;

/**
 * Makes the check of a given secret against the accepted ones. Its duration reveals nothing: it hashes all to the same length first, and
 * compares all of them.
 */
export function secretCheck(secrets: readonly string[], crypto: Crypto): (given: unknown) => boolean {
  const digestOf = (text: string) => crypto.createHash('sha256').update(text).digest();
  let digests: Uint8Array[] | undefined;
  return (given) => {
    // Hashed with the first message for the store, because most messages are chat messages.
    digests ??= secrets.map(digestOf);
    const isPossible = typeof given === 'string' && given.length <= LONGEST_SECRET;
    const digest = digestOf(isPossible ? given : '');
    const equal = digests.map((allowed, index) => crypto.timingSafeEqual(digest, allowed) && secrets[index] !== '');
    return isPossible && equal.includes(true);
  };
}

/**
 * The users of the store's sessions: its own first, then former ones. The secret alone determines the ids. So no chat user, and no store
 * with another secret, reaches these sessions where Endpoints share their session storage.
 *
 * @returns a function that derives them on first use, because most messages are chat messages
 */
export function storeUsers([secret, ...earlier]: readonly [string, ...string[]], crypto: Crypto): () => [string, ...string[]] {
  let users: [string, ...string[]] | undefined;
  return () => (users ??= [storeUserOf(secret, crypto), ...earlier.map((former) => storeUserOf(former, crypto)), FIRST_STORE_USER]);
}

function storeUserOf(secret: string, crypto: Crypto): string {
  const bytes = new Uint8Array(crypto.hkdfSync('sha256', secret, '', 'access-token-1 session user', USER_ID_BYTES));
  return `${FIRST_STORE_USER}-${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}
