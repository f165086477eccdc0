import { toBase64, utf8 } from './base64';
import { isObject } from './json';

/**
 * Every failure this product can report, each with the sentence that tells its reader what to do.
 * The RFC 6749 §5.2 codes keep the RFC's names.
 */
const REMEDIES = {
  /** The configuration file or a connection holds something that can't be used, such as a character that can't be sent. */
  configuration_invalid: 'Correct the named settings; if a file has them, render it again.',
  // Settings: a pasted file has the sentence above for all of them
  /** The node has no connection. */
  connection_missing: 'Choose a connection in the node.',
  /** A URL is empty. */
  url_missing: 'Enter the URL in the connection.',
  /** A URL isn't an address: it has no scheme or host, or has a user name or a fragment. */
  url_malformed: 'Enter a whole URL.',
  /** A URL leads to a remote host over http. */
  insecure_url: 'Use https (Redis: rediss), or switch on "Allow insecure http" in a trusted network.',
  /** The connection has no client ID. */
  client_id_missing: 'Enter the client ID in the connection.',
  /** The connection has no client secret, and nothing else to get a token with. */
  client_secret_missing: 'Enter the client secret in the connection. A client without one needs a refresh token, or a user name and a password.',
  /** The client authentication is neither of the two methods. */
  client_authentication_invalid: 'Use client_secret_basic or client_secret_post.',
  /** The private key can't be read: it is cut off, encrypted, or a public key. */
  private_key_invalid: 'Paste the whole private key: PEM, a JWK, or the JSON key of the provider.',
  /** The algorithm doesn't fit the key. */
  algorithm_invalid: 'Choose RS256 or PS256 for an RSA key, ES256 for an EC key on P-256.',
  /** The extra parameters can't be read, or repeat a parameter that the extension sends itself. */
  extra_parameters_invalid: 'Use key=value pairs, joined by & or one per line; write % as %25.',
  /** The refresh percent isn't a number from 1 to 99. */
  refresh_percent_invalid: 'Enter a number from 1 to 99.',
  /** The token name is empty, too long, or has control characters. */
  token_name_invalid: 'Use 1 to 200 characters without control characters.',
  /** The default lifetime isn't a positive number. */
  default_lifetime_invalid: 'Enter a number of seconds greater than 0, or nothing.',
  /** The node's store isn't one of the options. */
  store_invalid: 'Choose one of the stores in the field.',
  /** A field of *Login of its own* isn't as its description says. */
  custom_request_invalid: 'Correct the named field of the connection, as its description says.',
  /** The store's connection has no Endpoint secret. */
  endpoint_secret_missing: 'Enter the Endpoint secret in the connection.',
  /** A certificate or key can't be read, has expired, or they don't belong together. */
  certificate_invalid: 'Enter a valid certificate and its own key in the connection, both as PEM text.',
  // Token endpoint, RFC 6749 §5.2 and RFC 8707 §2
  /** The authorization server finds the request incomplete or malformed (RFC 6749 §5.2). */
  invalid_request: 'Check scope, audience and extra parameters in the connection.',
  /** The authorization server doesn't accept the client's ID or secret. A 401 without a code counts as this one. */
  invalid_client: 'Check the client ID, the client secret and the client authentication method.',
  /** The refresh token has ended, was used or was revoked. Without a refresh token, some servers say this of a wrong address or scope. */
  invalid_grant: 'Enter a new refresh token in the connection; a Function needs it too. Without one, check token URL and scope.',
  /** The client may not get tokens in this way. */
  unauthorized_client: 'Allow the client this grant type at the authorization server.',
  /** The server doesn't offer this way to get a token. */
  unsupported_grant_type: 'Enter a refresh token in the connection, or check the token URL.',
  /** The server doesn't know a scope, or the client may not have it. */
  invalid_scope: 'Check the scope in the connection.',
  /** The server doesn't know the audience or resource (RFC 8707 §2). */
  invalid_target: 'Check audience and resource in the connection.',
  // Token endpoint, beyond the RFC
  /** The authorization server answered with a code of its own. */
  token_endpoint_error: 'Check what the message names.',
  /** The token URL redirects. The extension doesn't follow, because the secret would go elsewhere. */
  token_endpoint_redirect: 'Enter the final token URL.',
  /** The token endpoint refused without a code of OAuth's. */
  token_endpoint_rejected: 'Check client secret, refresh token, token URL, proxy.',
  /** The token endpoint has an outage (5xx) or asks to wait (429). */
  token_endpoint_unavailable: 'It is retried. If it persists, ask its operator.',
  /** The token endpoint doesn't answer, or there is no way to it. */
  token_endpoint_unreachable: 'Check token URL, proxy, firewall and certificate.',
  /** The token URL answers, but not as a token endpoint does. */
  token_response_invalid: "Check the token URL: it isn't a token endpoint.",
  /** The answer is one of a token endpoint's, without a token. */
  access_token_missing: 'Check the token URL: the answer has no access_token.',
  /** A warning: the store held a token for something else under this name. */
  token_name_in_use: 'Give each connection its own token name. If you have only changed the connection, ignore this.',
  /** A conversation can't hold this token. */
  token_too_large: "Ask for a token with fewer scopes, roles or claims: a conversation can't hold this one.",
  /** The context key is one of the extension's own. */
  result_key_invalid: 'Choose another key for the result.',
  /** The server replaces refresh tokens, and a conversation can't keep them. */
  refresh_token_not_kept: "Use a shared token store: a conversation can't keep refresh tokens that change.",
  /** The server says that its fresh token has expired, twice. */
  token_already_expired: 'Set a default lifetime if the token works anyway. For a JWT, check the clock here.',
  /** A warning: Forget Token could not have the token revoked. */
  revocation_failed: 'Check the revocation URL. The token is forgotten here, but stays valid at the server until it expires.',
  // API
  /** A field of *Authorized Request* isn't as its description says. */
  request_invalid: 'Correct the named field of the node, as its description says.',
  /** The API answered with a status from 400 on, or refused the token. */
  api_error: 'See "body" and "headers" of the result: the API says there what is wrong.',
  /** The API doesn't answer, or there is no way to it. */
  api_unreachable: 'Check the URL of the API, proxy, firewall and certificate.',
  /** The API didn't answer in time. */
  api_timeout: 'Raise "Timeout in seconds" (18 s in all), or ask the API for less. It may have carried out the request anyway.',
  /** The API redirects to http, in a circle, or to something that isn't an address. */
  redirect_refused: 'Enter the final URL of the API in the node.',
  /** A conversation can't hold the API's answer. */
  response_too_large: 'Ask the API for less (a page, a filter, fields), or list what you need in "Parts of the response".',
  /** The API answered with a file. */
  response_not_text: "Use a URL of the API that returns JSON or text: a conversation can't hold files.",
  // Shared store
  /** The Endpoint or Redis doesn't answer, or there is no way to it. */
  store_unreachable: 'Check the URL of the store connection, proxy and firewall.',
  /** The Endpoint or Redis didn't answer in time. */
  store_timeout: 'Try again. If it persists, check Endpoint and transformer.',
  /** The Endpoint is a plain chat Endpoint: its transformer is missing or switched off. */
  store_not_installed: 'Paste the transformer into this Endpoint and enable it, or correct the URL.',
  /** The Endpoint or Redis answered with an error. */
  store_error: 'See the logs of the Endpoint or Redis.',
  /** The Endpoint secret differs from the one in the transformer. */
  invalid_endpoint_secret: 'Use the same Endpoint secret in the connection as in the transformer.',
  /** Redis refuses the user, the password, or a command that the user has no right to. */
  store_refused: 'Check name, password and permissions of the Redis user in the connection.',
  /** Redis is a replica, which can't be written to. */
  store_read_only: 'Use the URL of the Redis primary: this is a read-only replica.',
  /** A warning: Redis stored the token, and no replica has confirmed it. */
  commit_not_replicated: 'Check the replicas of Redis. If its primary fails now, this token is lost: then authorize again.',
  /** The encryption key is too short. */
  encryption_key_invalid: 'Enter a random text of 16 or more characters; during a change, add a space and the old one.',
  /** The stored tokens are encrypted with another key. */
  encryption_key_unknown: 'Enter the new key, a space, and then the old key.',
  /** Another execution holds the right to refresh and didn't finish in time. */
  refresh_in_progress: 'Try again: another execution is refreshing the token.',
  /** The node's time was over before the token was there. */
  time_budget_exceeded: "Try again. If it persists, check the servers' speed.",
  // Background chain
  /** The background refresh could not start its successor, or a node could not start it again. */
  trigger_failed: 'Trigger the Function again, or check apiUrl, apiKey and functionId.',
  /** The *Cognigy API* connection lacks the API key or the Function ID. */
  cognigy_api_incomplete: 'Enter API key and Function ID in the Cognigy API connection.',
  /** The Flow that refreshes doesn't answer. */
  refresh_flow_unreachable: 'Check refreshFlowUrl, and the Flow behind it.',
  /** The message to `alertUrl` could not be sent. */
  alert_failed: 'Check alertUrl: it must take a POST of JSON.',
  /** The Flow that refreshes has no *Refresh If Expiring*. */
  refresh_flow_silent: 'Put Refresh If Expiring into the Flow behind refreshFlowUrl.',
  /** A defect. */
  unexpected_error: 'Report this message with the version of the extension.',
} as const;

