import { mark, secretMark } from '../mark';
import { sha256 } from '../sha256';
import type { TokenEndpointConfig } from './config';

const BINDING_DIGITS = 16;

/**
 * What a token is for: the API, client, user and scope that these settings ask for, in whatever order they name scopes and
 * parameters. Two settings that agree in it may use each other's tokens.
 *
 * @returns 16 hex digits
 */
export function boundTo({ tokenUrl, clientId, scope, audience, extraParameters, username, purpose }: TokenEndpointConfig): string {
  const scopes = scope?.split(/\s+/).sort().join(' ');
  const all = [tokenUrl, clientId, scopes, audience, Object.entries(extraParameters).sort(), username, purpose];
  return sha256(JSON.stringify(all)).slice(0, BINDING_DIGITS);
}

/**
 * All that a token request depends on, the secrets included: a failure stands for the settings that failed, and not for those
 * that have been mended since.
 *
 * @param binding what the token is for, if the caller knows it already
 * @returns 16 hex digits
 */
export function settingsMark(config: TokenEndpointConfig, binding = boundTo(config)): string {
  const { clientSecret, clientAuthentication, refreshToken, fallBackToClient, password, means } = config;
  return mark([binding, clientAuthentication, fallBackToClient, secretMark([clientSecret, refreshToken, password, means])]);
}
