import { AccessTokenError } from '../errors';
import type { ErrorCode } from '../errors';
import { checkUrl, isPrintable, tidy } from '../http';

export { tidy };

// One file per subject holds all that is known of its settings: readers, connection type, node fields, configuration
// keys. These are separate literals so that each bundle drops the ones it does not use: the Function carries no label,
// the extension no configuration key.

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

/** The same settings as users enter them: each may be empty or absent. */
export type Entered<R extends Readers> = { [K in keyof R]?: unknown };

/** @throws AccessTokenError that of the first setting that is wrong */
export function readSettings<R extends Readers>(entered: Entered<R>, readers: R, allowInsecure?: boolean): Values<R> {
  const read = Object.keys(readers).map((field) => [field, readers[field]?.(entered[field], { field, allowInsecure })]);
  return Object.fromEntries(read) as Values<R>;
}

/** A text in each language of the editor. */
export type Words = readonly [enUS: string, deDE: string, esES: string, koKR: string, jaJP: string];

export const url: Reader<string> = checkUrl;

/** The same for what may begin or end with a space, as a secret. */
export const withoutPasting = (text: string): string => (isPrintable(text) ? text : text.replace(/^(?:[^\S ]|\p{C})+|(?:[^\S ]|\p{C})+$/gu, ''));

/** A tidy text. A blank one, or a value of another type, counts as absent. */
export const optionalText: Reader<string | undefined> = (value) => (typeof value === 'string' ? tidy(value) || undefined : undefined);

/** @throws AccessTokenError with the given code, for a blank text or a value of another type */
export function requireText(value: unknown, { field }: Rule, code: ErrorCode): string {
  if (typeof value === 'string' && tidy(value) !== '') return value;
  throw new AccessTokenError(code, `The setting "${field}" is empty.`, { field });
}

/**
 * What goes to a token endpoint is printable ASCII, RFC 6749 appendix A.
 *
 * @throws AccessTokenError configuration_invalid, for a line break, a character that nobody sees, and the like
 */
export function requirePrintable<T extends string | undefined>(text: T, { field }: Rule): T {
  const position = text?.search(/[^ -~]/) ?? -1;
  if (position < 0) return text;
  // Where it is, and not what: it may be part of a secret.
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
  /** How `deploy` makes connections of this type. Without it, `deploy` makes none. */
  deployed?: {
    /** Part of the connection's name; the token's name follows. */
    name: string;
    /** One connection per token, from the token's keys. Default: one in all, from the keys at the top. */
    forEachToken?: true;
    /** Makes the connection where this configuration key is present. */
    where: string;
  };
  fields: Readonly<Record<string, ConnectionField>>;
}

export type ConfigKeys = Readonly<Record<string, ConfigKey>>;

/** A key of the configuration file. */
export interface ConfigKey {
  /** Its description in docs/reference.md. */
  about?: string;
  /** What the file must hold. Default: `text`. */
  kind?: ConfigKind;
  /** Checks and converts a value of that kind; `undefined` refuses it. */
  read?: Reader<unknown>;
  /** The problem to report where `read` refuses a value. Default: the error's message. */
  must?: string;
  /** For a URL: a valid one. */
  example?: string;
  /** @returns a warning about a valid value */
  warn?: (value: string) => string | undefined;
  required?: true;
  /** Keys of the same object, any of which takes the place of a required one. */
  unless?: readonly string[];
  /** Nor is it required where a Flow refreshes. The warning then, where nothing takes its place. */
  unlessByFlow?: string;
  fallback?: unknown;
  /** `parameters`, `texts`: what stands in it may be secrets, each of its own, except for what says what a token is for. */
  secret?: true | 'parameters' | 'texts';
  /** The variable of the vendor's own command line that counts where the file leaves the key out. */
  vendorVariable?: string;
  ask?: Question;
}

export type ConfigKind =
  | 'text'
  /** An empty text counts as absent: it may come from an empty environment variable. */
  | 'optionalText'
  | 'url'
  | 'flag'
  /** A number or its text, since environment variables hold only text. */
  | 'number'
  /** A text or an object of texts. */
  | 'parameters'
  /** A text that `read` checks; `must` also reports values of other types. */
  | 'name'
  /** Any value; `read` checks it. */
  | 'any'
  | { seconds: readonly [least: number, most: number] }
  | { oneOf: readonly string[] }
  /** An id, and its owner for the problem, such as `the Function`. */
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
  /** For a secret: the environment variable that the file refers to. */
  variable?: string;
  /** Asked only after the token endpoint has refused; may be left empty. */
  isLate?: true;
  /** The menu entry for another try, after the token endpoint has refused. */
  again?: string;
  /** Errors that this answer most likely causes. */
  suspectedOf?: readonly ErrorCode[];
}
