import { sha256 } from '../sha256';
import type { TokenEndpointConfig } from './config';

const MARK_DIGITS = 16;
/** So few digits of a secret's hash that nobody can guess it from them, and enough to see that it has changed. */
const SECRET_DIGITS = 4;

/**
 * What a token is for: the API, client, user and scope that these settings ask for, in whatever order they name scopes and
 * parameters. Two settings with the same mark may use each other's tokens.
 *
 * @returns 16 hex digits
 */
export function boundTo({ tokenUrl, clientId, scope, audience, extraParameters }: TokenEndpointConfig): string {
  const scopes = scope?.split(/\s+/).sort().join(' ');
  return mark([tokenUrl, clientId, scopes, audience, Object.entries(extraParameters).sort()]);
}

/**
 * All that a token request depends on, the secrets included: a failure stands for the settings that failed, and not for those
 * that have been mended since.
 *
 * @param binding what the token is for, where that is known already
 * @returns 16 hex digits
 */
export function settingsMark(config: TokenEndpointConfig, binding = boundTo(config)): string {
  const { clientSecret, clientAuthentication, refreshToken, fallBackToClient } = config;
  return mark([binding, clientAuthentication, fallBackToClient, secretMark([clientSecret, refreshToken])]);
}

/** @returns 4 hex digits, which tell that one of the secrets has changed and nothing else */
export function secretMark(secrets: unknown): string {
  return sha256(JSON.stringify(secrets)).slice(0, SECRET_DIGITS);
}

/** @returns 16 hex digits for a JSON value */
export function mark(value: unknown): string {
  return sha256(JSON.stringify(value)).slice(0, MARK_DIGITS);
}
