const PRIME = 0x01000193;
/** The start values of the two halves: the standard's offset basis, and another value. */
const BEGINNINGS = [0x811c9dc5, 0x5bd1e995];
/** Few enough digits that nobody can guess a secret from them, and enough to see that it has changed. */
const SECRET_DIGITS = 4;

/**
 * Tells whether settings have changed: FNV-1a over their JSON, twice 32 bits. SHA-256 would cost a new process a
 * millisecond or more, and each turn is a new process. A collision helps nobody, because anyone who chooses the settings
 * has the token anyway.
 *
 * @returns 16 hex digits for a JSON value
 */
export function mark(value: unknown): string {
  const text = JSON.stringify(value);
  return BEGINNINGS.map((beginning) => fnv1a(text, beginning).toString(16).padStart(8, '0')).join('');
}

/** @returns 4 hex digits, which only tell whether one of the secrets has changed */
export function secretMark(secrets: unknown): string {
  return mark(secrets).slice(-SECRET_DIGITS);
}

/** @returns an unsigned 32-bit number */
function fnv1a(text: string, beginning: number): number {
  let hash = beginning;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), PRIME);
  return hash >>> 0;
}
