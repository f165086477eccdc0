import { AccessTokenError, isAccessTokenError } from '../errors';
import { noAnswer, parseRetryAfter, writeForm } from '../http';
import type { HttpResponse } from '../http';
import { isObject, readJsonObject } from '../json';
import { backoffDelay, retry } from '../retry';
import type { World } from '../world';
import { authenticationsFor } from './client-authentication';
import type { ClientAuthentication } from './client-authentication';
import type { TokenEndpointConfig } from './config';
import { asEnding, isUnproved, wordsOf } from './refusal';
import { secretsOf } from './request';

/** The token to revoke, and the client that asks for it. */
export interface Revocation {
  /** The revocation endpoint. */
  url: string;
  token: string;
  /** RFC 7009 §2.1. */
  hint: 'refresh_token' | 'access_token';
  config: TokenEndpointConfig;
  /** The client authentication that worked before, if the settings leave it open. */
  knownAuthentication?: string | undefined;
}

export type RevocationWorld = Pick<World, 'transport' | 'now' | 'sleep' | 'random' | 'makeAssertion'>;

/** One try waits no longer than this for its answer, milliseconds. */
const LONGEST_ATTEMPT_MS = 5000;
/** With less than this left, milliseconds, another try is not worth a request. */
const SHORTEST_ATTEMPT_MS = 250;
const MOST_ATTEMPTS = 3;
/** A revocation endpoint never answers with these statuses. */
const WRONG_ADDRESS = [404, 405, 406, 410, 415];
const STILL_VALID = 'The token is forgotten here, but valid until it expires: end its session at the authorization server.';

/**
 * Revokes a token, RFC 7009, with the client authentication of token requests; again where the failure is transient and there is
 * time left. A token that the server does not know counts as revoked (§2.2).
 *
 * @param deadline Unix milliseconds by which the last try must be over
 * @returns `false` where the server revokes no tokens of this kind (§2.2.1)
 * @throws AccessTokenError revocation_failed, invalid_client, and where an assertion can't be signed
 */
export async function revokeToken(revocation: Revocation, deadline: number, world: RevocationWorld): Promise<boolean> {
  const [first, second] = authenticationsFor(revocation.config, revocation.knownAuthentication);
  try {
    return await revokeWithRetries(revocation, first, deadline, world);
  } catch (refused) {
    if (second === undefined || !isAccessTokenError(refused) || !isUnproved(refused)) throw refused;
    return revokeWithRetries(revocation, second, deadline, world);
  }
}

/** Sent twice, it does no harm. */
function revokeWithRetries(revocation: Revocation, authentication: ClientAuthentication, deadline: number, world: RevocationWorld): Promise<boolean> {
  const { now, sleep, random } = world;
  return retry(
    () => attemptRevocation(revocation, authentication, deadline, world),
    (thrown, tries) => {
      if (!isAccessTokenError(thrown) || !thrown.transient || tries >= MOST_ATTEMPTS) return undefined;
      const wait = Math.max(backoffDelay(tries, random()), (thrown.retryAt ?? 0) - now());
      return now() + wait + SHORTEST_ATTEMPT_MS > deadline ? undefined : wait;
    },
    sleep,
  );
}

async function attemptRevocation(
  { url, token, hint, config }: Revocation,
  authentication: ClientAuthentication,
  deadline: number,
  world: RevocationWorld,
): Promise<boolean> {
  const { transport, now } = world;
  const left = deadline - now();
  if (left <= 0) throw new AccessTokenError('revocation_failed', 'No time was left to revoke the token.', { remedy: STILL_VALID });
  const headers: Record<string, string> = { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' };
  const parameters: Record<string, string> = { token, token_type_hint: hint };
  await authentication.authenticate(config, { headers, parameters }, world);
  let response: HttpResponse;
  try {
    response = await transport({ method: 'POST', url, headers, body: writeForm(parameters) }, Math.min(LONGEST_ATTEMPT_MS, left));
  } catch (thrown) {
    throw noAnswer('revocation_failed', 'The revocation endpoint', thrown);
  }
  const { client_assertion = '' } = parameters;
  return readAnswer(response, [...secretsOf(config, { secrets: [token] }), client_assertion], now());
}

function readAnswer({ status, headers, data }: HttpResponse, secrets: readonly string[], now: number): boolean {
  if (status >= 200 && status < 300) return true;
  const body = readJsonObject(data);
  const error = isObject(body) ? body['error'] : undefined;
  if (error === 'unsupported_token_type') return false;
  // Google and others say this instead of 200: there is no such token, or no longer.
  if (error === 'invalid_token' && status === 400) return true;
  const isRedirect = status >= 300 && status < 400;
  const transient = status >= 500 || status === 408 || status === 429;
  const message = `The revocation endpoint answered ${isRedirect ? 'with a redirect' : `HTTP ${status}`}${asEnding(wordsOf(body), secrets)}`;
  const refused = new AccessTokenError('revocation_failed', message, {
    status,
    transient,
    retryAt: parseRetryAfter(headers['retry-after'], now),
    remedy: isRedirect ? 'Enter the final revocation URL.' : WRONG_ADDRESS.includes(status) ? 'Check the revocation URL: this address does not revoke tokens.' : STILL_VALID,
  });
  const isRefusedClient = !transient && !WRONG_ADDRESS.includes(status) && (status === 401 || isUnproved(refused));
  throw isRefusedClient ? new AccessTokenError('invalid_client', message, { status }) : refused;
}
