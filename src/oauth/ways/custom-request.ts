import { toBase64, utf8 } from '../../base64';
import { AccessTokenError } from '../../errors';
import { formEncode, readForm } from '../../http';
import type { HttpRequest } from '../../http';
import { depthWithin, isObject, memberAt } from '../../json';
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
const LIFETIMES: Record<CustomRequest['expiryFormat'], (expiry: string, now: number) => number> = {
  seconds: Number,
  milliseconds: (expiry) => Number(expiry) / 1000,
  unix: (expiry, now) => Number(expiry) - now,
  unix_milliseconds: (expiry, now) => Number(expiry) / 1000 - now,
  // A server means UTC by a time without a zone.
  iso: (expiry, now) => Date.parse(expiry.replace(/[T ]\d+:[\d:.]+$/, '$&Z')) / 1000 - now,
};

/** Stands for a setting. */
const PLACEHOLDER = /\{(username|secret|basic)\}/g;
/** A token that comes as a text by itself, RFC 6750 §2.1 and a bit more; not a page, a sentence, or JSON's `null`. */
const BARE_TOKEN = /^(?!null$)[^\s<>]+$/;
/** An answer that is nested deeper gives its token, and nothing else. */
const DEEPEST = 8;
/** The kept part of an answer has no other secrets. */
const PRIVATE_NAME = /refresh|id.?token|secret|passw/i;

/** A login of the API's own, as the user describes it. */
export function customRequestConfig(settings: CustomRequestSettings & SharedSettings, { allowInsecure = false }: TokenEndpointRule): TokenEndpointConfig {
  const { tokenUrl, custom } = readCustomRequest(settings, allowInsecure);
  const { username, secret, method, headers, body, tokenPath } = custom;
  const name = 'custom_request';
  const request = requestOf(tokenUrl, custom);
  const protocol = { request, membersOf: readerOf(custom) };
  const proofs = secret === undefined ? [] : [secret, basicOf(custom)];
  const secrets = [...proofs, ...secretsIn(request).filter((value) => value !== username)];
  return {
    ...readShared(settings),
    tokenUrl,
    clientId: username ?? '',
    grant: { name, offer: () => [{ name, parameters: {}, isSingleUse: false, secrets, protocol }] },
    purpose: [method, headers, body, tokenPath],
    means: custom,
  };
}

function requestOf(url: string, custom: CustomRequest): HttpRequest {
  const { method, body = '' } = custom;
  const headers = Object.fromEntries(Object.entries(custom.headers).map(([name, value]) => [name, headerOf(name, value, custom)]));
  const isJson = /^\s*[[{]/.test(body.replace(PLACEHOLDER, ''));
  const type = headers['content-type'] ?? (isJson ? 'application/json' : 'application/x-www-form-urlencoded');
  if (body !== '') headers['content-type'] = type;
  const [, escape] = ESCAPES.find(([types]) => types.test(type)) ?? [];
  return { method, url: fill(url, custom, (text) => formEncode(text).replace(/\+/g, '%20')), headers: { accept: 'application/json', ...headers }, body: fill(body, custom, escape) };
}

function headerOf(name: string, value: string, custom: CustomRequest): string {
  const text = fill(value, custom);
  if (/^[ -~]*$/.test(text)) return text;
  throw new AccessTokenError('custom_request_invalid', `With "username", the header ${name} is not ASCII: put {basic} there, or leave it out.`, { field: 'username' });
}

function readerOf({ tokenPath, expiryPath, expiryFormat }: CustomRequest): TokenProtocol['membersOf'] {
  return (answer, now) => {
    const found = tokenPath === undefined && typeof answer === 'string' ? bareToken(answer) : memberAt(answer, tokenPath ?? 'access_token');
    // Some sessions are numbers.
    const access_token = typeof found === 'number' ? String(found) : found;
    const expiry = memberAt(answer, expiryPath ?? 'expires_in');
    const isSaid = typeof expiry === 'number' || (typeof expiry === 'string' && expiry.trim() !== '');
    const expires_in = isSaid ? LIFETIMES[expiryFormat](String(expiry), now) : NaN;
    // A path that leads nowhere, or none at all: the answer's own `expires_in` stands.
    return { ...withoutSecrets(answer, access_token), access_token, ...(Number.isNaN(expires_in) ? {} : { expires_in }) };
  };
}

/** Another token is asked for in the same way; and one copy of this one is enough. */
function withoutSecrets(answer: unknown, token: unknown): JsonObject {
  if (!isObject(answer) || !depthWithin(answer, DEEPEST)) return {};
  return JSON.parse(JSON.stringify(answer), (name, member: unknown) => (PRIVATE_NAME.test(name) || member === token ? undefined : member)) as JsonObject;
}

function bareToken(text: string): string | undefined {
  const token = text.trim();
  return BARE_TOKEN.test(token) ? token : undefined;
}

/** Texts in headers, body or URL that look like secrets. */
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
  return text.replace(PLACEHOLDER, (_, name: string) => escape(values[name] ?? ''));
}

function basicOf({ username = '', secret = '' }: CustomRequest): string {
  return toBase64(utf8(`${username}:${secret}`));
}
