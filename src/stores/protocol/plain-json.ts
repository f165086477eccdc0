import { depthWithin } from '../../json';

const DEEPEST = 8;
const MOST_CHARACTERS = 50_000;

/**
 * Whether a value from outside is modest enough to be stored: nested no deeper than 8, no more than
 * 50,000 characters in all. A token answer is a few kilobytes, nested once or twice.
 */
export function isPlainJson(value: unknown): boolean {
  return depthWithin(value, DEEPEST) && JSON.stringify(value).length <= MOST_CHARACTERS;
}
