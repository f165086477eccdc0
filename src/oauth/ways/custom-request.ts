import { toBase64, utf8 } from '../../base64';
import { formEncode, readForm } from '../../http';
import type { HttpRequest } from '../../http';
import { isObject, memberAt } from '../../json';
import type { JsonObject } from '../../json';
import { readCustomRequest } from '../../settings/custom-request';
import type { CustomRequest, CustomRequestSettings } from '../../settings/custom-request';
import { readShared } from '../../settings/token';
import type { SharedSettings } from '../../settings/token';
import type { TokenEndpointConfig, TokenEndpointRule } from '../config';
import type { TokenProtocol } from '../grants';
import { secretsAmong } from '../request';

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
export function customRequestConfig(settings: CustomRequestSettings & SharedSettings, { allowInsecure = false }: TokenEndpointRule): TokenEndpointConfig {
  const { tokenUrl, custom } = readCustomRequest(settings, allowInsecure);
  const { username, secret = '', method, body, tokenPath } = custom;
  const name = 'custom_request';
  const request = requestOf(tokenUrl, custom);
  const protocol = { request, membersOf: readerOf(custom) };
  const secrets = [secret, basicOf(custom), ...secretsIn(request).filter((value) => value !== username)];
  return {
    ...readShared(settings),
    tokenUrl,
    clientId: username ?? '',
    grant: { name, offer: () => [{ name, parameters: {}, isSingleUse: false, secrets, protocol }] },
    purpose: [method, body, tokenPath],
    means: custom,
  };
}

function requestOf(url: string, custom: CustomRequest): HttpRequest {
  const { method, body = '' } = custom;
  const headers = Object.fromEntries(Object.entries(custom.headers).map(([name, value]) => [name, fill(value, custom)]));
  const type = headers['content-type'] ?? (/^\s*[[{]/.test(body) ? 'application/json' : 'application/x-www-form-urlencoded');
  if (body !== '') headers['content-type'] = type;
  const [, escape] = ESCAPES.find(([types]) => types.test(type)) ?? [];
  return { method, url: fill(url, custom, encodeURIComponent), headers: { accept: 'application/json', ...headers }, body: fill(body, custom, escape) };
}

function readerOf({ tokenPath, expiryPath, expiryFormat }: CustomRequest): TokenProtocol['membersOf'] {
  return (answer, now) => {
    const members: JsonObject = isObject(answer) ? { ...answer } : {};
    // Another one is asked for in the same way.
    delete members['refresh_token'];
    members['access_token'] = tokenPath === undefined && !isObject(answer) ? answer : memberAt(answer, tokenPath ?? 'access_token');
    const expires_in = expiryPath === undefined ? NaN : LIFETIMES[expiryFormat](memberAt(answer, expiryPath), now);
    // A path that leads nowhere, or none at all: the answer's own `expires_in` stands.
    if (!Number.isNaN(expires_in)) members['expires_in'] = expires_in;
    return members;
  };
}

/** What looks like a secret that was written into headers, body or URL itself. */
function secretsIn({ url, headers, body }: HttpRequest): string[] {
  // Of "Basic …" and the like only what comes last.
  const inHeaders = Object.entries(headers).map(([name, value]) => [name, value.split(' ').pop() ?? ''] as const);
  return secretsAmong([...inHeaders, ...[url.replace(/.*\?/, ''), body as string].flatMap(pairsIn)]);
}

/** The texts in a JSON value, at any depth, or in a form. */
function pairsIn(text: string): (readonly [string, string])[] {
  const pairs: (readonly [string, string])[] = [];
  try {
    JSON.parse(text, (name, value: unknown) => (typeof value === 'string' && pairs.push([name, value]), value));
    return pairs;
  } catch {
    return Object.entries(readForm(text) ?? {});
  }
}

/** Puts user name and secret in place of `{username}`, `{secret}` and `{basic}` (both, as RFC 7617 has it). */
function fill(text: string, custom: CustomRequest, escape: (text: string) => string = String): string {
  const { username = '', secret = '' } = custom;
  const values: Record<string, string> = { username, secret, basic: basicOf(custom) };
  return text.replace(/\{(username|secret|basic)\}/g, (_, name: string) => escape(values[name] ?? ''));
}

function basicOf({ username = '', secret = '' }: CustomRequest): string {
  return toBase64(utf8(`${username}:${secret}`));
}
