import { createHash, createHmac, scryptSync } from 'node:crypto';

const KEY_BYTES = 32;

/** @returns the SHA-256 of something that is no secret, in hexadecimal digits */
export function sha256(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

/**
 * Makes the hash by which a later run knows whether the fields of a connection are still the same. It must not help
 * anybody to guess them, though a client secret may be short and the lock file may be public. A plain hash could be
 * tried out with all likely secrets, and so could one whose key is made from the secret itself. So the key is made from
 * the API key, which is long, random, and not in the lock file: without it no guess can be tried. It is stretched all
 * the same (scrypt), for installations with an API key that somebody made up. After a change of the API key all
 * connections are written once more, as nobody can tell then.
 *
 * @param salt from the lock file, in hexadecimal digits
 */
export function fieldsHasher(apiKey: string, salt: string): (fields: Readonly<Record<string, string>>) => string {
  let key: Buffer | undefined;
  return (fields) => {
    key ??= scryptSync(apiKey, Buffer.from(salt, 'hex'), KEY_BYTES);
    const members = Object.entries(fields).sort(([one], [other]) => (one < other ? -1 : 1));
    return createHmac('sha256', key).update(JSON.stringify(members)).digest('hex');
  };
}
