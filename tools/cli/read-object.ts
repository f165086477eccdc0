import { isObject } from '../../src/json';

import { isAccessTokenError } from '../../src/errors';
import type { ErrorCode } from '../../src/errors';
import { exampleFor } from '../../src/http';
import { parseExtraParameters } from '../../src/settings/extra-parameters';
import { url } from '../../src/settings/setting';
import type { ConfigKey, ConfigKeys, ConfigKind } from '../../src/settings/setting';
import { ALL_TOKEN_KEYS, TOKEN_KEYS } from '../../src/settings/token-keys';

import { isId } from './api/shape';
import { nearest } from './nearest';
import { memberPath } from './problems';
import type { Problem } from './problems';
import { resolveReferences } from './references';
import type { Environment } from './references';
import { tokenProblems } from './token-problems';

const LONGEST_TEXT = 10_000;

/** @param path ends with the name of the key */
const urlProblems = (path: string, example = exampleFor(path)): Partial<Record<ErrorCode, string>> => ({
  url_missing: 'must not be empty',
  url_malformed: `must be a whole URL, such as ${example}, without spaces, user name or fragment`,
  insecure_url: 'must start with https: (http: is for this machine only, unless "allowInsecure" is true)',
});

/** A wrong value, with the reason as its message. */
class Mismatch extends Error {}

/** Where the value is in the file, and the lists that collect problems. */
export interface Context {
  path: string;
  allowInsecure: boolean;
  /** Whether a Flow refreshes, with the connections chosen in its nodes. */
  isByFlow?: boolean;
  /** The variables for `${NAME}`. Without it, `${NAME}` is ordinary text. */
  env?: Environment | undefined;
  problems: Problem[];
  warnings: Problem[];
}

/**
 * Reads an object with a table of keys.
 *
 * @param context collects missing, wrong and unknown keys
 * @param knownKeys keys that may be present, even if this table does not read them
 * @returns the valid settings, with defaults filled in
 */
export function readObject(
  value: unknown,
  keys: ConfigKeys,
  context: Context,
  knownKeys: readonly string[] = Object.keys(keys),
): Record<string, unknown> {
  if (!isObject(value)) {
    context.problems.push({ path: context.path, message: `must be an object in braces, not ${kindOf(value)}` });
    return {};
  }
  for (const name of Object.keys(value).filter((given) => !knownKeys.includes(given))) {
    const meant = nearest(name, knownKeys);
    const hint = meant === undefined ? '' : `; did you mean "${meant}"?`;
    const message = `is not a known key; allowed are ${knownKeys.join(', ')}${hint}`;
    context.problems.push({ path: memberPath(context.path, name), message });
  }
  const members = Object.entries(keys).map(([name, key]) => {
    const path = memberPath(context.path, name);
    const problems: Problem[] = [];
    const given = value[name];
    const setting = given === undefined ? key.fallback : readValue(given, key, { ...context, path, problems });
    return { name, key, path, given, setting, problems };
  });
  const present = members.filter(({ setting, problems }) => setting !== undefined || problems.length > 0).map(({ name }) => name);
  for (const { name, key, path, given, problems } of members) {
    const isNeeded = key.required && ![name, ...(key.unless ?? [])].some((one) => present.includes(one));
    if (isNeeded && context.isByFlow && key.unlessByFlow !== undefined) context.warnings.push({ path, message: key.unlessByFlow });
    else if (isNeeded) problems.push({ path, message: given === undefined ? 'is missing' : 'must not be empty' });
    context.problems.push(...problems);
  }
  return Object.fromEntries(members.filter(({ setting }) => setting !== undefined).map(({ name, setting }) => [name, setting]));
}

/** Reads one value, and adds to the context's problems and warnings. */
export function readValue(given: unknown, key: ConfigKey, context: Context): unknown {
  const { path, env, problems, warnings } = context;
  const before = problems.length;
  // References in nested objects are resolved key by key.
  const value = env === undefined || isNested(key) ? given : resolveReferences(given, path, env, problems);
  const isWhole = typeof given === 'string' || key.kind === 'any' || key.kind === 'parameters';
  if (isWhole && problems.length > before) return undefined;
  try {
    const read = convert(value, key, context);
    const warning = typeof read === 'string' ? key.warn?.(read) : undefined;
    if (warning !== undefined) warnings.push({ path, message: warning });
    return read;
  } catch (error) {
    if (error instanceof Mismatch) problems.push({ path, message: error.message });
    else if (!isAccessTokenError(error)) throw error;
    else problems.push({ path, message: key.must === undefined ? (urlProblems(path, key.example)[error.code] ?? error.message) : wrong(value, key) });
    return undefined;
  }
}

function convert(value: unknown, key: ConfigKey, context: Context): unknown {
  const ofKind = readKind(value, key, context);
  if (key.read === undefined || ofKind === undefined) return ofKind;
  const read = key.read(ofKind, { field: context.path, allowInsecure: context.allowInsecure });
  if (read === undefined) throw new Mismatch(wrong(value, key));
  return read;
}

