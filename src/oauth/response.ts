import { AccessTokenError } from '../errors';
import { readForm } from '../http';
import type { HttpResponse } from '../http';
import { depthWithin, isObject, parseJson } from '../json';
import type { JsonObject as Members } from '../json';
import { isAccessToken, resolveExpiresIn, schemeOf } from '../lifetime';
import type { Token } from '../lifetime';
import type { TokenProtocol } from './grants';
import { asEnding, refusalOf, wordsOf } from './refusal';
import type { RefusalContext } from './refusal';

export interface TokenResponseContext extends RefusalContext {
  /** Unix seconds, read before the request left. */
  timestamp: number;
  /** Seconds. */
  defaultLifetimeSeconds?: number | undefined;
  /** Reads an answer that isn't OAuth's. */
  protocol?: TokenProtocol | undefined;
}

/** If nobody says how long a token lives: about as long as tokens of silent servers do. */
const ASSUMED_LIFETIME_SECONDS = 900;

/** A member that is nested deeper, or longer (characters of JSON), is left out: no store takes it. */
const DEEPEST_MEMBER = 7;
const LONGEST_MEMBER = 10_000;

/**
 * Reads a token endpoint's answer, RFC 6749 §5.1 and §5.2, JSON or form-encoded.
 *
 * @returns the token with `expires_in` (seconds; zero or less: already expired) settled and a `token_type`
 * @throws AccessTokenError those of `refusalOf`, token_endpoint_redirect, token_response_invalid,
 *   access_token_missing
 */
export function parseTokenResponse(response: HttpResponse, context: TokenResponseContext): Token {
  const { status } = response;
  if (status >= 300 && status < 400) {
    throw new AccessTokenError('token_endpoint_redirect', 'The token endpoint answered with a redirect.', { status });
  }
  const answer = readBody(response.data);
  const isSuccess = status >= 200 && status < 300;
  if (!isSuccess || (isObject(answer) && hasError(answer) && !context.protocol)) throw refusalOf(answer, response, context);
  const serverTime = Date.parse(response.headers['date'] ?? '') / 1000;
  const body = context.protocol?.membersOf(answer ?? response.data, serverTime || context.timestamp) ?? answer;
  if (!isObject(body)) {
    throw new AccessTokenError('token_response_invalid', 'The token endpoint answered neither JSON nor a form.', {
      status,
    });
  }
  return readToken(body, status, serverTime, context);
}

/** @param serverTime Unix seconds, `NaN` if the answer doesn't say */
function readToken(members: Members, status: number, serverTime: number, context: TokenResponseContext): Token {
  const { access_token, token_type } = members;
  if (typeof access_token !== 'string' || access_token === '') {
    const message = `The token endpoint answered without an access token${asEnding(wordsOf(members), context.secrets)}`;
    throw new AccessTokenError('access_token_missing', message, { status });
  }
  if (!isAccessToken(access_token)) {
    const message = 'The access token has characters that no header allows.';
    throw new AccessTokenError('token_response_invalid', message, { status });
  }
  const { timestamp, defaultLifetimeSeconds } = context;
  const expires_in = resolveExpiresIn({ ...members, access_token, timestamp, serverTime, defaultLifetimeSeconds });
  const kept = Object.fromEntries(Object.entries(members).filter(([, member]) => isModest(member)));
  const token: Token = { ...kept, access_token, token_type: schemeOf(token_type), expires_in: expires_in ?? ASSUMED_LIFETIME_SECONDS };
  if (expires_in === undefined) token.lifetime_assumed = true;
  else delete token.lifetime_assumed;
  // Only a text is a refresh token; servers without one send null or "" as well as nothing.
  if (typeof token.refresh_token !== 'string' || token.refresh_token === '') delete token.refresh_token;
  // Some servers send a list.
  const scopes = [members['scope']].flat().filter((text) => typeof text === 'string');
  if (scopes.length > 0) token.scope = scopes.join(' ');
  else delete token.scope;
  return token;
}

function isModest(member: unknown): boolean {
  return depthWithin(member, DEEPEST_MEMBER) && JSON.stringify(member).length <= LONGEST_MEMBER;
}

/** Servers that write out every member of an answer send an error along with a token too: empty, or one that says there is none. */
function hasError({ error, access_token }: Members): boolean {
  return Boolean(error) && (!access_token || (typeof error === 'string' && error !== 'false'));
}

/** What the answer says as JSON or as a form; `undefined` for other texts. */
function readBody(data: unknown): unknown {
  if (typeof data !== 'string') return data;
  // That takes a byte order mark away, too.
  const text = data.trim();
  const parsed = parseJson(text);
  if (parsed !== undefined) return parsed;
  const form = readForm(text);
  return form !== undefined && ('access_token' in form || 'error' in form) ? form : undefined;
}
