import type { Placeholder, Placeholders, Provider, Way } from './provider';

/** What is typed for each placeholder; of a file, its content. */
export type Entered = Readonly<Record<string, string>>;

/** The settings of a provider's connection, filled in. */
export interface Filled {
  /** Without the empty ones; a secret is a reference to an environment variable, such as `${PRIVATE_KEY}`. */
  settings: Record<string, string>;
  /** The secrets that the settings refer to, by their variables. */
  secrets: Record<string, string>;
}

const PLACEHOLDER = /\{(\w+)\}/g;

const SCHEME = /^https?:\/\//i;

/** @returns what a provider's settings are with these values */
export function fill({ way, placeholders = {} }: Provider, entered: Entered): Filled {
  const secrets: Record<string, string> = {};
  const filled = patternsOf(way)
    .filter(([, pattern]) => !namesIn(pattern).some((name) => placeholders[name]?.isOptional && !entered[name]))
    .map(([key, pattern]) => [key, replaced(pattern, placeholders, reference)]);
  return { settings: Object.fromEntries(filled) as Record<string, string>, secrets };

  function reference(name: string, { variable }: Placeholder): string {
    const value = entered[name] ?? '';
    if (variable === undefined) return value;
    secrets[variable] = value;
    return `\${${variable}}`;
  }
}

/** @returns the settings of a connection with their placeholders; where there are several values, the one to choose */
export function patternsOf(way: Way): [key: string, pattern: string][] {
  return Object.entries<string | readonly string[]>({ ...way })
    .filter(([key]) => key !== 'authentication')
    .map(([key, given]) => [key, typeof given === 'string' ? given : (given[0] ?? '')]);
}

/** @returns the names in `{…}`; in a custom request, `username`, `secret` and `basic` may be among them */
export function namesIn(pattern: string): string[] {
  return [...pattern.matchAll(PLACEHOLDER)].map(([, name = '']) => name);
}

/** What is no placeholder stays: `{username}`, `{secret}` and `{basic}` of a custom request. */
function replaced(pattern: string, placeholders: Placeholders, valueOf: (name: string, placeholder: Placeholder) => string): string {
  return pattern.replace(PLACEHOLDER, (whole, name: string) => {
    const placeholder = Object.entries(placeholders).find(([known]) => known === name)?.[1];
    return placeholder === undefined ? whole : valueOf(name, placeholder);
  });
}

/**
 * Takes a whole address for the part of it that is asked for, as `acme` of `https://acme.example.com/x` where the
 * pattern is `https://{name}.example.com/token`.
 *
 * @returns the answer itself where it is no such address
 */
export function partOf(answer: string, pattern: string, name: string): string {
  const text = answer.trim().replace(/\/+$/, '');
  const [before = '', after = ''] = pattern.split(`{${name}}`);
  // The scheme itself is asked for.
  if (before === '') return text;
  const bare = text.replace(SCHEME, '');
  const start = before.replace(SCHEME, '');
  const part = bare.startsWith(start) ? bare.slice(start.length) : bare;
  // What follows in the pattern: the rest of the host, or of the path up to the next placeholder.
  const next = /^(?:\/[^{]*|[^{/]+)/.exec(after)?.[0];
  const end = next === undefined ? -1 : part.indexOf(next);
  return end > 0 ? part.slice(0, end) : part;
}
