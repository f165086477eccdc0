import { isObject } from '../../../src/json';
import type { JsonObject } from '../../../src/json';

/** Strikes secrets out of a text. */
export type Strike = (text: string) => string;

/** The answer is not what the management API sends. The message describes it and quotes nothing. */
export class Misfit extends Error {
  constructor(what: string) {
    super(`not the management API's JSON, but ${what}`);
  }
}

/** @returns whether a value is safe as one segment of a path: `..`, `a/b` and `%2e` would lead to another address */
export function isId(value: unknown): value is string {
  return typeof value === 'string' && /^[\w-]+$/.test(value);
}

const LONGEST_NAME = 1000;

/** Replaces control and bidi characters, which could change the terminal. They aren't dropped: the rest could equal another name. */
function harmless(text: string): string {
  return text.slice(0, LONGEST_NAME).replace(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu, '\uFFFD');
}

const KINDS = {
  id: (value: unknown) => (isId(value) ? value : undefined),
  /** Made safe to show. */
  name: (value: unknown, strike: Strike) => (typeof value === 'string' ? strike(harmless(value)) : undefined),
  /** Unchanged. */
  text: (value: unknown) => (typeof value === 'string' ? value : undefined),
  number: (value: unknown) => (typeof value === 'number' ? value : undefined),
  flag: (value: unknown) => (typeof value === 'boolean' ? value : undefined),
  object: (value: unknown): JsonObject | undefined => (isObject(value) ? value : undefined),
  list: (value: unknown): unknown[] | undefined => (Array.isArray(value) ? value : undefined),
};

type Kind = keyof typeof KINDS;
type Value<K> = K extends Kind ? NonNullable<ReturnType<(typeof KINDS)[K]>> : never;
/** The required kind of each member of an answer. With a question mark, the member may be absent, empty or `null`. */
export type Shape = Readonly<Record<string, Kind | `${Kind}?`>>;
type OptionalIn<S> = { [K in keyof S]: S[K] extends `${Kind}?` ? K : never }[keyof S];
/** The type of an answer with that shape. */
export type Of<S> = { [K in Exclude<keyof S, OptionalIn<S>>]: Value<S[K]> } & {
  [K in OptionalIn<S>]?: S[K] extends `${infer N}?` ? Value<N> : never;
};

/** @throws Misfit */
export type Reader<T> = (answer: unknown, strike: Strike) => T;

/** The API's names, where ours differ. */
const WIRE_NAMES = new Map([['id', '_id'], ['urlToken', 'URLToken']]);

/** Makes a reader for an object. It keeps only the members of the shape. */
export function reader<const S extends Shape>(shape: S, path = ''): Reader<Of<S>> {
  return (answer, strike) => {
    if (!isObject(answer)) throw new Misfit(describe(answer, path));
    const members = Object.entries(shape).flatMap(([name, kind]): [string, unknown][] => {
      const wireName = WIRE_NAMES.get(name) ?? name;
      const given = answer[wireName];
      if (kind.endsWith('?') && [undefined, null, ''].includes(given as null)) return [];
      const value = KINDS[kind.replace('?', '') as Kind](given, strike);
      if (value === undefined) throw new Misfit(`an object in which "${path}${wireName}" is missing or wrong`);
      return [[name, value]];
    });
    return Object.fromEntries(members) as Of<S>;
  };
}

/** Accepts an answer without information: no content, or any object. */
export const readNothing: Reader<void> = (answer) => {
  if (answer !== '' && !isObject(answer)) throw new Misfit(describe(answer));
};

function describe(answer: unknown, path = ''): string {
  if (path !== '') return `a list in which "${path.slice(0, -1)}" is no object`;
  if (typeof answer === 'string' && answer.trim() !== '') return /^\s*</.test(answer) ? 'a web page' : 'a text';
  if (answer === null) return 'null';
  if (Array.isArray(answer)) return 'a list';
  return typeof answer === 'number' || typeof answer === 'boolean' ? `a ${typeof answer}` : 'no content';
}
