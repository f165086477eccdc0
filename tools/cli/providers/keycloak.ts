import type { Provider } from './provider';

export const keycloak: Provider = {
  id: 'keycloak',
  name: 'Keycloak',
  way: {
    authentication: 'clientSecret',
    tokenUrl: 'https://{host}/realms/{realm}/protocol/openid-connect/token',
    clientAuthentication: ['client_secret_basic', 'client_secret_post'],
  },
  placeholders: {
    host: { what: 'Host of Keycloak', example: 'keycloak.example.com' },
    realm: { what: 'Realm', example: 'bots' },
  },
  notes: {
    tokenUrl: 'before version 17 with `/auth` in front of `/realms`',
    scope: 'optional client scopes',
  },
  prepare: 'Switch *Client authentication* and *Service accounts roles* on for the client.',
  clientAccess: 'yes',
  userAccess: 'yes',
  lifetime: '5 minutes',
  refreshToken: 'new with each use, the old one stays valid; can be set to be used once',
  consent: {
    authorizationUrl: 'https://{host}/realms/{realm}/protocol/openid-connect/auth',
    deviceAuthorizationUrl: 'https://{host}/realms/{realm}/protocol/openid-connect/auth/device',
    offlineScope: 'offline_access',
    withoutRefreshToken: 'Keycloak gives one unless Use refresh tokens is off for the client, and a long one for the scope offline_access, which the user needs the role of that name for.',
  },
  store: 'Endpoint; Redis if used once',
  quirks: [
    {
      sentence: 'Its own members come along: only `expires_in` counts.',
      detail:
        '`refresh_expires_in: 0` and `not-before-policy` are kept and not used. Client credentials get no refresh token unless the client is set so, and need none.',
      isPlayed: true,
    },
    {
      sentence: 'Each use of a refresh token gives a new one; the old one goes on working.',
      detail: 'Unless *Revoke Refresh Token* is on: then it is used once, and you want Redis.',
      isPlayed: true,
    },
    {
      sentence: 'A refresh token ends with its session; a service account goes on without it, if it may.',
      detail:
        'Switch on *Fall back to the client* for that. *SSO Session Idle*, 30 minutes, starts anew with each refresh; *SSO Session Max* does not: `invalid_grant`, *Token is not active*. Use `offline_access` for a longer life. Where client credentials are allowed they take over, as another user.',
      isPlayed: true,
    },
  ],
  remarks: [
    'A token of 5 minutes (*Access Token Lifespan*) is refreshed after 4:30; the chain keeps it, with one instance of the Function each time.',
    'If *Credentials* of the client says *Signed Jwt*, use the connection `oauth2SignedJwt` with the same token URL and `client` under *Use*.',
  ],
  sources: [
    {
      title: 'Server Administration Guide, *Using a service account* and *Session and token timeouts*',
      url: 'https://www.keycloak.org/docs/latest/server_admin/',
      read: '2026-11',
    },
  ],
};
