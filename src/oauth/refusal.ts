import { AccessTokenError, redact } from '../errors';
import type { ErrorCode } from '../errors';
import { parseRetryAfter } from '../http';
import type { HttpResponse } from '../http';
import { isObject } from '../json';

export interface RefusalContext {
  /** Unix milliseconds, when the answer is read. */
  now: number;
  /** What must be struck out of the server's own words. */
  secrets: readonly string[];
  /** The name of the grant that was refused. */
  grant?: string;
}

/** RFC 6749 §5.2, RFC 8707 §2. */
const OAUTH_CODES: readonly ErrorCode[] = [
  'invalid_request',
  'invalid_client',
  'invalid_grant',
  'unauthorized_client',
  'unsupported_grant_type',
  'invalid_scope',
  'invalid_target',
];
const TRANSIENT_ERROR = /^(?:temporarily_unavailable|server_error|slow_down)$/;
/** How servers say `invalid_client` in other codes and words. */
const UNPROVED = /client.?(?:id|secret|auth)|(?:bad|invalid|wrong) (?:client )?cred/i;
/** Answers of a framework that doesn't know OAuth, such as "Not Found". */
const HTTP_PHRASE = /^[A-Z][^_\d]*$/;
/** How servers say in other codes and words that a refresh token has ended. */
const DEAD_TOKEN = /(?<!access.)token\b.{0,40}(?:revoked|expired|invalid|unknown|inactive|not (?:found|active|valid|exist))|(?:invalid|expired|revoked|unknown)[\W_](?:refresh[\W_])?token\b/i;
/** Members that say what went wrong, at any server: `error_description`, `errorSummary`, `Message`, `hint`, `faultstring`… */
const TELLING = /(?:error|code|description|summary|message|msg|hint|detail|title|string)s?$/i;
const DEEPEST = 5;

/**
 * The error of an answer that is no token: RFC 6749 §5.2, and whatever else servers answer. A 401 without a code of OAuth's is
 * `invalid_client`.
 *
 * @param body what the answer says as JSON or as a form
 */
export function refusalOf(body: unknown, { status, headers }: HttpResponse, { now, secrets, grant }: RefusalContext): AccessTokenError {
  const error = isObject(body) ? body['error'] : undefined;
  const text = typeof error === 'string' ? error : '';
  const said = wordsOf(body);
  const transient = status >= 500 || status === 408 || status === 429 || (status !== 401 && TRANSIENT_ERROR.test(text));
  const isOwn = Boolean(error) && !HTTP_PHRASE.test(text);
  const named = OAUTH_CODES.find((candidate) => said.includes(candidate));
  let code: ErrorCode = named ?? (status === 401 ? 'invalid_client' : isOwn ? 'token_endpoint_error' : 'token_endpoint_rejected');
  if (transient) code = 'token_endpoint_unavailable';
  else if (grant === 'refresh_token' && (named ?? 'invalid_request') === 'invalid_request' && DEAD_TOKEN.test(said.join(' '))) code = 'invalid_grant';
  const heading = transient ? '' : (named ?? (isOwn ? text : ''));
  // Classified before secrets are struck out: one may happen to be part of the code.
  const shown = heading === named ? named : redact(heading, secrets, 60) || `HTTP ${status}`;
  const others = said.filter((words) => words !== heading);
  return new AccessTokenError(code, `The token endpoint answered ${shown}${asEnding(others, secrets)}`, {
    status,
    transient,
    grant,
    retryAt: parseRetryAfter(headers['retry-after'], now),
  });
}

/** Whether the token endpoint does not believe the client who it is. */
export function isUnproved({ code, message, transient }: AccessTokenError): boolean {
  return code === 'invalid_client' || (!transient && code !== 'invalid_grant' && UNPROVED.test(message));
}

/** @returns the texts in an answer that say what went wrong, OAuth's `error` first */
export function wordsOf(body: unknown): string[] {
  return [...new Set(textsIn([isObject(body) && body['error'], body], 'error', DEEPEST))];
}

function textsIn(value: unknown, name: string, levels: number): string[] {
  if (typeof value === 'string') return value && TELLING.test(name) ? [value] : [];
  if (typeof value !== 'object' || value === null || levels === 0) return [];
  return Object.entries(value).flatMap(([key, member]) => textsIn(member, Array.isArray(value) ? name : key, levels - 1));
}

/** The server's own words, as the end of a sentence. */
export function asEnding(words: readonly string[], secrets: readonly string[]): string {
  const text = redact(words.join(': '), secrets);
  return text === '' ? '.' : `: ${text.replace(/[^.!?…]$/, '$&.')}`;
}
