import { readTokenEndpointConfig } from '../../src/oauth';
import type { Grant, TokenEndpointConfig, TokenEndpointSettings } from '../../src/oauth';

export const CLIENT_CREDENTIALS: Grant = { grant_type: 'client_credentials' };

export const REFRESH_TOKEN: Grant = { grant_type: 'refresh_token', refresh_token: 'refresh-token-1' };

/** A token endpoint's configuration, read from settings as a user enters them. */
export function configOf(settings: TokenEndpointSettings = {}): TokenEndpointConfig {
  return readTokenEndpointConfig({
    tokenUrl: 'https://login.example.com/oauth2/token',
    clientId: 'a-client',
    clientSecret: 's3cret-of-a-client',
    ...settings,
  });
}
