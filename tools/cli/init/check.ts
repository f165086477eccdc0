import type { ConfigKey } from '../../../src/settings/setting';
import type { Problem } from '../problems';
import { readValue } from '../read-object';

// eslint-disable-next-line no-control-regex -- control characters are what is looked for
const CONTROL_CHARACTER = /[\u0000-\u001f\u007f]/;

/**
 * Makes what the configuration file would refuse be refused while it is typed, in the same words.
 *
 * @returns what is wrong with an answer, if anything
 */
export function problemOf(answer: string, key: ConfigKey, allowInsecure: boolean): string | undefined {
  const given = answer.trim();
  // Nobody can see whether spaces around a secret are its own, or a slip of the clipboard.
  if (key.secret && answer !== given) return 'It must not begin or end with a space.';
  // A secret goes into an environment variable; all else into the file as it is, where `${…}` would be a reference.
  if (!key.secret && given.includes('${')) return 'It must not contain "${".';
  if (key.ask?.isLate && given === '') return undefined;
  const problems: Problem[] = [];
  readValue(given, key, { path: '', allowInsecure, problems, warnings: [] });
  const [problem] = problems;
  if (problem !== undefined) return `It ${problem.message}.`;
  return key.secret && CONTROL_CHARACTER.test(given) ? 'It must not contain line breaks or control characters.' : undefined;
}
