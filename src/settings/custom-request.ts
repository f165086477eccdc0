import { isObject } from '../json';
import { oneOf, readHeaderLines } from './request-parts';
import { optionalText, readSettings, requirePrintable, url } from './setting';
import type { ConfigKeys, ConnectionType, Entered, Reader, Rule, Values } from './setting';

const METHODS = ['POST', 'GET', 'PUT', 'PATCH'] as const;
const EXPIRY_FORMATS = ['seconds', 'milliseconds', 'unix', 'unix_milliseconds', 'iso'] as const;

const CODE = 'custom_request_invalid';

/** Reads one `Name: value` per line, or an object. Returns the names in lower case. */
export const readHeaders: Reader<Record<string, string>> = (value, rule) => readHeaderLines(value, rule, CODE);

const readSecret: Reader<string | undefined> = (value, rule) => requirePrintable(optionalText(value, rule), rule);

/** Turns an object into its JSON. */
const readBody: Reader<string | undefined> = (value, rule) => (isObject(value) ? JSON.stringify(value) : optionalText(value, rule));

/** A custom login of an API without OAuth: the request, and where the answer has the token. */
export const CUSTOM_REQUEST = {
  url,
  method: (value, rule) => oneOf(METHODS, value, rule, CODE),
  headers: readHeaders,
  /** `{username}` and `{secret}` in it are replaced. */
  body: readBody,
  username: optionalText,
  secret: readSecret,
  /** Where the answer has the token, such as `data.accessToken`. Default: `access_token`, or the whole answer if it is text. */
  tokenPath: optionalText,
  /** Where the answer has the token's lifetime or expiry, see `expiryFormat`. */
  expiryPath: optionalText,
  expiryFormat: (value, rule) => oneOf(EXPIRY_FORMATS, value, rule, CODE),
} satisfies Record<string, Reader<unknown>>;

export type CustomRequest = Omit<Values<typeof CUSTOM_REQUEST>, 'url'>;
export type CustomRequestSettings = Entered<typeof CUSTOM_REQUEST>;

/** @throws AccessTokenError url_missing, url_malformed, insecure_url, custom_request_invalid, configuration_invalid */
export function readCustomRequest(settings: CustomRequestSettings, allowInsecure: boolean): { tokenUrl: string; custom: CustomRequest } {
  const { url: tokenUrl, ...custom } = readSettings(settings, CUSTOM_REQUEST, allowInsecure);
  return { tokenUrl, custom };
}

/** The connection for an API with a login of its own. */
export const CUSTOM_TOKEN_REQUEST = {
  type: 'customTokenRequest',
  label: 'Custom login',
  deployed: { name: 'Login', forEachToken: true, where: 'customRequest' },
  fields: {
    url: { label: 'URL', description: 'Where the API gives out tokens, such as https://api.example.com/login' },
    method: { label: 'Method', description: 'POST (default), GET, PUT or PATCH', required: false },
    headers: { label: 'Headers', description: 'One "Name: value" per line, such as x-api-key: {secret} or Authorization: Basic {basic}', required: false },
    body: { label: 'Body', description: 'Such as {"user": "{username}", "password": "{secret}"}. The fields below replace {username} and {secret}', required: false },
    username: { label: 'User name', description: 'Replaces {username}', required: false },
    secret: { label: 'Secret', description: 'A password or key. Replaces {secret}', required: false },
    tokenPath: { label: 'Token path', description: 'Where the response has the token, such as data.accessToken or sessions[0].id. If empty, access_token', required: false },
    expiryPath: { label: 'Expiry path', description: 'Where the response has the expiry, such as data.expiresIn. If empty, expires_in', required: false },
    expiryFormat: { label: 'Expiry format', description: 'How long the token lives: seconds (default) or milliseconds. Or when it expires: unix, unix_milliseconds or iso (a date)', required: false },
  },
} as const satisfies ConnectionType & { fields: Record<keyof typeof CUSTOM_REQUEST, unknown> };

/** The keys of `customRequest` in a configuration file. */
export const CUSTOM_REQUEST_KEYS = {
  url: { about: 'where the API gives out tokens', kind: 'url', required: true },
  method: { about: '`POST`, `GET`, `PUT` or `PATCH`', kind: { oneOf: METHODS }, fallback: 'POST' },
  headers: {
    about: 'one `Name: value` per line, or an object',
    kind: 'any',
    read: (value: unknown, rule: Rule) => {
      if (isObject(value) && Object.values(value).some((text) => typeof text !== 'string')) return undefined;
      return Object.entries(readHeaders(value, rule)).map((pair) => pair.join(': ')).join('\n') || undefined;
    },
    must: 'must be an object of texts, or one "Name: value" a line',
    secret: 'texts',
  },
  body: {
    about: 'a text or an object; `{username}`, `{secret}` and `{basic}` (both, for HTTP Basic) in it are replaced',
    kind: 'any',
    read: readBody,
    must: 'must be a text or an object',
    secret: 'texts',
  },
  username: { about: 'replaces `{username}`', kind: 'optionalText' },
  secret: { about: 'replaces `{secret}`', kind: 'optionalText', read: readSecret, secret: true },
  tokenPath: { about: 'where the response has the token, such as `data.accessToken`', kind: 'optionalText' },
  expiryPath: { about: 'where the response says how long the token lives', kind: 'optionalText' },
  expiryFormat: { about: '`seconds`, `milliseconds`, `unix`, `unix_milliseconds` or `iso`', kind: { oneOf: EXPIRY_FORMATS }, fallback: 'seconds' },
} as const satisfies ConfigKeys & Record<keyof typeof CUSTOM_REQUEST, unknown>;
