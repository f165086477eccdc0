import { isObject, memberAt } from '../json';
import { readJwtClaims } from '../lifetime';
import type { Token, TokenRecord } from '../lifetime';

/** Names and paths of members that a Flow must never see. */
const PRIVATE_NAME = /refresh|id.?token|secret|passw|assertion/i;

/**
 * Picks further members of a token endpoint's answer, or claims of its JWT, for the result: strings, numbers, booleans,
 * and lists of them. Nested objects are left out because they may hold anything. This is a file of its own in the built
 * extension, since few nodes name members.
 *
 * @param names names of members or claims, or paths
 * @returns the members that exist, under these names
 */
export function includedMembers(token: Token, names: readonly string[]): Record<string, unknown> {
  const { refresh_token, id_token } = token;
  const claims = readJwtClaims(token.access_token);
  // A secret may also appear under another name.
  const isPlain = (value: unknown): boolean => ['string', 'number', 'boolean'].includes(typeof value) && value !== refresh_token && value !== id_token;
  return Object.fromEntries(
    names.flatMap((name): [string, unknown][] => {
      const value = lookUp(token, name) ?? readUtf8(lookUp(claims, name));
      return !PRIVATE_NAME.test(name) && (Array.isArray(value) ? value.every(isPlain) : isPlain(value)) ? [[name, value]] : [];
    }),
  );
}

/** Adds these members of the answer to a conversation's copy of the token. A member that the answer lacks becomes `null`. */
export function withMembers(copy: TokenRecord, names: readonly string[], answer: Token): TokenRecord {
  const absent = Object.fromEntries(names.map((name) => [name, null]));
  return { ...copy, token: { ...absent, ...includedMembers(answer, names), ...copy.token } };
}

/** A name may contain dots itself: claims are often named by URLs, and a conversation's copy has paths as names. */
function lookUp(members: unknown, name: string): unknown {
  const own: unknown = isObject(members) ? Object.getOwnPropertyDescriptor(members, name)?.value : undefined;
  return own ?? memberAt(members, name);
}

/** `readJwtClaims` yields one character per byte. */
function readUtf8(claim: unknown): unknown {
  if (typeof claim !== 'string') return Array.isArray(claim) ? claim.map(readUtf8) : claim;
  try {
    return decodeURIComponent(claim.replace(/[^]/g, (byte) => `%${byte.charCodeAt(0).toString(16).padStart(2, '0')}`));
  } catch {
    // The claim was escaped in the JSON, so it is decoded already.
    return claim;
  }
}
