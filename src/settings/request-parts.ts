import { AccessTokenError } from '../errors';
import type { ErrorCode } from '../errors';
import { isObject } from '../json';
import { optionalText, tidy } from './setting';
import type { Rule } from './setting';

/**
 * Reads one of some names, in any case. The first name is the default.
 *
 * @throws AccessTokenError with the given code
 */
export function oneOf<T extends string>(names: readonly [T, ...T[]], value: unknown, { field }: Rule, code: ErrorCode): T {
  const text = optionalText(value, { field }) ?? names[0];
  const known = names.find((name) => name.toLowerCase() === text.toLowerCase());
  if (known !== undefined) return known;
  throw new AccessTokenError(code, `"${field}" must be one of ${names.join(', ')}.`, { field });
}

/**
 * Reads headers: one `Name: value` per line, or an object. Returns the names in lower case.
 *
 * @throws AccessTokenError with the given code for what RFC 9110 §5.1 and §5.5 don't allow, such as a line break in a
 *   value
 */
export function readHeaderLines(value: unknown, { field }: Rule, code: ErrorCode): Record<string, string> {
  // A literal \n also separates lines, but only before a name. Elsewhere it may be part of a value.
  const lines = isObject(value)
    ? Object.entries(value).map(([name, content]) => (typeof content === 'string' ? `${name}:${tidy(content)}` : ''))
    : (optionalText(value, { field }) ?? '').split(/\n|(?:\\r)?\\n(?=\s*(?:[\w-]+\s*:|$))/).map(tidy).filter(Boolean);
  return Object.fromEntries(
    lines.map((line, index) => {
      // The value may be a secret, so the message doesn't repeat it.
      const [, name, content] = /^([\w!#$%&'*+.^`|~-]+)\s*:\s*([ -~]+)$/.exec(line) ?? [];
      if (name !== undefined && content !== undefined) return [name.toLowerCase(), content];
      throw new AccessTokenError(code, `Line ${index + 1} of "${field}" is not "Name: value".`, { field });
    }),
  );
}
