import { createHash, createHmac, hkdfSync, scryptSync } from 'node:crypto';

const KEY_BYTES = 32;
const KEY_ID_BYTES = 8;

/** The values of a lock file that only the holder of the API key can compute. */
export interface LockKeys {
  /** Identifies the API key without revealing it: 16 hexadecimal digits. */
  keyId: () => string;
  /** @returns a keyed hash of a connection's fields, in hexadecimal digits */
  hashFields: (fields: Readonly<Record<string, string>>) => string;
  /** @returns the HMAC-SHA-256 of the lock file's content, in hexadecimal digits */
  sign: (content: string) => string;
}

/**
 * Derives the keys from the API key, which is long, random, and not in the lock file. Even if the lock file is public, nobody without the
 * API key can forge it, or guess a client secret from the hash of its connection. scrypt protects weak API keys that somebody made up.
 * It runs once, on first use.
 *
 * @param salt from the lock file, in hexadecimal digits
 */
export function lockKeys(apiKey: string, salt: string): LockKeys {
  let stretched: Buffer | undefined;
  const stretch = (): Buffer => (stretched ??= scryptSync(apiKey, Buffer.from(salt, 'hex'), KEY_BYTES));
  const derive = (purpose: string): Buffer => Buffer.from(hkdfSync('sha256', stretch(), '', purpose, KEY_BYTES));
  const hmac = (key: Buffer, text: string): string => createHmac('sha256', key).update(text).digest('hex');
  return {
    keyId: () => derive('access-token lock key id').toString('hex', 0, KEY_ID_BYTES),
    hashFields: (fields) => {
      const members = Object.entries(fields).sort(([one], [other]) => (one < other ? -1 : 1));
      return hmac(stretch(), JSON.stringify(members));
    },
    sign: (content) => hmac(derive('access-token lock signature'), content),
  };
}

/** @returns the SHA-256 of something that isn't secret, in hexadecimal digits */
export function sha256(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
