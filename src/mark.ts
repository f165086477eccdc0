const PRIME = 0x01000193;
/** The starting values of both halves: the standard's offset basis, and another one. */
const BEGINNINGS = [0x811c9dc5, 0x5bd1e995];
/** Few enough digits that nobody can guess a secret from them, and enough to notice a change. */
const SECRET_DIGITS = 4;

/**
 * Fingerprints settings, to notice when they change: FNV-1a over their JSON, twice 32 bits. SHA-256 would cost a new process, and thus
 * every turn, more than a millisecond. A collision gains nobody anything, because the person who chooses the settings has the token anyway.
 *
 * @returns 16 hex digits for a JSON value
 */
export function mark(value: unknown): string {
  const text = JSON.stringify(value);
  return BEGINNINGS.map((beginning) => fnv1a(text, beginning).toString(16).padStart(8, '0')).join('');
}

/** @returns 4 hex digits that change when one of the secrets does, and say nothing else about them */
export function secretMark(secrets: unknown): string {
  return mark(secrets).slice(-SECRET_DIGITS);
}

/** @returns 32 bits, unsigned */
function fnv1a(text: string, beginning: number): number {
  let hash = beginning;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), PRIME);
  return hash >>> 0;
}
