import { AccessTokenError } from '../errors';
import type { ErrorCode } from '../errors';
import { isObject } from '../json';
import { optionalText, tidy } from './setting';
import type { Rule } from './setting';

/**
 * Reads one of several names, in upper or lower case. The first name is the default.
 *
 * @throws AccessTokenError with the given code
 */
export function oneOf<T extends string>(names: readonly [T, ...T[]], value: unknown, { field }: Rule, code: ErrorCode): T {
  const text = optionalText(value, { field }) ?? names[0];
  const known = names.find((name) => name.toLowerCase() === text.toLowerCase());
  if (known !== undefined) return known;
  throw new AccessTokenError(code, `"${field}" is none of ${names.join(', ')}.`, { field });
}

/**
 * Reads headers: one `Name: value` on each line, or an object. Names in lower case.
 *
 * @throws AccessTokenError with the given code, if RFC 9110 §5.1 or §5.5 forbids a name or value, such as one with a line break
 */
export function readHeaderLines(value: unknown, { field }: Rule, code: ErrorCode): Record<string, string> {
  // A literal
  //  separates too if a name follows. Elsewhere it may be part of a value.
  const lines = isObject(value)
    ? Object.entries(value).map(([name, content]) => (typeof content === 'string' ? `${name}:${tidy(content)}` : ''))
    : (optionalText(value, { field }) ?? '').split(/\n|(?:\\r)?\\n(?=\s*(?:[\w-]+\s*:|$))/).map(tidy).filter(Boolean);
  return Object.fromEntries(
    lines.map((line, index) => {
      // The value may be a secret, so the message does not show it.
      const [, name, content] = /^([\w!#$%&'*+.^`|~-]+)\s*:\s*([ -~]+)$/.exec(line) ?? [];
      if (name !== undefined && content !== undefined) return [name.toLowerCase(), content];
      throw new AccessTokenError(code, `Line ${index + 1} of "${field}" is not "Name: value".`, { field });
    }),
  );
}
