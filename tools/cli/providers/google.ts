import type { Provider } from './provider';

export const google: Provider = {
  id: 'google',
  name: 'Google',
  way: {
    authentication: 'clientSecret',
    tokenUrl: 'https://oauth2.googleapis.com/token',
    clientAuthentication: ['client_secret_post'],
    refreshToken: '{refreshToken}',
  },
  placeholders: { refreshToken: { what: 'Refresh token (leave empty: authorize gets it)', variable: 'REFRESH_TOKEN', isOptional: true } },
  notes: {
    scope: 'leave empty: the refresh token has its scopes',
    refreshToken: 'of a consent with `access_type=offline` and `prompt=consent`',
  },
  clientAccess: 'no',
  userAccess: 'yes',
  lifetime: '1 hour',
  refreshToken: 'stays',
  consent: {
    authorizationUrl: 'https://accounts.google.com/o/oauth2/v2/auth',
    deviceAuthorizationUrl: 'https://oauth2.googleapis.com/device/code',
    parameters: { access_type: 'offline', prompt: 'consent' },
    withoutRefreshToken: 'Google gives one with access_type=offline and prompt=consent: see that authorizationUrl does not say otherwise.',
  },
  store: 'Endpoint',
  about:
    'Google has no client credentials grant. For access without a user, use a [service account](google-service-account.md), which signs a JWT instead.',
  quirks: [
    {
      sentence: 'A refresh answers no refresh token: the first one stays.',
      detail:
        'It ends when the user revokes it, after six months without use, when newer ones push it out (100 for each account and client), and by rules of an administrator.',
      isPlayed: true,
    },
    {
      sentence: 'While the app is in *Testing*, a refresh token lives 7 days.',
      detail:
        'That is for *External* apps, unless they only ask for name, email address and profile. Then `invalid_grant`, *Token has been expired or revoked*: publish the app, and [get a new one](../providers.md#the-first-refresh-token).',
      isPlayed: true,
    },
  ],
  sources: [
    { title: 'OAuth 2.0 and refresh token expiration', url: 'https://developers.google.com/identity/protocols/oauth2', read: '2026-11' },
    { title: 'web server applications', url: 'https://developers.google.com/identity/protocols/oauth2/web-server', read: '2026-11' },
    { title: 'devices with little input', url: 'https://developers.google.com/identity/protocols/oauth2/limited-input-device', read: '2026-11-27' },
  ],
};
