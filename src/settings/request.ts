import { percentEncode } from '../base64';
import { AccessTokenError, isAccessTokenError } from '../errors';
import { checkUrl } from '../http';
import { isObject, parseJson } from '../json';
import { oneOf, readHeaderLines } from './request-parts';
import { MOST_BYTES } from './result';
import { optionalText, readSettings, tidy } from './setting';
import type { Entered, Reader, Rule, Values } from './setting';

export const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD'] as const;
export const BODY_TYPES = ['json', 'form', 'text'] as const;

/** The default key of the answer in context or input. */
export const DEFAULT_ANSWER_KEY = 'apiResponse';

const CODE = 'request_invalid';
export const DEFAULT_TIMEOUT_SECONDS = 8;
/** The longest time for the whole node, seconds. The platform ends an execution after 20 s. */
export const LONGEST_SECONDS = 18;
/** The default limit of the result, bytes. A conversation holds 65 kB, which must also fit the token and the Flow's own data. */
export const DEFAULT_MOST_BYTES = 50_000;

/** These headers would change how the request is framed or where it goes (RFC 9110 §7.6.1, RFC 9112 §6). */
const FRAMING = /^(?:host|connection|content-length|expect|keep-alive|te|trailer|transfer-encoding|upgrade|proxy-.*)$/;
// eslint-disable-next-line no-control-regex -- control characters are what is looked for
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;
/** A percent sign that encodes nothing. Below it: characters that RFC 3986 §2 doesn't allow, or that would end the URL. */
const STRAY_PERCENT = /%(?![\da-f]{2})/gi;
const UNENCODED = /[^!-~]+|["#<>\\^`{|}]/g;
/** RFC 3986 §3.3. Clients remove these, together with the segment before `..`. */
const DOT_SEGMENT = /\/(?:\.|%2e){1,2}(?=[/?]|$)/i;
const EXAMPLE = 'Enter a whole URL, such as https://api.example.com/v1/orders?status=open.';

/**
 * A URL may contain text from users. Characters that it doesn't allow are percent-encoded. Text that would change the
 * host or the folder is refused.
 */
const readUrl: Reader<string> = (value, { field, allowInsecure }) => {
  const text = typeof value === 'string' ? tidy(value) : value;
  const refused = (why: string) => new AccessTokenError('url_malformed', `The URL "${field}" ${why}.`, { field, remedy: EXAMPLE });
  if (typeof text === 'string' && CONTROL.test(text)) throw refused('has a line break or another control character');
  const encoded = typeof text === 'string' ? text.replace(STRAY_PERCENT, '%25').replace(UNENCODED, percentEncode) : text;
  try {
    const url = checkUrl(encoded, { field, allowInsecure });
    if (DOT_SEGMENT.test(url.replace(/\?.*/, ''))) throw refused('has "." or ".." as a folder');
    return url;
  } catch (thrown) {
    if (!isAccessTokenError(thrown)) throw thrown;
    throw thrown.code === 'insecure_url' ? thrown : thrown.with({ remedy: EXAMPLE });
  }
};

const readRequestHeaders: Reader<Record<string, string>> = (value, rule) => {
  const entered = typeof value === 'string' ? (parseJson(value) ?? value) : value;
  if (entered !== undefined && entered !== null && typeof entered !== 'string' && !isObject(entered)) throw invalid(rule, 'is not an object of texts');
  // An empty header is left out: nothing came to fill it.
  const filled = isObject(entered) ? Object.fromEntries(Object.entries(entered).flatMap(filledEntry)) : entered;
  const headers = readHeaderLines(filled, rule, CODE);
  const framing = Object.keys(headers).find((name) => FRAMING.test(name));
  if (framing !== undefined) throw invalid(rule, `names ${framing}, which the node sets itself`);
  return headers;
};

function filledEntry([name, content]: [string, unknown]): [string, unknown][] {
  const text = typeof content === 'number' || typeof content === 'boolean' ? String(content) : content;
  return text === undefined || text === null || text === '' ? [] : [[name, text]];
}

const readStatuses: Reader<number[]> = (value, rule) => {
  const text = typeof value === 'number' ? String(value) : (optionalText(value, rule) ?? '401');
  const words = text === 'none' ? [] : text.split(/[\s,;]+/).filter(Boolean);
  if (!words.every((word) => /^[345]\d\d$/.test(word))) throw invalid(rule, 'is not a list of statuses from 300 to 599, or none');
  return words.map(Number);
};

/** @returns a number greater than 0, up to `most` */
function amount(value: unknown, rule: Rule, fallback: number, most: number): number {
  const entered = typeof value === 'string' ? (tidy(value) === '' ? undefined : Number(value)) : value;
  if (entered === undefined || entered === null) return fallback;
  if (typeof entered === 'number' && entered > 0 && entered <= most) return entered;
  throw invalid(rule, `is not a number above 0, up to ${most}`);
}

const readPlainText: Reader<string | undefined> = (value, rule) =>
  typeof value === 'number' || typeof value === 'boolean' ? String(value) : optionalText(value, rule);

function invalid({ field }: Rule, why: string): AccessTokenError {
  return new AccessTokenError(CODE, `"${field}" ${why}.`, { field });
}

/** A request to an API. */
export const REQUEST = {
  method: (value, rule) => oneOf(METHODS, value, rule, CODE),
  url: readUrl,
  headers: readRequestHeaders,
  bodyType: (value, rule) => oneOf(BODY_TYPES, value, rule, CODE),
  /** For `json`: an object or its JSON. For `form`: an object, its JSON, or one `name=value` per line. For `text`: a string. */
  body: (value) => value,
  bodyText: (value) => value,
  /** The statuses with which the API refuses the token. */
  retryStatuses: readStatuses,
  /** The token is also refused if the answer has `retryValue` at this path. */
  retryPath: optionalText,
  retryValue: readPlainText,
  timeoutSeconds: (value, rule) => amount(value, rule, DEFAULT_TIMEOUT_SECONDS, LONGEST_SECONDS),
  /** The limit of the result as JSON in UTF-8, bytes. */
  maxBytes: (value, rule) => amount(value, rule, DEFAULT_MOST_BYTES, MOST_BYTES),
  /** The parts of an answer's JSON that are kept. Empty: all of it. */
  includePaths: (value, rule) => (optionalText(value, rule) ?? '').split(/[\s,;]+/).filter(Boolean),
} satisfies Record<string, Reader<unknown>>;

export type RequestSettings = Values<typeof REQUEST>;

/** @throws AccessTokenError url_missing, url_malformed, insecure_url, request_invalid */
export function readRequest(entered: Entered<typeof REQUEST>, allowInsecure: boolean): RequestSettings {
  const settings = readSettings(entered, REQUEST, allowInsecure);
  const { retryPath, retryValue } = settings;
  if (retryPath !== undefined && retryValue === undefined) throw invalid({ field: 'retryValue' }, 'is empty, but its path is set');
  if (retryPath === undefined && retryValue !== undefined) throw invalid({ field: 'retryPath' }, 'is empty, but its value is set');
  return settings;
}
