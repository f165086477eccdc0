import { AccessTokenError, redact } from '../errors';
import type { ErrorCode } from '../errors';
import { parseRetryAfter, readForm } from '../http';
import type { HttpResponse } from '../http';
import { isObject, parseJson } from '../json';
import type { JsonObject as Members } from '../json';
import { resolveExpiresIn } from '../lifetime';
import type { Token } from '../lifetime';

export interface TokenResponseContext {
  /** Unix seconds, read before the request left. */
  timestamp: number;
  /** Unix milliseconds, when the answer is read. */
  now: number;
  /** Seconds. */
  defaultLifetimeSeconds?: number | undefined;
  /** What must be struck out of the server's own words. */
  secrets: readonly string[];
}

/** Where nobody says how long a token lives: about as long as servers let it live that say nothing. */
const ASSUMED_LIFETIME_SECONDS = 900;

const TRANSIENT_ERRORS = ['temporarily_unavailable', 'server_error', 'slow_down'];

/**
 * Reads a token endpoint's answer, RFC 6749 §5.1 and §5.2, JSON or form-encoded.
 *
 * @returns the token with `expires_in` (seconds; zero or less: already expired) settled and a `token_type`
 * @throws AccessTokenError an RFC 6749 §5.2 code, token_endpoint_error, token_endpoint_redirect,
 *   token_endpoint_unavailable (transient), token_endpoint_rejected, token_response_invalid,
 *   access_token_missing
 */
export function parseTokenResponse(response: HttpResponse, context: TokenResponseContext): Token {
  const { status } = response;
  if (status >= 300 && status < 400) {
    throw new AccessTokenError('token_endpoint_redirect', 'The token endpoint answered with a redirect.', { status });
  }
  if (status >= 500 || status === 408 || status === 429) throw unavailable(response, context);
  const members = readMembers(response.data);
  if (members !== undefined && hasError(members, status)) throw refusal(members, response, context);
  if (status < 200 || status >= 300) {
    // Some servers have errors of their own kind, with the words in `message`.
    const words = wordsOf(members?.['message'], context);
    throw new AccessTokenError('token_endpoint_rejected', `The token endpoint answered HTTP ${status}${words}`, { status });
  }
  if (members === undefined) {
    throw new AccessTokenError('token_response_invalid', 'The token endpoint answered neither JSON nor a form.', {
      status,
    });
  }
  return readToken(members, response, context);
}

function readToken(members: Members, { status, headers }: HttpResponse, context: TokenResponseContext): Token {
  const { access_token, token_type } = members;
  if (typeof access_token !== 'string' || access_token === '') {
    throw new AccessTokenError('access_token_missing', 'The token endpoint answered without an access token.', {
      status,
    });
  }
  const { timestamp, defaultLifetimeSeconds } = context;
  const serverTime = Date.parse(headers['date'] ?? '') / 1000;
  const expires_in = resolveExpiresIn({ ...members, access_token, timestamp, serverTime, defaultLifetimeSeconds });
  const token: Token = { ...members, access_token, token_type: readTokenType(token_type), expires_in: expires_in ?? ASSUMED_LIFETIME_SECONDS };
  if (expires_in === undefined) token.lifetime_assumed = true;
  else delete token.lifetime_assumed;
  // Only a text is a refresh token; servers without one send null or "" as well as nothing.
  if (typeof token.refresh_token !== 'string' || token.refresh_token === '') delete token.refresh_token;
  return token;
}

/** Case does not matter in a token type (RFC 6749 §7.1), but many APIs expect the spelling "Bearer". */
function readTokenType(tokenType: unknown): string {
  if (typeof tokenType !== 'string' || tokenType.trim() === '' || tokenType.toLowerCase() === 'bearer') return 'Bearer';
  return tokenType;
}

/** Servers that write out every member of an answer send an error along with a token too: empty, or one that says there is none. */
function hasError({ error, access_token }: Members, status: number): boolean {
  if (!error) return false;
  const isToken = status >= 200 && status < 300 && typeof access_token === 'string' && access_token !== '';
  return !isToken || (typeof error === 'string' && error !== 'false');
}

function readMembers(data: unknown): Members | undefined {
  if (typeof data !== 'string') return isObject(data) ? data : undefined;
  const parsed = parseJson(data);
  if (parsed !== undefined) return isObject(parsed) ? parsed : undefined;
  const form = readForm(data);
  return form !== undefined && ('access_token' in form || 'error' in form) ? form : undefined;
}

function refusal(members: Members, response: HttpResponse, context: TokenResponseContext): AccessTokenError {
  const { error } = members;
  // What it is comes first: a secret may happen to be part of the name.
  if (TRANSIENT_ERRORS.some((candidate) => candidate === error)) return unavailable(response, context);
  const code = TOKEN_ENDPOINT_CODES.find((candidate) => candidate === error);
  const shown = code ?? (typeof error === 'string' ? redact(error, context.secrets, 60) : 'an error');
  const words = wordsOf(members['error_description'], context);
  return new AccessTokenError(code ?? 'token_endpoint_error', `The token endpoint answered ${shown}${words}`, {
    status: response.status,
  });
}

/** The server's own words, as the end of a sentence. */
function wordsOf(words: unknown, { secrets }: TokenResponseContext): string {
  if (typeof words !== 'string' || words === '') return '.';
  const text = redact(words, secrets);
  return `: ${/[.!?…]$/.test(text) ? text : `${text}.`}`;
}

const TOKEN_ENDPOINT_CODES = [
  'invalid_request',
  'invalid_client',
  'invalid_grant',
  'unauthorized_client',
  'unsupported_grant_type',
  'invalid_scope',
  'invalid_target',
] as const satisfies readonly ErrorCode[];

function unavailable({ status, headers }: HttpResponse, { now }: TokenResponseContext): AccessTokenError {
  return new AccessTokenError('token_endpoint_unavailable', `The token endpoint answered HTTP ${status}.`, {
    status,
    transient: true,
    retryAt: parseRetryAfter(headers['retry-after'], now),
  });
}