/** @returns the message for a value that the key's reader refuses */
function wrong(value: unknown, { kind, must = 'has a wrong value' }: ConfigKey): string {
  return kind === 'number' ? `${must}, not ${kindOf(value)}` : must;
}

const KINDS: Readonly<Record<Extract<ConfigKind, string>, (value: unknown, key: ConfigKey, context: Context) => unknown>> = {
  any: (value) => (value === '' ? undefined : value),
  text: readText,
  optionalText: (value) => (value === '' ? undefined : readText(value)),
  name: (value, key) => {
    if (typeof value === 'string') return value;
    throw new Mismatch(wrong(value, key));
  },
  url: (value, _, { path, allowInsecure }) => {
    if (typeof value !== 'string') throw new Mismatch(`must be a URL in quotes, not ${kindOf(value)}`);
    return url(value, { field: path, allowInsecure });
  },
  flag: (value) => {
    if (value === true || value === 'true') return true;
    if (value === false || value === 'false') return false;
    throw new Mismatch(`must be true or false, not ${kindOf(value)}`);
  },
  number: (value, key) => {
    const number = numberOf(value);
    if (typeof number === 'number') return number;
    throw new Mismatch(wrong(value, key));
  },
  parameters: (value) => {
    const culprit = isObject(value) ? Object.keys(value).find((name) => typeof value[name] !== 'string') : undefined;
    if (culprit !== undefined) throw new Mismatch(`must have only texts as values, but the value of "${culprit}" is not a text`);
    try {
      // Whether a parameter may name the client depends on the key, so that is checked elsewhere.
      return parseExtraParameters(value, true);
    } catch (error) {
      if (!isAccessTokenError(error)) throw error;
      throw new Mismatch(`must be key=value pairs joined by & or line breaks, or an object of texts. ${error.message}`);
    }
  },
};

function isNested({ kind }: ConfigKey): boolean {
  return typeof kind === 'object' && ('members' in kind || 'tokens' in kind || 'byTokenName' in kind);
}

function readKind(value: unknown, key: ConfigKey, context: Context): unknown {
  const { kind = 'text' } = key;
  if (typeof kind === 'string') return KINDS[kind](value, key, context);
  if ('members' in kind) return readObject(value, kind.members, context);
  if ('tokens' in kind) return readTokens(value, kind.tokens, context);
  if ('byTokenName' in kind) return readByTokenName(value, kind.byTokenName, context);
  if ('seconds' in kind) {
    const [least, most] = kind.seconds;
    const number = numberOf(value);
    if (typeof number === 'number' && number >= least && number <= most) return number;
    throw new Mismatch(`must be a number of seconds from ${least} to ${most}, not ${kindOf(value)}`);
  }
  if ('oneOf' in kind) {
    if (typeof value === 'string' && kind.oneOf.includes(value)) return value;
    throw new Mismatch(`must be ${kind.oneOf.map((name) => `"${name}"`).join(' or ')}`);
  }
  const id = readText(value);
  if (isId(id)) return id;
  throw new Mismatch(`must be the id of ${kind.idOf}: letters, digits, "-" and "_"`);
}

function readText(value: unknown): string {
  if (typeof value !== 'string') throw new Mismatch(`must be a text in quotes, not ${kindOf(value)}`);
  if (value.trim() === '') throw new Mismatch('must not be empty');
  if (value.length > LONGEST_TEXT) throw new Mismatch(`must have at most ${LONGEST_TEXT} characters`);
  return value;
}

function readTokens(value: unknown, keys: ConfigKeys, context: Context): Record<string, unknown>[] {
  if (!Array.isArray(value) || value.length === 0) throw new Mismatch('must be a list of at least one token');
  const { path, problems } = context;
  const read = (entry: unknown, index: number) =>
    readObject(entry, keys, { ...context, path: memberPath(path, index) }, Object.keys(ALL_TOKEN_KEYS));
  const tokens = value.map(read);
  problems.push(...tokenProblems(tokens, path));
  return tokens;
}

function readByTokenName(value: unknown, keys: ConfigKeys, context: Context): Record<string, unknown> {
  if (!isObject(value)) throw new Mismatch(`must be an object with a member for each token name, not ${kindOf(value)}`);
  const entries = Object.entries(value).map(([name, entry]): [string, unknown] => {
    const inside = { ...context, path: memberPath(context.path, name) };
    readValue(name, TOKEN_KEYS.tokenName, { ...inside, env: undefined });
    return [name, readObject(entry, keys, inside)];
  });
  return Object.fromEntries(entries);
}

function numberOf(value: unknown): unknown {
  return typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
}

/** Describes a value without showing it, except for numbers and booleans, which are never secret. */
function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (value === '') return 'an empty text';
  if (typeof value === 'string') return 'a text';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : 'an object';
}
