import { createHash } from 'node:crypto';

const DIGITS = 8;

/** Identifies a token without revealing it. */
export function fingerprint(accessToken: string): string {
  return createHash('sha256').update(accessToken).digest('hex').slice(0, DIGITS);
}
