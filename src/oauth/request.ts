import { writeForm } from '../http';
import type { HttpRequest } from '../http';
import { basicCredentials } from './client-authentication';
import type { ClientAuthentication } from './client-authentication';
import type { TokenEndpointConfig } from './config';
import type { Grant, GrantWorld } from './grants';

/** A request, and everything in it that must never be shown. */
export interface TokenRequest {
  request: HttpRequest;
  secrets: string[];
}

/**
 * Builds a token request: RFC 6749 §4.4.2 and the like, with client authentication after §2.3, or as the grant's own protocol
 * has it.
 *
 * @throws AccessTokenError where an assertion can't be signed
 */
export async function buildTokenRequest(
  config: TokenEndpointConfig,
  grant: Grant,
  authentication: ClientAuthentication,
  world: GrantWorld,
): Promise<TokenRequest> {
  const secrets = secretsOf(config, grant);
  if (grant.protocol !== undefined) return { request: grant.protocol.request, secrets };
  const headers: Record<string, string> = {
    accept: 'application/json',
    'content-type': 'application/x-www-form-urlencoded',
  };
  const fresh = await grant.freshParameters?.(config, world);
  const parameters: Record<string, string> = { grant_type: grant.name, ...grant.parameters, ...fresh };
  if (config.scope !== undefined) parameters['scope'] = config.scope;
  if (config.audience !== undefined) parameters['audience'] = config.audience;
  Object.assign(parameters, config.extraParameters);
  if (!grant.provesClient) await authentication.authenticate(config, { headers, parameters }, world);
  const { assertion = '', client_assertion = '' } = parameters;
  return { request: { method: 'POST', url: config.tokenUrl, headers, body: writeForm(parameters) }, secrets: [...secrets, assertion, client_assertion] };
}

/** Free parameters whose names mark a secret, such as `api_key`, and those that say what a token is for. */
const SECRET_NAME = /secret|pass|key|assert|token$/i;
const PUBLIC_NAME = /resource|audience|scope|tenant|type/i;
/** Numbers, dates, words, short texts, addresses: without them an error says nothing. */
const PUBLIC_VALUE = /^[\d.:-]*$|^[a-z_ .-]*$|^.{0,7}$|^urn:|:\/\//i;

/** @returns the values that must never be shown: a free parameter is a secret unless it looks public */
export function secretsAmong(parameters: readonly (readonly [name: string, value: string])[]): string[] {
  return parameters
    .filter(([name, value]) => SECRET_NAME.test(name) || !(PUBLIC_NAME.test(name) || PUBLIC_VALUE.test(value)))
    .map(([, value]) => value);
}

/** Everything in the exchange that must never be shown. */
export function secretsOf(config: TokenEndpointConfig, grant: Pick<Grant, 'secrets'>): string[] {
  const free = secretsAmong(Object.entries(config.extraParameters));
  const { clientSecret = '', refreshToken = '' } = config;
  const proof = clientSecret && basicCredentials(config);
  return [clientSecret, refreshToken, proof, ...free, ...grant.secrets];
}
