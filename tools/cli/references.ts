import { memberPath } from './problems';
import type { Problem } from './problems';

export type Environment = Readonly<Record<string, string | undefined>>;

const REFERENCE = /\$\{([^}]*)\}?/g;
const VARIABLE_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/**
 * Replaces every `${NAME}` in the texts of a JSON value with that environment variable. The variable's
 * value is used literally: a `${…}` in it is not a reference.
 *
 * @param problems collects the references that can't be resolved
 */
export function resolveReferences(value: unknown, path: string, env: Environment, problems: Problem[]): unknown {
  if (typeof value === 'string') return resolveText(value, path, env, problems);
  if (Array.isArray(value)) {
    return value.map((item, index) => resolveReferences(item, memberPath(path, index), env, problems));
  }
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).map(([key, member]: [string, unknown]) => [
      key,
      resolveReferences(member, memberPath(path, key), env, problems),
    ]);
    return Object.fromEntries(members);
  }
  return value;
}

function resolveText(text: string, path: string, env: Environment, problems: Problem[]): string {
  return text.replace(REFERENCE, (reference, name: string) => {
    const isReference = VARIABLE_NAME.test(name) && reference.endsWith('}');
    // Inherited members such as `constructor` are not variables.
    const found = isReference && Object.prototype.hasOwnProperty.call(env, name) ? env[name] : undefined;
    if (found !== undefined) return found;
    // Text in malformed braces may be part of a secret, so the message does not quote it.
    const message = isReference
      ? `the environment variable ${name} is not set`
      : 'contains a "${" that does not start a reference such as ${NAME}; put such a text into an environment variable';
    problems.push({ path, message, ...(isReference ? { isUnset: true } : {}) });
    return '';
  });
}
