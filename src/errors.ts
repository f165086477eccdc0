import { isObject } from './json';

/**
 * Every failure this product can report, each with the sentence that tells its reader what to do.
 * The RFC 6749 §5.2 codes keep the RFC's names.
 */
const REMEDIES = {
  // Configuration
  connection_missing: 'Choose a connection of the right type in the node.',
  url_missing: 'Enter the URL in the connection.',
  url_malformed: 'Enter a whole URL.',
  insecure_url: 'Use https (Redis: rediss). For a trusted network, switch on "Allow insecure http".',
  client_id_missing: 'Enter the client ID in the connection.',
  client_secret_missing: 'Enter the client secret in the connection.',
  client_authentication_invalid: 'Use client_secret_basic or client_secret_post.',
  extra_parameters_invalid: 'Write key=value pairs, joined by & or one a line; write % as %25.',
  refresh_percent_invalid: 'Enter a number from 1 to 99.',
  token_name_invalid: 'Use 1 to 200 characters without control characters.',
  default_lifetime_invalid: 'Enter a number of seconds greater than 0, or leave the field empty.',
  store_invalid: 'Choose one of the stores that the field offers.',
  endpoint_secret_missing: 'Enter the Endpoint secret in the connection.',
  configuration_invalid: 'Correct the named keys and render the file again.',
  // Token endpoint, RFC 6749 §5.2 and RFC 8707 §2
  invalid_request: 'The authorization server does not accept the request: check scope, audience and the extra parameters.',
  invalid_client: 'Check the client ID, the client secret and the client authentication method.',
  invalid_grant: 'Authorize again: put the new refresh token into the connection and choose a new token name; where a Function refreshes, both go into its configuration too. Without a refresh token: check token URL and scope.',
  unauthorized_client: 'Allow this grant type for the client at the authorization server.',
  unsupported_grant_type: 'The authorization server does not offer this grant type: check the token URL.',
  invalid_scope: 'Check the scope in the connection.',
  invalid_target: 'Check the audience or resource in the connection.',
  // Token endpoint, beyond the RFC
  token_endpoint_error: 'Look the error up in the documentation of the authorization server.',
  token_endpoint_redirect: 'Enter the final token URL: redirects are not followed, since they would carry the secret elsewhere.',
  token_endpoint_rejected: 'The answer is not one of a token endpoint. See what the message says; otherwise check the token URL, and the proxy if there is one.',
  token_endpoint_unavailable: 'Nothing to do if it passes: the refresh is tried again. Otherwise ask the operator of the authorization server.',
  token_endpoint_unreachable: 'Check the token URL, and that this installation may reach it (proxy, firewall, certificate).',
  token_response_invalid: 'Check the token URL: it answers with something other than a token, often a login page.',
  access_token_missing: 'Check the token URL: the answer has no access_token.',
  expires_in_missing: 'Set a default lifetime in the node: the authorization server does not say how long the token lives.',
  refresh_token_not_kept: 'Use a shared token store: the authorization server rotates refresh tokens, and a conversation cannot keep them.',
  token_already_expired: 'Check the clocks of this installation and of the authorization server: the token is expired on arrival.',
  // Shared store
  store_unreachable: 'Check the URL of the Access Token Store connection, and that this installation may reach it.',
  store_timeout: 'The store answers too slowly. Try again; if it stays, check the Endpoint and its transformer.',
  store_not_installed: 'Paste the generated transformer into this Endpoint and enable its input transformer, or correct the URL.',
  store_error: 'Look into the logs of the Endpoint, or of the Redis server: the store answered with an error.',
  invalid_endpoint_secret: 'Use the same Endpoint secret in the connection as in the transformer.',
  store_refused: 'Check user name, password and permissions of the Redis user in the URL of the connection.',
  store_read_only: 'Use the URL of the Redis primary: the server is a read-only replica, or just became one.',
  encryption_key_invalid: 'Enter one long random text without spaces, 16 characters or more; while you change it, a space and the old one.',
  encryption_key_unknown: 'Use the key that encrypted the stored tokens, after the new one and a space while keys are changed.',
  refresh_in_progress: 'Try again: another execution is refreshing the token and did not finish in time.',
  time_budget_exceeded: 'Try again; if it stays, check how fast the token endpoint and the store answer.',
  // Background chain
  trigger_failed: 'Trigger the Function again; if it stays, check apiUrl, apiKey and functionId, in the Function\'s configuration or the Cognigy API connection.',
  cognigy_api_incomplete: 'Enter the API key and the id of the Function in the Cognigy API connection.',
  refresh_flow_unreachable: 'Check refreshFlowUrl, and the Flow behind it.',
  refresh_flow_silent: 'Put Refresh If Expiring into the Flow behind refreshFlowUrl: its answer tells when to wake next.',
  unexpected_error: 'Report this with the message and the version of the extension.',
} as const;

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
  /** What to do about just this error. Default: what its code asks for. */
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

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message);
    this.name = ACCESS_TOKEN_ERROR;
    this.code = code;
    this.remedy = details.remedy ?? REMEDIES[code];
    this.field = details.field;
    this.status = details.status;
    this.transient = details.transient ?? false;
    this.retryAt = details.retryAt;
  }

  /**
   * @param retryAt Unix milliseconds
   * @returns the same error, with the time of the next try
   */
  withRetryAt(retryAt: number): AccessTokenError {
    const { code, message, field, status, transient, remedy } = this;
    return new AccessTokenError(code, message, { field, status, transient, remedy, retryAt });
  }

  /** @returns the error as a node's result shows it */
  toReport(): ErrorReport {
    const { code, message, remedy, status } = this;
    return status === undefined ? { code, message, remedy } : { code, message, remedy, status };
  }
}

/** @returns whether a string is one of our codes */
export function isErrorCode(code: string): code is ErrorCode {
  return Object.prototype.hasOwnProperty.call(REMEDIES, code);
}

/** @returns what to do about an error, by its code */
export function remedyFor(code: ErrorCode): string {
  return REMEDIES[code];
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
 * @param secrets values that must not be shown, in every form they may appear in; empty or very short
 *   ones are passed over
 */
export function redact(text: string, secrets: readonly (string | undefined)[], maxLength = 200): string {
  let shown = text;
  const long = secrets.filter((secret): secret is string => (secret?.length ?? 0) >= SHORTEST_REDACTED_SECRET);
  // The longest first: a secret that begins with another one must not lose only that part of it.
  for (const secret of long.sort((one, other) => other.length - one.length)) {
    shown = shown.split(secret).join('[secret]');
  }
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  shown = shown.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ').trim();
  return shown.length > maxLength ? `${shown.slice(0, maxLength - 1)}…` : shown;
}
