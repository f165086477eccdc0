import { AccessTokenError } from '../errors';
import type { ErrorCode } from '../errors';
import { checkUrl } from '../http';

// Each subject has one file, with up to four tables in it: what reads the settings, the connection type, the node fields,
// the keys of the configuration file. They are apart, and made of nothing but literals, so that each bundle leaves out
// those that it does not use: no label is in the Function, no configuration key in the extension.

/** What a reader needs to know besides the value. */
export interface Rule {
  /** The setting's key, for the error. */
  field: string;
  /** Whether http: to hosts other than this machine is let through. */
  allowInsecure?: boolean | undefined;
}

/** Checks a value as its user entered it, and converts it. Throws an `AccessTokenError` that names the field. */
export type Reader<T> = (value: unknown, rule: Rule) => T;

type Readers = Readonly<Record<string, Reader<unknown>>>;

/** What a table of readers makes of settings. */
export type Values<R extends Readers> = { [K in keyof R]: ReturnType<R[K]> };

/** Settings as users enter them: everything may be empty or absent. */
export type Entered<R extends Readers> = { [K in keyof R]?: unknown };

/** @throws AccessTokenError those of the readers, for the first setting that is wrong */
export function readSettings<R extends Readers>(entered: Entered<R>, readers: R, allowInsecure?: boolean): Values<R> {
  const read = Object.keys(readers).map((field) => [field, readers[field]?.(entered[field], { field, allowInsecure })]);
  return Object.fromEntries(read) as Values<R>;
}

export const url: Reader<string> = checkUrl;

/** White space around a text is surely a slip. What is no text, or blank, counts as left out. */
export const optionalText: Reader<string | undefined> = (value) =>
  typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;

/** @throws AccessTokenError with the given code */
export function requireText(value: unknown, { field }: Rule, code: ErrorCode): string {
  if (typeof value === 'string' && value.trim() !== '') return value;
  throw new AccessTokenError(code, `The setting "${field}" is empty.`, { field });
}

/** A field of a connection, by the name of the field. */
export type ConnectionFields = Readonly<Record<string, ConnectionField>>;

export interface ConnectionField {
  label: string;
  description: string;
  /** Default: true. */
  required?: false;
  /** The configuration key that `deploy` fills it from. Default: the field's own name. */
  key?: string;
}

/** A type of connections. */
export interface ConnectionType {
  type: string;
  label: string;
  /** Which connections `deploy` makes; none where this is left out. */
  deployed?: {
    /** What their names end with; that of a token follows. */
    name: string;
    /** Whether there is one for each token. */
    forEachToken?: true;
    /** The configuration key that calls for one. */
    where: string;
  };
  fields: ConnectionFields;
}

export type ConfigKeys = Readonly<Record<string, ConfigKey>>;

/** A key of the configuration file. */
export interface ConfigKey {
  /** What it is, for docs/reference.md; a key that is needed in several places says so in one of them. */
  about?: string;
  /** What the file must hold. Default: `text`. */
  kind?: ConfigKind;
  /** Checks and converts what is of that kind. */
  read?: Reader<unknown>;
  /** What is said where it does not. Default: the words of the kind, or those of the error. */
  must?: string;
  /** @returns what is unwise about a value that is allowed */
  warn?: (value: string) => string | undefined;
  required?: true;
  fallback?: unknown;
  /** What must not be shown; `parameters`: all but those that say what a token is for. */
  secret?: true | 'parameters';
  ask?: Question;
}

export type ConfigKind =
  | 'text'
  /** An empty text, for example from an empty environment variable, counts as left out. */
  | 'optionalText'
  | 'url'
  | 'flag'
  /** A number, or the text of one, since an environment variable can only hold text. */
  | 'number'
  /** Text, or an object of texts. */
  | 'parameters'
  /** Text that `read` checks; `must` says all that may be wrong. */
  | 'name'
  /** Whatever `read` takes. */
  | 'any'
  | { seconds: readonly [least: number, most: number] }
  | { oneOf: readonly string[] }
  /** An id, and whose it is. */
  | { idOf: string }
  | { members: ConfigKeys }
  /** A list of tokens. */
  | { tokens: ConfigKeys }
  /** An object with a member for each token name. */
  | { byTokenName: ConfigKeys };

/** How `init` asks for it. */
export interface Question {
  message: string;
  placeholder?: string;
  /** What is known of the choices. */
  hints?: Readonly<Record<string, string>>;
  /** The environment variable that the configuration names in place of a secret. */
  variable?: string;
  /** Asked only once the token endpoint has refused the other answers; may be left empty. */
  isLate?: true;
  /** What to choose to answer anew, after the token endpoint refused. */
  again?: string;
  /** The errors that this answer most likely has caused. */
  suspectedOf?: readonly ErrorCode[];
}
