import { isObject, memberAt } from '../json';
import { readJwtClaims } from '../lifetime';
import type { Token, TokenRecord } from '../lifetime';

/** Names and paths that a Flow must never see. */
const PRIVATE_NAME = /refresh|id.?token|secret|passw|assertion/i;

/**
 * Picks the further members of a token response, or claims of a JWT, that may be handed out: text, numbers, booleans, and lists of them.
 * Objects may hold anything, so they are left out. This is a file of its own in the extension because few nodes name members.
 *
 * @param names names of members or claims, or paths
 * @returns the ones that exist, by these names
 */
export function includedMembers(token: Token, names: readonly string[]): Record<string, unknown> {
  const { refresh_token, id_token } = token;
  const claims = readJwtClaims(token.access_token);
  // The server may repeat a secret under a second name.
  const isPlain = (value: unknown): boolean => ['string', 'number', 'boolean'].includes(typeof value) && value !== refresh_token && value !== id_token;
  return Object.fromEntries(
    names.flatMap((name): [string, unknown][] => {
      const value = lookUp(token, name) ?? readUtf8(lookUp(claims, name));
      return !PRIVATE_NAME.test(name) && (Array.isArray(value) ? value.every(isPlain) : isPlain(value)) ? [[name, value]] : [];
    }),
  );
}

/** A conversation's copy of a token, with these members of its response. `null` if the copy lacks one. */
export function withMembers(copy: TokenRecord, names: readonly string[], answer: Token): TokenRecord {
  const absent = Object.fromEntries(names.map((name) => [name, null]));
  return { ...copy, token: { ...absent, ...includedMembers(answer, names), ...copy.token } };
}

/** A name may contain dots itself: claims are named by addresses, and a conversation's copy by paths. */
function lookUp(members: unknown, name: string): unknown {
  const own: unknown = isObject(members) ? Object.getOwnPropertyDescriptor(members, name)?.value : undefined;
  return own ?? memberAt(members, name);
}

/** A claim has one character per byte, see `readJwtClaims`. */
function readUtf8(claim: unknown): unknown {
  if (typeof claim !== 'string') return Array.isArray(claim) ? claim.map(readUtf8) : claim;
  try {
    return decodeURIComponent(claim.replace(/[^]/g, (byte) => `%${byte.charCodeAt(0).toString(16).padStart(2, '0')}`));
  } catch {
    // The JWT escaped it, so it is ASCII.
    return claim;
  }
}