/** What a program has of them: see tools/build/remedies.mjs. */
const BUNDLED: Partial<Record<ErrorCode, string>> = REMEDIES;

/** The closed set of error codes. */
export type ErrorCode = keyof typeof REMEDIES;

export interface ErrorDetails {
  /** The setting that is at fault, by the key its user knows. */
  field?: string | undefined;
  /** The HTTP status that was answered. */
  status?: number | undefined;
  /** Whether the same request may succeed later. */
  transient?: boolean | undefined;
  /** Unix milliseconds before which a retry is unwelcome (`Retry-After`, or a failure in the store). */
  retryAt?: number | undefined;
  /** The `grant_type` that was refused. */
  grant?: string | undefined;
  /** What to do, where the code's own sentence does not fit this case. */
  remedy?: string | undefined;
}

/** What users get to see of an error: plain data, fit for a Flow's context. */
export interface ErrorReport {
  /** One of the error codes. */
  code: ErrorCode;
  /** What happened. */
  message: string;
  /** What to do about it. */
  remedy: string;
  /** The HTTP status that was answered. */
  status?: number;
}

const ACCESS_TOKEN_ERROR = 'AccessTokenError';

/** The one error class: a code, what happened, and what to do about it. Never holds a secret. */
export class AccessTokenError extends Error {
  readonly code: ErrorCode;
  readonly remedy: string;
  readonly field: string | undefined;
  readonly status: number | undefined;
  readonly transient: boolean;
  readonly retryAt: number | undefined;
  readonly grant: string | undefined;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message);
    this.name = ACCESS_TOKEN_ERROR;
    this.code = code;
    this.remedy = details.remedy ?? remedyFor(code);
    this.field = details.field;
    this.status = details.status;
    this.transient = details.transient ?? false;
    this.retryAt = details.retryAt;
    this.grant = details.grant;
  }

  /** @returns the same error, with other details */
  with(details: ErrorDetails): AccessTokenError {
    return new AccessTokenError(this.code, this.message, Object.assign({}, this, details));
  }
}

