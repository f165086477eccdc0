import { toBase64 } from '../../base64';
import { formEncode } from '../../http';
import type { HttpRequest } from '../../http';
import { isObject, memberAt } from '../../json';
import type { JsonObject } from '../../json';
import type { CustomRequest } from '../../settings/custom-request';
import type { TokenEndpointConfig } from '../config';
import type { GrantType, TokenProtocol } from './grant';

/** How a text is written into a body of a type; other bodies take it as it is. */
const ESCAPES: [type: RegExp, escape: (text: string) => string][] = [
  [/json/i, (text) => JSON.stringify(text).slice(1, -1)],
  [/form-urlencoded/i, formEncode],
];

/** What one of a custom request's units makes of an expiry: seconds from the server's time, Unix seconds. */
const LIFETIMES: Record<CustomRequest['expiryFormat'], (expiry: unknown, now: number) => number> = {
  seconds: Number,
  milliseconds: (expiry) => Number(expiry) / 1000,
  unix: (expiry, now) => Number(expiry) - now,
  unix_milliseconds: (expiry, now) => Number(expiry) / 1000 - now,
  // A time without a zone is meant in UTC, where it comes from a server.
  iso: (expiry, now) => Date.parse(String(expiry).replace(/T[\d:.]+$/, '$&Z')) / 1000 - now,
};

/** A login of the API's own, as the user has described it. */
export const customRequest: GrantType = {
  name: 'custom_request',
  offer: ({ config }) => {
    if (config.customRequest === undefined) return [];
    const { secret = '' } = config.customRequest;
    const protocol = protocolOf(config, config.customRequest);
    return [{ name: 'custom_request', parameters: {}, isSingleUse: false, secrets: [secret, basicOf(config.customRequest)], protocol }];
  },
};

function protocolOf({ tokenUrl }: TokenEndpointConfig, custom: CustomRequest): TokenProtocol {
  const { method, body, tokenPath, expiryPath, expiryFormat } = custom;
  const headers = Object.fromEntries(Object.entries(custom.headers).map(([name, value]) => [name, fill(value, custom)]));
  const type = headers['content-type'] ?? (/^\s*[[{]/.test(body ?? '') ? 'application/json' : 'application/x-www-form-urlencoded');
  if (body !== undefined) headers['content-type'] = type;
  const [, escape] = ESCAPES.find(([types]) => types.test(type)) ?? [];
  const url = fill(tokenUrl, custom, encodeURIComponent);
  const request: HttpRequest = { method, url, headers: { accept: 'application/json', ...headers }, body: fill(body ?? '', custom, escape) };
  return {
    request,
    membersOf: (answer, now) => {
      const token = tokenPath === undefined && !isObject(answer) ? answer : memberAt(answer, tokenPath ?? 'access_token');
      const members: JsonObject = isObject(answer) ? { ...answer } : {};
      delete members['refresh_token'];
      const expiry = expiryPath === undefined ? undefined : memberAt(answer, expiryPath);
      const expires_in = LIFETIMES[expiryFormat](expiry ?? NaN, now);
      // A path that leads nowhere, or none at all: the answer's own `expires_in` stands.
      return { ...members, access_token: token, ...(Number.isNaN(expires_in) ? {} : { expires_in }) };
    },
  };
}

/** Puts user name and secret in place of `{username}`, `{secret}` and `{basic}` (both, as RFC 7617 has it). */
function fill(text: string, custom: CustomRequest, escape: (text: string) => string = String): string {
  const { username = '', secret = '' } = custom;
  const values: Record<string, string> = { username, secret, basic: basicOf(custom) };
  return text.replace(/\{(username|secret|basic)\}/g, (_, name: string) => escape(values[name] ?? ''));
}

function basicOf({ username = '', secret = '' }: CustomRequest): string {
  return toBase64(Uint8Array.from(`${username}:${secret}`, (character) => character.charCodeAt(0)));
}
