import { fromByteArray } from 'base64-js';

import { formEncode, writeForm } from '../http';
import type { HttpRequest } from '../http';
import type { TokenEndpointConfig } from './config';

/** RFC 6749 §4.4.2 and §6. */
export type Grant = { grant_type: 'client_credentials' } | { grant_type: 'refresh_token'; refresh_token: string };

/** Builds the token request of RFC 6749 §4.4.2 or §6, with client authentication after §2.3.1. */
export function buildTokenRequest(config: TokenEndpointConfig, grant: Grant): HttpRequest & { body: string } {
  const headers: Record<string, string> = {
    accept: 'application/json',
    'content-type': 'application/x-www-form-urlencoded',
  };
  const parameters: Record<string, string> = { ...grant };
  if (config.scope !== undefined) parameters['scope'] = config.scope;
  if (config.audience !== undefined) parameters['audience'] = config.audience;
  Object.assign(parameters, config.extraParameters);
  if (config.clientAuthentication === 'client_secret_basic') {
    headers['authorization'] = `Basic ${basicCredentials(config)}`;
  } else {
    parameters['client_id'] = config.clientId;
    parameters['client_secret'] = config.clientSecret;
  }
  return { method: 'POST', url: config.tokenUrl, headers, body: writeForm(parameters) };
}

/** Everything in the exchange that must never be shown, in each form in which a server may echo it. */
export function secretsOf(config: TokenEndpointConfig, grant: Grant): string[] {
  // Free parameters may be secrets too (an API key, an assertion): nobody can tell.
  const secrets = [config.clientSecret, basicCredentials(config), ...Object.values(config.extraParameters)];
  if (config.refreshToken !== undefined) secrets.push(config.refreshToken);
  if (grant.grant_type === 'refresh_token') secrets.push(grant.refresh_token);
  return secrets.flatMap((secret) => [secret, formEncode(secret), formEncode(secret).replace(/\+/g, '%20')]);
}

function basicCredentials({ clientId, clientSecret }: TokenEndpointConfig): string {
  // Form encoding has left ASCII only, one byte a character.
  const text = `${formEncode(clientId)}:${formEncode(clientSecret)}`;
  return fromByteArray(Uint8Array.from(text, (character) => character.charCodeAt(0)));
}
