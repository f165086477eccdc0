import { depthWithin } from '../../json';

const DEEPEST = 8;
const MOST_CHARACTERS = 50_000;

/**
 * Whether a value from outside is small enough to store: at most 8 levels deep and 50,000 characters long. A token
 * endpoint's answer has a few kilobytes and one or two levels.
 */
export function isPlainJson(value: unknown): boolean {
  return depthWithin(value, DEEPEST) && JSON.stringify(value).length <= MOST_CHARACTERS;
}
