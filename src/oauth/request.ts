import { writeForm } from '../http';
import type { HttpRequest } from '../http';
import { CLIENT_AUTHENTICATIONS } from './client-authentication';
import type { TokenEndpointConfig } from './config';
import type { Grant } from './grants';

/** Builds the token request of RFC 6749 §4.4.2 or §6, with client authentication after §2.3.1. */
export function buildTokenRequest(config: TokenEndpointConfig, grant: Grant): HttpRequest & { body: string } {
  const headers: Record<string, string> = {
    accept: 'application/json',
    'content-type': 'application/x-www-form-urlencoded',
  };
  const parameters: Record<string, string> = { grant_type: grant.name, ...grant.parameters };
  if (config.scope !== undefined) parameters['scope'] = config.scope;
  if (config.audience !== undefined) parameters['audience'] = config.audience;
  Object.assign(parameters, config.extraParameters);
  CLIENT_AUTHENTICATIONS[config.clientAuthentication].authenticate(config, { headers, parameters });
  return { method: 'POST', url: config.tokenUrl, headers, body: writeForm(parameters) };
}

/** Free parameters that hold a secret by their name, such as `api_key`, and those that say what a token is for. */
const SECRET_NAME = /secret|pass|key|assert|token$/i;
const PUBLIC_NAME = /resource|audience|scope|tenant|type/i;
/** Numbers and dates, words, what is short, addresses: without them an error says nothing. */
const PUBLIC_VALUE = /^[\d.:-]*$|^[a-z_ .-]*$|^.{0,7}$|^urn:|:\/\//i;

/** Everything in the exchange that must never be shown. A free parameter is a secret unless it looks public. */
export function secretsOf(config: TokenEndpointConfig, grant: Grant): string[] {
  const free = Object.entries(config.extraParameters)
    .filter(([name, value]) => SECRET_NAME.test(name) || !(PUBLIC_NAME.test(name) || PUBLIC_VALUE.test(value)))
    .map(([, value]) => value);
  const proofs = Object.values(CLIENT_AUTHENTICATIONS).flatMap((authentication) => authentication.secrets(config));
  return [config.clientSecret, config.refreshToken ?? '', ...proofs, ...free, ...grant.secrets];
}
