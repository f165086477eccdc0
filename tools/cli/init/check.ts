import type { ConfigKey } from '../../../src/settings/setting';
import type { Problem } from '../problems';
import { readValue } from '../read-object';

// eslint-disable-next-line no-control-regex -- control characters are what is looked for
const CONTROL_CHARACTER = /[\u0000-\u001f\u007f]/;

/** @returns the problem, in the same words that a check of the configuration file uses */
export function problemOf(answer: string, key: ConfigKey, allowInsecure: boolean): string | undefined {
  const given = answer.trim();
  // A space around a secret may be part of it, or a slip when copying. Nobody can tell.
  if (key.secret && answer !== given) return 'It must not begin or end with a space.';
  // Secrets go into environment variables. Other answers go into the file, where `${…}` would be a reference.
  if (!key.secret && given.includes('${')) return 'It must not contain "${".';
  if (key.ask?.isLate && given === '') return undefined;
  if (key.required && given === '') return 'It must not be empty.';
  const problems: Problem[] = [];
  readValue(given, key, { path: '', allowInsecure, problems, warnings: [] });
  const [problem] = problems;
  if (problem !== undefined) return `It ${problem.message}.`;
  return key.secret && CONTROL_CHARACTER.test(given) ? 'It must not contain line breaks or control characters.' : undefined;
}
