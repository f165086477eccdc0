import { clientCredentials, grantsFor, readTokenEndpointConfig } from '../../src/oauth';
import type { Grant, TokenEndpointConfig, TokenEndpointSettings } from '../../src/oauth';

export const CLIENT_CREDENTIALS: Grant = clientCredentials;

export const REFRESH_TOKEN: Grant = refreshTokenGrant('refresh-token-1');

/** The grant of a refresh token that is configured. */
export function refreshTokenGrant(refreshToken: string): Grant {
  return grantsFor({ config: configOf({ refreshToken }), record: null, keepsRefreshTokens: true })[0];
}

/** A token endpoint's configuration, read from settings as a user enters them. */
export function configOf(settings: TokenEndpointSettings = {}): TokenEndpointConfig {
  return readTokenEndpointConfig({
    tokenUrl: 'https://login.example.com/oauth2/token',
    clientId: 'a-client',
    clientSecret: 's3cret-of-a-client',
    ...settings,
  });
}
