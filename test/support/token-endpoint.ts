import type { ResultShape } from '../../src/refresh/result';
import { buildTokenRequest, clientCredentials, grantsFor, readTokenEndpointConfig } from '../../src/oauth';
import { authenticationsFor } from '../../src/oauth/client-authentication';
import type { HttpRequest } from '../../src/http';
import type { Grant, TokenEndpointConfig, TokenEndpointSettings } from '../../src/oauth';

export const CLIENT_CREDENTIALS: Grant = clientCredentials;

export const REFRESH_TOKEN: Grant = refreshTokenGrant('refresh-token-1');

/** The grant of a configured refresh token. */
export function refreshTokenGrant(refreshToken: string): Grant {
  return grantsFor({ config: configOf({ refreshToken }), record: null, keepsRefreshTokens: true })[0];
}

/** A token endpoint's configuration, read from settings like those that users enter. */
export function configOf(settings: TokenEndpointSettings = {}): TokenEndpointConfig {
  return readTokenEndpointConfig({
    tokenUrl: 'https://login.example.com/oauth2/token',
    clientId: 'a-client',
    clientSecret: 's3cret-of-a-client',
    ...settings,
  });
}

/** The first request that would be sent. */
export async function requestOf(config: TokenEndpointConfig, grant: Grant): Promise<HttpRequest> {
  const [authentication] = authenticationsFor(config);
  return (await buildTokenRequest(config, grant, authentication, {})).request;
}

/** The default shape of a result. */
export const USUAL_SHAPE: ResultShape = { authorizationHeader: 'Authorization', authorizationScheme: undefined, includeMembers: [] };
