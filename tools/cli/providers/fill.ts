import type { Placeholder, Placeholders, Provider, Way } from './provider';

/** The value of each placeholder; for a file, its content. */
export type Entered = Readonly<Record<string, string>>;

/** The settings of a provider's connection, with placeholders filled in. */
export interface Filled {
  /** Empty settings are left out. A secret is a reference to an environment variable, such as `${PRIVATE_KEY}`. */
  settings: Record<string, string>;
  /** The secrets that the settings refer to, by variable. */
  secrets: Record<string, string>;
}

const PLACEHOLDER = /\{(\w+)\}/g;

const SCHEME = /^https?:\/\//i;

/** @returns a provider's settings with these values */
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

/** @returns the settings of a connection with their placeholders; the first value if a setting lists several */
export function patternsOf(way: Way): [key: string, pattern: string][] {
  return Object.entries<string | readonly string[]>({ ...way })
    .filter(([key]) => key !== 'authentication')
    .map(([key, given]) => [key, typeof given === 'string' ? given : (given[0] ?? '')]);
}

/** @returns the names in `{…}`; for a custom request, they may include `username`, `secret` and `basic` */
export function namesIn(pattern: string): string[] {
  return [...pattern.matchAll(PLACEHOLDER)].map(([, name = '']) => name);
}

/** Replaces the placeholders. Others stay: `{username}`, `{secret}` and `{basic}` of a custom request. */
function replaced(pattern: string, placeholders: Placeholders, valueOf: (name: string, placeholder: Placeholder) => string): string {
  return pattern.replace(PLACEHOLDER, (whole, name: string) => {
    const placeholder = Object.entries(placeholders).find(([known]) => known === name)?.[1];
    return placeholder === undefined ? whole : valueOf(name, placeholder);
  });
}

/**
 * Lets a user paste a whole address where only a part of it is asked for. With the pattern `https://{name}.example.com/token`,
 * `https://acme.example.com/x` gives `acme`.
 *
 * @returns the answer itself if it is not such an address
 */
export function partOf(answer: string, pattern: string, name: string): string {
  const text = answer.trim().replace(/\/+$/, '');
  const [before = '', after = ''] = pattern.split(`{${name}}`);
  // The placeholder comes first in the pattern, so it includes the scheme.
  if (before === '') return text;
  const bare = text.replace(SCHEME, '');
  const start = before.replace(SCHEME, '');
  const part = bare.startsWith(start) ? bare.slice(start.length) : bare;
  // The next literal part of the pattern: the rest of the host, or the path up to the next placeholder.
  const next = /^(?:\/[^{]*|[^{/]+)/.exec(after)?.[0];
  const end = next === undefined ? -1 : part.indexOf(next);
  return end > 0 ? part.slice(0, end) : part;
}
