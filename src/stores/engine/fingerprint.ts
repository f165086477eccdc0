interface Hashing {
  createHash(algorithm: 'sha256'): { update(text: string): { digest(encoding: 'hex'): string } };
}

/**
 * The first 8 hex digits of an access token's SHA-256: names a token without showing it.
 *
 * @param crypto Node's crypto module
 */
export function fingerprintOf(accessToken: string, crypto: Hashing): string {
  return crypto.createHash('sha256').update(accessToken).digest('hex').slice(0, 8);
}
