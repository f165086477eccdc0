const PRIME = 0x01000193;
/** Where the two halves begin: the standard's offset basis, and another value. */
const BEGINNINGS = [0x811c9dc5, 0x5bd1e995];
/** So few digits of what stands for a secret that nobody can guess it from them, and enough to see that it has changed. */
const SECRET_DIGITS = 4;

/**
 * Tells whether settings have changed: FNV-1a over their JSON, twice 32 bits. SHA-256 would cost a new process, and each turn
 * is one, a millisecond and more; nobody gains by a collision here, since the person who chooses the settings has the token anyway.
 *
 * @returns 16 hex digits for a JSON value
 */
export function mark(value: unknown): string {
  const text = JSON.stringify(value);
  return BEGINNINGS.map((beginning) => fnv1a(text, beginning).toString(16).padStart(8, '0')).join('');
}

/** @returns 4 hex digits, which tell that one of the secrets has changed and nothing else */
export function secretMark(secrets: unknown): string {
  return mark(secrets).slice(-SECRET_DIGITS);
}

/** @returns 32 bits, unsigned */
function fnv1a(text: string, beginning: number): number {
  let hash = beginning;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), PRIME);
  return hash >>> 0;
}
