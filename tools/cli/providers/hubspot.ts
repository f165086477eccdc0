import type { Provider } from './provider';

export const hubspot: Provider = {
  id: 'hubspot',
  name: 'HubSpot',
  way: {
    authentication: 'clientSecret',
    tokenUrl: 'https://api.hubapi.com/oauth/2026-03/token',
    clientAuthentication: ['client_secret_post'],
    refreshToken: '{refreshToken}',
  },
  placeholders: { refreshToken: { what: 'Refresh token (leave empty: authorize gets it)', variable: 'REFRESH_TOKEN', isOptional: true } },
  notes: {
    tokenUrl: 'or `/oauth/v3/token`; `/oauth/v1/token` ends in February 2027',
    scope: 'leave empty: the refresh token has its scopes',
    refreshToken: 'of the installation of your app in an account',
  },
  clientAccess: 'no',
  userAccess: 'yes',
  lifetime: '30 minutes',
  refreshToken: 'stays',
  consent: {
    authorizationUrl: 'https://app.hubspot.com/oauth/authorize',
    withoutRefreshToken: 'HubSpot gives one with each installation of the app: check that the app is one with OAuth.',
  },
  store: 'Endpoint',
  about:
    "There is no client credentials grant for an account's data. An app for one account may have a token that does not expire (a private app's): it needs no extension.",
  quirks: [
    { sentence: 'The credentials go into the body.', detail: 'In a header they are not seen.', isPlayed: true },
    {
      sentence: "Errors have OAuth's code beside HubSpot's own status; older answers have the latter only.",
      detail:
        'A refresh token that is not valid any more (`BAD_REFRESH_TOKEN`) is `invalid_grant` in both: install the app again. A wrong client is `token_endpoint_rejected` in the latter.',
      isPlayed: true,
    },
  ],
  sources: [
    { title: 'OAuth v3', url: 'https://developers.hubspot.com/docs/api-reference/auth-oauth-v3/guide', read: '2026-11' },
    {
      title: 'errors',
      url: 'https://developers.hubspot.com/changelog/new-oauth-v3-api-endpoints-and-standardized-error-responses',
      read: '2026-11',
    },
    { title: 'end of v1', url: 'https://developers.hubspot.com/changelog/v1-oauth-api-deprecation', read: '2026-11' },
    { title: 'installation of an app', url: 'https://developers.hubspot.com/docs/apps/developer-platform/build-apps/authentication/oauth/working-with-oauth', read: '2026-11-27' },
  ],
};
