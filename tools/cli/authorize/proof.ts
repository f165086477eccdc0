import { createHash, timingSafeEqual } from 'node:crypto';

/** @param size bytes */
export type RandomBytes = (size: number) => Buffer;

/** RFC 7636 §7.1 asks for 256 bits, RFC 6749 §10.10 for 128. */
const SECRET_BYTES = 32;

/** Ties the redirect to its request (`state`), and the code to the program that asked for it (`verifier`). */
export interface Proof {
  /** RFC 6749 §10.12. */
  state: string;
  /** RFC 7636 §4.1: a secret until the code is exchanged. */
  verifier: string;
}

export function newProof(randomBytes: RandomBytes): Proof {
  const secret = () => randomBytes(SECRET_BYTES).toString('base64url');
  return { state: secret(), verifier: secret() };
}

/** The code challenge `S256`, RFC 7636 §4.2. */
export function challengeOf({ verifier }: Pick<Proof, 'verifier'>): string {
  return createHash('sha256').update(verifier).digest('base64url');
}

/** Compares in constant time. */
export function isSame(one: string, other: string): boolean {
  const [first, second] = [one, other].map((text) => createHash('sha256').update(text).digest());
  return first !== undefined && second !== undefined && timingSafeEqual(first, second);
}
