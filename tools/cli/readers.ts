import { AccessTokenError } from '../../src/errors';
import type { ErrorCode } from '../../src/errors';
import { checkUrl } from '../../src/http';
import { isTimestamp, parseRefreshPercent } from '../../src/lifetime';
import { parseExtraParameters } from '../../src/oauth';
import { isTokenName, parseRecord } from '../../src/stores/protocol/parse-message';

import { isObject, kindOf, Mismatch } from './read-object';
import type { Reader } from './read-object';
import { UNRESOLVED } from './references';

const LONGEST_TEXT = 10_000;
const SHORT_SECRET = 16;

const URL_PROBLEMS: Partial<Record<ErrorCode, string>> = {
  url_missing: 'must not be empty',
  url_malformed: 'must be a whole URL, such as https://login.example.com/path, without spaces, user name or fragment',
  insecure_url: 'must start with https: (http: is for this machine only, unless "allowInsecure" is true)',
};

export function text(value: unknown): string {
  if (typeof value !== 'string') throw new Mismatch(`must be a text in quotes, not ${kindOf(value)}`);
  if (value.trim() === '') throw new Mismatch('must not be empty');
  if (value.length > LONGEST_TEXT) throw new Mismatch(`must have at most ${LONGEST_TEXT} characters`);
  return value;
}

/** An empty text, for example from an empty environment variable, counts as left out. */
export const optionalText: Reader = (value) => (value === '' ? undefined : text(value));

export const tokenName: Reader = (value) => {
  const name = typeof value === 'string' ? value.trim() : value;
  if (isTokenName(name)) return name;
  throw new Mismatch('must be a text of 1 to 200 characters, none of them a control character');
};

export const url: Reader = (value, { path, allowInsecure }) => {
  if (typeof value !== 'string') throw new Mismatch(`must be a URL in quotes, not ${kindOf(value)}`);
  try {
    return checkUrl(value, { field: path, allowInsecure });
  } catch (error) {
    if (!(error instanceof AccessTokenError)) throw error;
    throw new Mismatch(URL_PROBLEMS[error.code] ?? error.message);
  }
};

export const apiUrl: Reader = (value, context) => {
  const base = String(url(value, context)).replace(/\/+$/, '');
  if (/\/new(?:\/v\d[^/]*)?$/.test(base)) {
    throw new Mismatch('must be the base URL of the API, without /new or /new/v2.0 at its end');
  }
  return base;
};

/** @param owner whose id it is, such as `the Function` */
export function idOf(owner: string): Reader {
  return (value) => {
    const id = text(value);
    if (!/^[\w-]+$/.test(id)) throw new Mismatch(`must be the id of ${owner}: letters, digits, "-" and "_"`);
    return id;
  };
}

/** A name that things get in the project, where the platform allows 200 characters at most. */
export const resourceName: Reader = (value) => {
  const name = typeof value === 'string' ? value.trim() : value;
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  if (typeof name === 'string' && /^[^\u0000-\u001f\u007f]{1,200}$/.test(name)) return name;
  throw new Mismatch('must be a name of 1 to 200 characters, none of them a control character');
};

export const endpointSecret: Reader = (value, { path, warnings }) => {
  const secret = text(value);
  if (secret.length < SHORT_SECRET) {
    const message = `has fewer than ${SHORT_SECRET} characters; whoever guesses it can read and replace every token`;
    warnings.push({ path, message });
  }
  return secret;
};

export const refreshPercent: Reader = (value) => {
  const percent = value === '' || value === null ? undefined : parseRefreshPercent(value);
  if (percent !== undefined) return percent;
  throw new Mismatch(`must be a number from 1 to 99, not ${kindOf(value)}`);
};

export function oneOf(...allowed: string[]): Reader {
  return (value) => {
    if (typeof value === 'string' && allowed.includes(value)) return value;
    throw new Mismatch(`must be ${allowed.map((name) => `"${name}"`).join(' or ')}`);
  };
}

/** A number, or the text of one, since an environment variable can only hold text. */
export function numberBetween(least: number, most: number, unit: string): Reader {
  return (value) => {
    const number = numberOf(value);
    if (typeof number === 'number' && number >= least && number <= most) return number;
    throw new Mismatch(`must be a number of ${unit} from ${least} to ${most}, not ${kindOf(value)}`);
  };
}

export const flag: Reader = (value) => {
  if (value === true || value === 'true') return true;
  if (value === false || value === 'false') return false;
  throw new Mismatch(`must be true or false, not ${kindOf(value)}`);
};

export const extraParameters: Reader = (value) => {
  if (isObject(value)) {
    if (Object.values(value).includes(UNRESOLVED)) return undefined;
    const wrong = Object.keys(value).find((key) => typeof value[key] !== 'string');
    if (wrong !== undefined) throw new Mismatch(`must have only texts as values, but "${wrong}" has another one`);
  }
  try {
    return parseExtraParameters(value);
  } catch (error) {
    if (!(error instanceof AccessTokenError)) throw error;
    throw new Mismatch(`must be key=value pairs joined by & or line breaks, or an object of texts. ${error.message}`);
  }
};

/** A token endpoint's answer that is already at hand. */
export const storedToken: Reader = (value) => {
  if (isObject(value) && Object.values(value).includes(UNRESOLVED)) return undefined;
  // Any timestamp does: it has its own key and its own report.
  const record = parseRecord({ token: value, timestamp: 0 });
  if (!('field' in record)) return value;
  const culprit = record.field === 'token' ? '' : `: its ${record.field.replace('token.', '')} is missing or wrong`;
  throw new Mismatch(`must be the answer of a token endpoint, with an access_token and expires_in${culprit}`);
};

export const timestamp: Reader = (value) => {
  const seconds = numberOf(value);
  if (isTimestamp(seconds)) return seconds;
  throw new Mismatch(`must be a time in Unix seconds (not milliseconds), not ${kindOf(value)}`);
};

function numberOf(value: unknown): unknown {
  return typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
}
