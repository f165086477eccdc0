import { AccessTokenError, isAccessTokenError } from '../errors';
import { noAnswer } from '../http';
import type { HttpResponse } from '../http';
import { timestampOf } from '../lifetime';
import type { Token } from '../lifetime';
import { backoffDelay, retry } from '../retry';
import type { World } from '../world';
import { authenticationsFor } from './client-authentication';
import type { ClientAuthentication } from './client-authentication';
import type { TokenEndpointConfig } from './config';
import type { Grant } from './grants';
import { isUnproved } from './refusal';
import { buildTokenRequest } from './request';
import { parseTokenResponse } from './response';

export type TokenClientWorld = Pick<World, 'transport' | 'now' | 'sleep' | 'random' | 'makeAssertion'>;

/** What a caller can spend on one token request. */
export interface RequestBudget {
  /** Unix milliseconds by which the last try must be over. */
  deadline: number;
  /** The most requests that may be sent, 1 or more. */
  maxAttempts: number;
}

/** A token request before it is built. */
export interface Asked {
  config: TokenEndpointConfig;
  grant: Grant;
  /** The client authentication that worked before, if the settings leave it open. */
  knownAuthentication?: string | undefined;
}

export interface FreshToken {
  token: Token;
  /** Unix seconds, read before the answered request left. */
  timestamp: number;
  /** How the client proved who it is. */
  authentication: string;
}

/** One try waits no longer than this for its answer, milliseconds; one with a refresh token waits as long as it may. */
const LONGEST_ATTEMPT_MS = 8000;
/** Answers of a gateway that heard nothing, or too late, from the server behind it. */
const GATEWAY_STATUSES = [408, 502, 504];
const ROUNDING_MS = 1000;
/** With less than this left, milliseconds, another try is not worth a request. */
const SHORTEST_ATTEMPT_MS = 250;

/**
 * Asks the token endpoint for a token, and again where the failure is transient and the budget allows. A token that has
 * expired on arrival is asked for once more; then it has the configured default lifetime.
 *
 * @returns an expired token only where it brings a new refresh token, which must not be lost
 * @throws AccessTokenError those of `parseTokenResponse`, token_already_expired, token_endpoint_unreachable (transient), and
 *   time_budget_exceeded when the deadline had already passed
 */
export async function requestToken(asked: Asked, budget: RequestBudget, environment: TokenClientWorld): Promise<FreshToken> {
  const { config, grant } = asked;
  let fresh = await requestWithProof(asked, budget, environment);
  const asksAgain = fresh.token.expires_in <= 0 && !grant.isSingleUse && budget.maxAttempts > 1;
  if (asksAgain) {
    // Some servers count what is left of a token in whole seconds, down to zero.
    await environment.sleep(Math.min(ROUNDING_MS, Math.max(0, budget.deadline - environment.now() - LONGEST_ATTEMPT_MS)));
    fresh = await requestWithProof({ ...asked, knownAuthentication: fresh.authentication }, budget, environment);
  }
  const { token } = fresh;
  const { defaultLifetimeSeconds } = config;
  if (token.expires_in > 0) return fresh;
  if (defaultLifetimeSeconds !== undefined) return { ...fresh, token: { ...token, expires_in: defaultLifetimeSeconds } };
  const { refresh_token } = grant.parameters;
  if (refresh_token !== undefined && (token.refresh_token ?? refresh_token) !== refresh_token) return fresh;
  throw expiredOnArrival();
}

/** A token that the server says is of no use any more. */
export function expiredOnArrival(): AccessTokenError {
  const message = 'The token endpoint answered with a token that has expired already.';
  return new AccessTokenError('token_already_expired', message, { status: 200 });
}

/** Tries the other client authentication too, if the settings leave it open and the server refuses the first. */
async function requestWithProof(asked: Asked, budget: RequestBudget, environment: TokenClientWorld): Promise<FreshToken> {
  const { config, knownAuthentication } = asked;
  const [first, second] = authenticationsFor(config, knownAuthentication);
  try {
    return await requestWithRetries(asked, first, budget, environment);
  } catch (refused) {
    if (second === undefined || !isAccessTokenError(refused) || !isUnproved(refused)) throw refused;
    return requestWithRetries(asked, second, budget, environment).catch((thrown: unknown) => {
      throw isAccessTokenError(thrown) && isUnproved(thrown) ? refused : thrown;
    });
  }
}

async function requestWithRetries(
  asked: Asked,
  authentication: ClientAuthentication,
  budget: RequestBudget,
  environment: TokenClientWorld,
): Promise<FreshToken> {
  const { now, sleep, random } = environment;
  const { grant } = asked;
  return retry(
    () => attemptRequest(asked, authentication, budget.deadline, environment),
    (thrown, tries) => {
      if (!isAccessTokenError(thrown) || !mayTryAgain(thrown, grant) || tries >= budget.maxAttempts) return undefined;
      const wait = Math.max(backoffDelay(tries, random()), (thrown.retryAt ?? 0) - now());
      return now() + wait + SHORTEST_ATTEMPT_MS > budget.deadline ? undefined : wait;
    },
    sleep,
  );
}

/**
 * Where no answer came, or a gateway's, nobody knows whether the server has taken the refresh token. To send it twice
 * would look like theft to a server that rotates them (RFC 9700 §4.14.2).
 */
function mayTryAgain({ code, status, transient }: AccessTokenError, { isSingleUse }: Grant): boolean {
  const isUnknown = code === 'token_endpoint_unreachable' || GATEWAY_STATUSES.includes(status ?? 0);
  return transient && !(isSingleUse && isUnknown);
}

async function attemptRequest(
  { config, grant }: Asked,
  authentication: ClientAuthentication,
  deadline: number,
  environment: TokenClientWorld,
): Promise<FreshToken> {
  const { transport, now } = environment;
  const start = now();
  if (start >= deadline) {
    throw new AccessTokenError('time_budget_exceeded', 'No time was left to ask the token endpoint.', {
      transient: true,
    });
  }
  const timestamp = timestampOf(start);
  const { request, secrets } = await buildTokenRequest(config, grant, authentication, environment);
  let response: HttpResponse;
  try {
    const longest = grant.isSingleUse ? Infinity : LONGEST_ATTEMPT_MS;
    response = await transport(request, Math.min(longest, deadline - start));
  } catch (thrown) {
    throw noAnswer('token_endpoint_unreachable', 'The token endpoint', thrown);
  }
  const token = parseTokenResponse(response, {
    timestamp,
    now: now(),
    defaultLifetimeSeconds: config.defaultLifetimeSeconds,
    secrets,
    grant: grant.name,
    protocol: grant.protocol,
  });
  return { token, timestamp, authentication: authentication.name };
}
