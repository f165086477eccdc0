import { toBase64, utf8 } from './base64';
import { isObject } from './json';

/**
 * Every failure this product can report, each with the sentence that tells its reader what to do.
 * The RFC 6749 §5.2 codes keep the RFC's names.
 */
const REMEDIES = {
  configuration_invalid: 'Correct the named settings; if a file has them, render it again.',
  // Settings: a pasted file has the sentence above for all of them
  connection_missing: 'Choose a connection in the node.',
  url_missing: 'Enter the URL in the connection.',
  url_malformed: 'Enter a whole URL.',
  insecure_url: 'Use https (Redis: rediss), or switch on "Allow insecure http" in a trusted network.',
  client_id_missing: 'Enter the client ID in the connection.',
  client_secret_missing: 'Enter the client secret in the connection. A client without one needs a refresh token there, or a user name and a password.',
  client_authentication_invalid: 'Use client_secret_basic or client_secret_post.',
  private_key_invalid: 'Paste the whole private key: PEM, a JWK, or the JSON key of the provider.',
  algorithm_invalid: 'Choose RS256 or PS256 for an RSA key, ES256 for an EC key on P-256.',
  extra_parameters_invalid: 'Write key=value pairs, joined by & or one a line; write % as %25.',
  refresh_percent_invalid: 'Enter a number from 1 to 99.',
  token_name_invalid: 'Use 1 to 200 characters without control characters.',
  default_lifetime_invalid: 'Enter a number of seconds greater than 0, or nothing.',
  store_invalid: 'Choose one of the stores in the field.',
  custom_request_invalid: 'Correct the named field of the connection, as its description says.',
  endpoint_secret_missing: 'Enter the Endpoint secret in the connection.',
  certificate_invalid: 'Enter certificate and key in the connection as PEM text; both must belong together and be valid.',
  // Token endpoint, RFC 6749 §5.2 and RFC 8707 §2
  invalid_request: 'Check scope, audience and extra parameters in the connection.',
  invalid_client: 'Check the client ID, the client secret and the client authentication method.',
  invalid_grant: 'Enter a new refresh token in the connection, and where a Function refreshes. Without one, check token URL and scope.',
  unauthorized_client: 'Allow this client the grant type at the authorization server.',
  unsupported_grant_type: 'Enter a refresh token in the connection, or check the token URL.',
  invalid_scope: 'Check the scope in the connection.',
  invalid_target: 'Check audience and resource in the connection.',
  // Token endpoint, beyond the RFC
  token_endpoint_error: 'Check what the message names.',
  token_endpoint_redirect: 'Enter the final token URL.',
  token_endpoint_rejected: 'Check client secret, refresh token, token URL, proxy.',
  token_endpoint_unavailable: 'It is tried again. If it stays, ask its operator.',
  token_endpoint_unreachable: 'Check token URL, proxy, firewall and certificate.',
  token_response_invalid: 'Check the token URL: this is no token endpoint.',
  access_token_missing: 'Check the token URL: the answer has no access_token.',
  token_name_in_use: 'Give each connection a token name of its own. If you have only changed the connection, all is well.',
  token_too_large: 'Ask for a token with fewer scopes, roles or claims: a conversation cannot hold this one.',
  result_key_invalid: 'Choose another key for the result.',
  refresh_token_not_kept: 'Use a shared token store: a conversation cannot keep refresh tokens that rotate.',
  token_already_expired: 'Set a default lifetime if the token works all the same. For a JWT, check the clock here.',
  revocation_failed: 'Check the revocation URL. The token is forgotten here, but valid at the authorization server until it ends.',
  // API
  request_invalid: 'Correct the named field of the node, as its description says.',
  api_error: 'See "body" and "headers" of the result: there the API says what is wrong.',
  api_unreachable: 'Check the URL of the API, proxy, firewall and certificate.',
  api_timeout: 'Raise "Timeout in seconds" (18 s in all), or ask the API for less. What changes something may have been done all the same.',
  redirect_refused: 'Enter the final URL of the API in the node.',
  response_too_large: 'Ask the API for less (a page, a filter, some fields); or name what you need in "Parts of the answer".',
  response_not_text: 'Use a URL of the API that answers with JSON or text: a conversation cannot hold files.',
  // Shared store
  store_unreachable: 'Check the URL of the store connection, proxy and firewall.',
  store_timeout: 'Try again; if it stays, check the Endpoint and its transformer.',
  store_not_installed: 'Paste the transformer into this Endpoint and enable it, or correct the URL.',
  store_error: 'Look into the logs of the Endpoint or Redis.',
  invalid_endpoint_secret: 'Use the same Endpoint secret in the connection as in the transformer.',
  store_refused: 'Check name, password and permissions of the Redis user in the connection.',
  store_read_only: 'Use the URL of the Redis primary: this is a read-only replica.',
  commit_not_replicated: 'Check that a replica follows the Redis primary. If the primary failed now, this token would be lost: then enter a new refresh token.',
  encryption_key_invalid: 'Enter a random text of 16 or more characters; while you change it, a space and the old one.',
  encryption_key_unknown: 'Enter the old key behind the new one, with a space between.',
  refresh_in_progress: 'Try again: another execution is refreshing the token.',
  time_budget_exceeded: 'Try again; if it stays, check how fast the servers answer.',
  // Background chain
  trigger_failed: 'Trigger the Function again; if it stays, check apiUrl, apiKey and functionId.',
  cognigy_api_incomplete: 'Enter API key and Function ID in the Cognigy API connection.',
  refresh_flow_unreachable: 'Check refreshFlowUrl, and the Flow behind it.',
  refresh_flow_silent: 'Put Refresh If Expiring into the Flow behind refreshFlowUrl.',
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
