import { AccessTokenError } from '../errors';
import type { ErrorCode } from '../errors';
import { checkUrl, isPrintable, tidy } from '../http';

export { tidy };

// Each subject has one file with everything about its settings: readers, connection type, node fields, configuration
// keys. They are separate literals, so that a bundle drops those it doesn't use: the Function has no labels, the
// extension no configuration keys.

/** What a reader needs besides the value. */
export interface Rule {
  /** The setting's key, for the error. */
  field: string;
  /** Allows http: to hosts other than this machine. */
  allowInsecure?: boolean | undefined;
}

/** Checks and converts a value as its user entered it. Throws an `AccessTokenError` that names the field. */
export type Reader<T> = (value: unknown, rule: Rule) => T;

export type Readers = Readonly<Record<string, Reader<unknown>>>;

/** What a table of readers returns. */
export type Values<R extends Readers> = { [K in keyof R]: ReturnType<R[K]> };

/** The same settings as users enter them. Each may be empty or absent. */
export type Entered<R extends Readers> = { [K in keyof R]?: unknown };

/** @throws AccessTokenError for the first setting that is wrong */
export function readSettings<R extends Readers>(entered: Entered<R>, readers: R, allowInsecure?: boolean): Values<R> {
  const read = Object.keys(readers).map((field) => [field, readers[field]?.(entered[field], { field, allowInsecure })]);
  return Object.fromEntries(read) as Values<R>;
}

/** A text in each language of the editor. */
export type Words = readonly [enUS: string, deDE: string, esES: string, koKR: string, jaJP: string];

export const url: Reader<string> = checkUrl;

/** `tidy` for values such as secrets, which may begin or end with a space. */
export const withoutPasting = (text: string): string => (isPrintable(text) ? text : text.replace(/^(?:[^\S ]|\p{C})+|(?:[^\S ]|\p{C})+$/gu, ''));

/** The text without surrounding white space. A blank text or a value of another type counts as absent. */
export const optionalText: Reader<string | undefined> = (value) => (typeof value === 'string' ? tidy(value) || undefined : undefined);

/** @throws AccessTokenError with the given code for a blank text or a value of another type */
export function requireText(value: unknown, { field }: Rule, code: ErrorCode): string {
  if (typeof value === 'string' && tidy(value) !== '') return value;
  throw new AccessTokenError(code, `The setting "${field}" is empty.`, { field });
}

/**
 * Lets through printable ASCII only, as RFC 6749 appendix A wants it for a token endpoint.
 *
 * @throws AccessTokenError configuration_invalid for a line break, an invisible character or a non-ASCII one
 */
export function requirePrintable<T extends string | undefined>(text: T, { field }: Rule): T {
  const position = text?.search(/[^ -~]/) ?? -1;
  if (position < 0) return text;
  // Only the position, because the character may be part of a secret.
  const message = `Character ${position + 1} of "${field}" is a line break, invisible, or not ASCII.`;
  throw new AccessTokenError('configuration_invalid', message, { field });
}

export interface ConnectionField {
  label: string;
  description: string;
  /** Default: true. */
  required?: false;
  /** The configuration key from which `deploy` fills it. Default: the field's name. */
  key?: string;
}

export interface ConnectionType {
  type: string;
  label: string;
  /** How `deploy` creates connections of this type. Without it, `deploy` creates none. */
  deployed?: {
    /** The first part of the connection's name; the token's name follows. */
    name: string;
    /** One connection per token, from the token's keys. Default: a single one, from the keys at the top. */
    forEachToken?: true;
    /** Creates the connection if this configuration key is present. */
    where: string;
  };
  fields: Readonly<Record<string, ConnectionField>>;
}

export type ConfigKeys = Readonly<Record<string, ConfigKey>>;

/** A key of the configuration file. */
export interface ConfigKey {
  /** Its description in docs/reference/configuration.md. */
  about?: string;
  /** What the file must hold. Default: `text`. */
  kind?: ConfigKind;
  /** Checks and converts a value of that kind. `undefined` refuses it. */
  read?: Reader<unknown>;
  /** The problem to report if `read` refuses a value. Default: the error's message. */
  must?: string;
  /** A valid example, for a URL. */
  example?: string;
  /** @returns a warning about a valid value */
  warn?: (value: string) => string | undefined;
  required?: true;
  /** Keys of the same object. Any of them replaces a required one. */
  unless?: readonly string[];
  /** The key isn't required either if a Flow refreshes. This is the warning then, if no key of `unless` replaces it. */
  unlessByFlow?: string;
  fallback?: unknown;
  /** `parameters`, `texts`: each value in it may be a secret, except those that say what a token is for. */
  secret?: true | 'parameters' | 'texts';
  /** The variable of the vendor's own command line that applies if the file omits the key. */
  vendorVariable?: string;
  ask?: Question;
}

export type ConfigKind =
  | 'text'
  /** An empty text counts as absent, because it may come from an empty environment variable. */
  | 'optionalText'
  | 'url'
  | 'flag'
  /** A number or its text, because environment variables only hold text. */
  | 'number'
  /** A text or an object of texts. */
  | 'parameters'
  /** A text that `read` checks. `must` is also reported for other types. */
  | 'name'
  /** Any value; `read` checks it. */
  | 'any'
  | { seconds: readonly [least: number, most: number] }
  | { oneOf: readonly string[] }
  /** An ID. `idOf` names its owner in the problem, such as `the Function`. */
  | { idOf: string }
  | { members: ConfigKeys }
  /** A list of tokens with these keys. */
  | { tokens: ConfigKeys }
  /** An object with one such object per token name. */
  | { byTokenName: ConfigKeys };

/** How `init` asks for a setting. */
export interface Question {
  message: string;
  placeholder?: string;
  /** A hint for each choice. */
  hints?: Readonly<Record<string, string>>;
  /** For a secret: the environment variable that the file will refer to. */
  variable?: string;
  /** Asked only after the token endpoint has refused. May be left empty. */
  isLate?: true;
  /** The menu entry to try again after the token endpoint has refused. */
  again?: string;
  /** The errors that a wrong answer to this question most likely causes. */
  suspectedOf?: readonly ErrorCode[];
}
