import { depthWithin } from '../../json';

const DEEPEST = 8;
const MOST_CHARACTERS = 50_000;

/**
 * Whether a value from outside is small enough to store: nested at most 8 deep, at most 50,000 characters in all. A token response has a
 * few kilobytes and one or two levels.
 */
export function isPlainJson(value: unknown): boolean {
  return depthWithin(value, DEEPEST) && JSON.stringify(value).length <= MOST_CHARACTERS;
}
