import { AccessTokenError } from '../errors';
import type { ErrorCode } from '../errors';
import { checkUrl, isPrintable, tidy } from '../http';

export { tidy };

// One file per subject holds everything about its settings: readers, connection type, node fields, configuration keys. They are separate
// literals, so that each bundle drops those it does not use: the Function carries no labels, the extension no configuration keys.

/** What a reader gets besides the value. */
export interface Rule {
  /** The setting's key, for the error. */
  field: string;
  /** Allows http: to hosts other than this machine. */
  allowInsecure?: boolean | undefined;
}

/** Checks and converts a value that a user entered. Throws an `AccessTokenError` that names the field. */
export type Reader<T> = (value: unknown, rule: Rule) => T;

export type Readers = Readonly<Record<string, Reader<unknown>>>;

/** The result of a table of readers. */
export type Values<R extends Readers> = { [K in keyof R]: ReturnType<R[K]> };

/** The same settings as entered. Each may be empty or absent. */
export type Entered<R extends Readers> = { [K in keyof R]?: unknown };

/** @throws AccessTokenError of the first wrong setting */
export function readSettings<R extends Readers>(entered: Entered<R>, readers: R, allowInsecure?: boolean): Values<R> {
  const read = Object.keys(readers).map((field) => [field, readers[field]?.(entered[field], { field, allowInsecure })]);
  return Object.fromEntries(read) as Values<R>;
}

/** A text in each of the editor's languages. */
export type Words = readonly [enUS: string, deDE: string, esES: string, koKR: string, jaJP: string];

export const url: Reader<string> = checkUrl;

/** The same for text that may begin or end with a space, such as a secret. */
export const withoutPasting = (text: string): string => (isPrintable(text) ? text : text.replace(/^(?:[^\S ]|\p{C})+|(?:[^\S ]|\p{C})+$/gu, ''));

/** Text without surrounding white space. Blank text, or a value of another type, counts as absent. */
export const optionalText: Reader<string | undefined> = (value) => (typeof value === 'string' ? tidy(value) || undefined : undefined);

/** @throws AccessTokenError with the given code, if the value is blank or not text */
export function requireText(value: unknown, { field }: Rule, code: ErrorCode): string {
  if (typeof value === 'string' && tidy(value) !== '') return value;
  throw new AccessTokenError(code, `The setting "${field}" is empty.`, { field });
}

/**
 * Checks text for a token endpoint: printable ASCII, RFC 6749 appendix A.
 *
 * @throws AccessTokenError configuration_invalid, for a line break, an invisible character and the like
 */
export function requirePrintable<T extends string | undefined>(text: T, { field }: Rule): T {
  const position = text?.search(/[^ -~]/) ?? -1;
  if (position < 0) return text;
  // Say where the character is, not which one: it may be part of a secret.
  const message = `Character ${position + 1} of "${field}" is a line break, invisible, or not ASCII.`;
  throw new AccessTokenError('configuration_invalid', message, { field });
}

export interface ConnectionField {
  label: string;
  description: string;
  /** Default: true. */
  required?: false;
  /** The configuration key that `deploy` fills it from. Default: the field's name. */
  key?: string;
}

export interface ConnectionType {
  type: string;
  label: string;
  /** How `deploy` creates connections of this type. Without it, `deploy` creates none. */
  deployed?: {
    /** The first part of the connection's name. The token's name follows. */
    name: string;
    /** One connection for each token, from the token's keys. Default: a single one, from the top-level keys. */
    forEachToken?: true;
    /** Create the connection only if this configuration key is present. */
    where: string;
  };
  fields: Readonly<Record<string, ConnectionField>>;
}

export type ConfigKeys = Readonly<Record<string, ConfigKey>>;

/** A key of the configuration file. */
export interface ConfigKey {
  /** Its description in docs/reference.md. */
  about?: string;
  /** The kind of value in the file. Default: `text`. */
  kind?: ConfigKind;
  /** Checks and converts a value of that kind; `undefined` means it is refused. */
  read?: Reader<unknown>;
  /** The problem to report if `read` refuses the value. Default: the error's message. */
  must?: string;
  /** For a URL: a valid example. */
  example?: string;
  /** @returns a warning about a valid value */
  warn?: (value: string) => string | undefined;
  required?: true;
  /** Keys of the same object that can replace a required one. */
  unless?: readonly string[];
  /** Not required if a Flow refreshes. The text is the warning for the case that nothing replaces it. */
  unlessByFlow?: string;
  fallback?: unknown;
  /** For `parameters` and `texts`: each value may be a secret, except those that say what a token is for. */
  secret?: true | 'parameters' | 'texts';
  /** The variable of the vendor's own command line that counts if the file lacks the key. */
  vendorVariable?: string;
  ask?: Question;
}

export type ConfigKind =
  | 'text'
  /** Empty text counts as absent, because it may come from an empty environment variable. */
  | 'optionalText'
  | 'url'
  | 'flag'
  /** A number or its text, because environment variables hold only text. */
  | 'number'
  /** Text, or an object of texts. */
  | 'parameters'
  /** Text that `read` checks. `must` also reports values of other types. */
  | 'name'
  /** Any value; `read` checks it. */
  | 'any'
  | { seconds: readonly [least: number, most: number] }
  | { oneOf: readonly string[] }
  /** An id. The owner goes into the problem, such as `the Function`. */
  | { idOf: string }
  | { members: ConfigKeys }
  /** A list of tokens with these keys. */
  | { tokens: ConfigKeys }
  /** An object with one such object for each token name. */
  | { byTokenName: ConfigKeys };

/** How `init` asks for a setting. */
export interface Question {
  message: string;
  placeholder?: string;
  /** A hint for each choice. */
  hints?: Readonly<Record<string, string>>;
  /** For a secret: the environment variable that the file will refer to. */
  variable?: string;
  /** Asked only after the token endpoint refused. May stay empty. */
  isLate?: true;
  /** The menu entry for another try after the token endpoint refused. */
  again?: string;
  /** Errors that a wrong answer here most likely causes. */
  suspectedOf?: readonly ErrorCode[];
}
