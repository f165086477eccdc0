import { memberAt } from '../json';
import { readJwtClaims } from '../lifetime';
import type { Token } from '../lifetime';

/** What a Flow must never see, by its name or path. */
const PRIVATE_NAME = /refresh|id.?token|secret|passw|assertion/i;

/**
 * What else of a token endpoint's answer, or of a JWT's claims, is handed out: texts, numbers and the like, and lists of them.
 * What is nested may hold anything. In the extension a file of its own: few nodes name members.
 *
 * @param names names of members or claims, or paths
 * @returns those that are there, by these names
 */
export function includedMembers(token: Token, names: readonly string[]): Record<string, unknown> {
  const { refresh_token, id_token } = token;
  const claims = readJwtClaims(token.access_token);
  // A secret may stand under a second name.
  const isPlain = (value: unknown): boolean => ['string', 'number', 'boolean'].includes(typeof value) && value !== refresh_token && value !== id_token;
  return Object.fromEntries(
    names.flatMap((name): [string, unknown][] => {
      const value = memberAt(token, name) ?? readUtf8(memberAt(claims, name));
      return !PRIVATE_NAME.test(name) && (Array.isArray(value) ? value.every(isPlain) : isPlain(value)) ? [[name, value]] : [];
    }),
  );
}

/** A claim has one character for each byte, see `readJwtClaims`. */
function readUtf8(claim: unknown): unknown {
  if (typeof claim !== 'string') return Array.isArray(claim) ? claim.map(readUtf8) : claim;
  try {
    return decodeURIComponent(claim.replace(/[^]/g, (byte) => `%${byte.charCodeAt(0).toString(16).padStart(2, '0')}`));
  } catch {
    // It was written with escapes, as ASCII.
    return claim;
  }
}
