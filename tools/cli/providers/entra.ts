import type { Provider } from './provider';

export const entra: Provider = {
  id: 'entra',
  name: 'Microsoft Entra ID',
  way: {
    authentication: 'clientSecret',
    tokenUrl: 'https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token',
    clientAuthentication: ['client_secret_post', 'client_secret_basic'],
    scope: 'https://graph.microsoft.com/.default',
  },
  placeholders: { tenant: { what: 'Directory (tenant) ID', example: '00000000-0000-0000-0000-000000000000' } },
  notes: {
    scope: 'or `<application ID URI of your API>/.default`; with a refresh token `offline_access` and the permissions',
    refreshToken: 'only with `offline_access`; client credentials never get one',
  },
  clientAccess: 'yes',
  userAccess: 'yes',
  lifetime: '60 to 90 minutes',
  refreshToken: 'new with each use, the old one stays valid; 90 days',
  consent: {
    authorizationUrl: 'https://login.microsoftonline.com/{tenant}/oauth2/v2.0/authorize',
    deviceAuthorizationUrl: 'https://login.microsoftonline.com/{tenant}/oauth2/v2.0/devicecode',
    offlineScope: 'offline_access',
    withoutRefreshToken: 'Entra gives one for the scope offline_access: the app, or an administrator of the tenant, may have to allow it.',
    refreshTokenDays: 90,
  },
  store: 'Endpoint',
  quirks: [
    {
      sentence: 'With client credentials the scope is one resource with `/.default` behind it.',
      detail:
        'The permissions themselves are granted to the app by an administrator. Anything else is `invalid_scope` with `AADSTS1002012`. One connection and token name for each resource.',
      isPlayed: true,
    },
    {
      sentence: 'The older v1 endpoint wants `resource`, and answers its numbers as texts.',
      detail:
        'For `…/oauth2/token` enter `resource=<URI>` under *Extra parameters*, and no scope. Lifetimes that are texts are read.',
      isPlayed: true,
    },
    {
      sentence: 'Each use of a refresh token gives a new one; the old one goes on working.',
      detail: 'The newest is kept. They live 90 days, for single-page apps 24 hours.',
      isPlayed: true,
    },
  ],
  remarks: ['A token lives a random time between 60 and 90 minutes; the rule goes by what each answer says.'],
  sources: [
    { title: 'client credentials', url: 'https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-client-creds-grant-flow', read: '2026-11' },
    { title: 'access tokens', url: 'https://learn.microsoft.com/en-us/entra/identity-platform/access-tokens', read: '2026-11' },
    { title: 'refresh tokens', url: 'https://learn.microsoft.com/en-us/entra/identity-platform/refresh-tokens', read: '2026-11' },
    {
      title: 'scopes of a refresh',
      url: 'https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-auth-code-flow#refreshing-the-access-tokens',
      read: '2026-11',
    },
    { title: 'device code', url: 'https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-device-code', read: '2026-11-27' },
    { title: 'redirect addresses', url: 'https://learn.microsoft.com/en-us/entra/identity-platform/reply-url', read: '2026-11-27' },
  ],
};
