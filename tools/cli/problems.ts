import { AccessTokenError } from '../../src/errors';

/** One problem in a configuration file. It never quotes a value, which may be secret. */
export interface Problem {
  /** Such as `tokens[0].refreshPercent`; empty for the file as a whole. */
  path: string;
  message: string;
  /** An environment variable is not set. */
  isUnset?: true;
}

/** @returns the path of a member: `tokens`, `tokens[0]`, `tokens[0].scope`, `initialTokens["my token"]` */
export function memberPath(parent: string, key: string | number): string {
  if (typeof key === 'number') return `${parent}[${key}]`;
  if (!/^[A-Za-z_$][\w$]*$/.test(key)) return `${parent}[${JSON.stringify(key)}]`;
  return parent === '' ? key : `${parent}.${key}`;
}

/**
 * Puts all problems of a file into one error, one per line.
 *
 * @param envFiles the files that were searched for variables, besides the environment
 */
export function configurationError(file: string, problems: readonly Problem[], envFiles?: readonly string[]): AccessTokenError {
  const lines = problems.map(({ path, message }) => (path === '' ? `  ${message}` : `  ${path}: ${message}`));
  const count = problems.length === 1 ? 'One problem' : `${problems.length} problems`;
  const places = envFiles !== undefined && problems.some(({ isUnset }) => isUnset) ? [whereVariablesAre(file, envFiles)] : [];
  return new AccessTokenError('configuration_invalid', [`${count} in ${file}:`, ...lines, ...places].join('\n'), {
    field: problems[0]?.path,
  });
}

function whereVariablesAre(file: string, envFiles: readonly string[]): string {
  if (envFiles.length > 0) return `Variables are looked for in the environment, and in ${envFiles.join(' and ')}.`;
  return `Variables are looked for in the environment. There is no env file beside ${file}: --env-file names another one.`;
}