/** @returns the error as a node's result shows it */
export function reportOf({ code, message, remedy, status }: AccessTokenError): ErrorReport {
  return status === undefined ? { code, message, remedy } : { code, message, remedy, status };
}

/** @returns the error as a log shows it */
export function describe({ code, message, remedy }: Pick<ErrorReport, 'code' | 'message' | 'remedy'>): string {
  return `${code}: ${message} ${remedy}`;
}

/** @returns whether a string is one of our codes */
export function isErrorCode(code: string): code is ErrorCode {
  return Object.prototype.hasOwnProperty.call(REMEDIES, code);
}

/** @returns what to do about an error, by its code */
export function remedyFor(code: ErrorCode): string {
  return BUNDLED[code] ?? REMEDIES.configuration_invalid;
}

/** All codes with their remedies, for documentation and tests. */
export const ERROR_REMEDIES: Readonly<Record<ErrorCode, string>> = REMEDIES;

/**
 * Recognizes the class by its name: the extension is built of parts that are loaded on their own, each with its own copy
 * of the class, and the platform may load them in a realm of their own, where even `Error` is another one.
 */
export function isAccessTokenError(thrown: unknown): thrown is AccessTokenError {
  return isObject(thrown) && thrown['name'] === ACCESS_TOKEN_ERROR;
}

/**
 * Turns whatever was thrown into an `AccessTokenError`. A foreign error's own text is dropped: it may
 * carry a whole request, client secret included; only its class name is kept.
 */
export function toAccessTokenError(thrown: unknown): AccessTokenError {
  if (isAccessTokenError(thrown)) return thrown;
  return new AccessTokenError('unexpected_error', `An unexpected ${kindOf(thrown)} was thrown.`);
}

/** What kind of thing was thrown: the name of an error's class, of whatever realm, or the type. Fit to be shown. */
export function kindOf(thrown: unknown): string {
  const name = isObject(thrown) ? thrown['name'] : undefined;
  return typeof name === 'string' && /^\w{1,60}$/.test(name) ? name : typeof thrown;
}

const SHORTEST_REDACTED_SECRET = 4;

/**
 * Makes text from outside fit to be shown: secrets struck out, control characters replaced, length cut.
 *
 * @param secrets values that must not be shown, in whatever encoding a server echoes them; empty or very
 *   short ones are passed over
 */
export function redact(text: string, secrets: readonly string[], maxLength = 200): string {
  let shown = text;
  const long = secrets.flatMap((secret) => (secret.length < SHORTEST_REDACTED_SECRET ? [] : [secret, toBase64(utf8(secret))]));
  // The longest first: a secret that begins with another one must not lose only that part of it.
  for (const secret of long.sort((one, other) => other.length - one.length)) {
    // The padding of base64 may be left out.
    const pattern = Array.from(secret.replace(/=+$/, ''), encodingsOf).join('');
    shown = shown.replace(new RegExp(`${pattern}${encodingsOf('=')}*`, 'gi'), '[secret]');
  }
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  shown = shown.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ').trim();
  return shown.length > maxLength ? `${shown.slice(0, maxLength - 1)}…` : shown;
}

/** @returns a pattern for a character: as it is, percent-, form- or base64url-encoded, JSON-escaped, or as an HTML entity */
function encodingsOf(character: string): string {
  if (/\w/.test(character)) return character;
  // Counted exactly, and each way once: what can be matched in many ways takes long to try.
  return `(?:(?:\\\\?[-+_\\${character}]|\\\\u....){${character.length}}|(?:%..){${utf8(character).length}}|&#?\\w{1,8};)`;
}
