import { memberPath } from './problems';
import type { Problem } from './problems';
import { UNRESOLVED } from './references';

/** Says why a value is wrong; it is reported together with the value's path. */
export class Mismatch extends Error {}

/** Where a value stands, and what its reader may need to know. */
export interface Context {
  path: string;
  allowInsecure: boolean;
  problems: Problem[];
  warnings: Problem[];
}

/** @returns the value as it goes into the rendered file; `undefined` leaves it out. Throws a `Mismatch`. */
export type Reader = (value: unknown, context: Context) => unknown;

export interface Setting {
  read: Reader;
  required?: true;
  fallback?: unknown;
  /** What it is, for docs/reference.md. */
  about?: string;
}

export type Settings = Readonly<Record<string, Setting>>;

/**
 * Reads an object by a table of settings.
 *
 * @param context takes up missing, wrong and unknown keys
 * @param knownKeys the keys that are not reported as unknown
 * @returns the settings with their defaults; those that are wrong or left out are absent
 */
export function readObject(
  value: unknown,
  settings: Settings,
  context: Context,
  knownKeys: readonly string[] = Object.keys(settings),
): Record<string, unknown> {
  if (!isObject(value)) {
    context.problems.push({ path: context.path, message: `must be an object in braces, not ${kindOf(value)}` });
    return {};
  }
  for (const key of Object.keys(value).filter((name) => !knownKeys.includes(name))) {
    const message = `is not a known key; allowed are ${knownKeys.join(', ')}`;
    context.problems.push({ path: memberPath(context.path, key), message });
  }
  const result: Record<string, unknown> = {};
  for (const [key, { read, required, fallback }] of Object.entries(settings)) {
    const path = memberPath(context.path, key);
    const given = value[key];
    if (given === undefined && required) context.problems.push({ path, message: 'is missing' });
    const setting = given === undefined ? fallback : readValue(given, { ...context, path }, read);
    if (setting !== undefined) result[key] = setting;
  }
  return result;
}

/** Reads one value; what is wrong with it goes to the context's problems. */
export function readValue(value: unknown, context: Context, read: Reader): unknown {
  if (value === UNRESOLVED) return undefined;
  try {
    return read(value, context);
  } catch (error) {
    if (!(error instanceof Mismatch)) throw error;
    context.problems.push({ path: context.path, message: error.message });
    return undefined;
  }
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Describes a value without showing it, except for numbers and booleans: those are no secrets. */
export function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (value === '') return 'an empty text';
  if (typeof value === 'string') return 'a text';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : 'an object';
}
