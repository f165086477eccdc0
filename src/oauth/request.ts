import { formEncode, writeForm } from '../http';
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

/** Free parameters that say what a token is for (RFC 6749 §3.3, RFC 8707 §2). Any other one may be a secret. */
export const PUBLIC_PARAMETERS: readonly string[] = ['resource', 'audience', 'scope'];

/** Everything in the exchange that must never be shown, in each form in which a server may echo it. */
export function secretsOf(config: TokenEndpointConfig, grant: Grant): string[] {
  // Free parameters may be secrets too (an API key, an assertion): nobody can tell. A number is none.
  const free = Object.entries(config.extraParameters)
    .filter(([name, value]) => !PUBLIC_PARAMETERS.includes(name) && !/^\d+$/.test(value))
    .map(([, value]) => value);
  const proofs = Object.values(CLIENT_AUTHENTICATIONS).flatMap((authentication) => authentication.secrets(config));
  const secrets = [config.clientSecret, ...proofs, ...free, ...grant.secrets];
  if (config.refreshToken !== undefined) secrets.push(config.refreshToken);
  return secrets.flatMap((secret) => [secret, formEncode(secret), formEncode(secret).replace(/\+/g, '%20')]);
}
