import type { Provider } from './provider';

export const okta: Provider = {
  id: 'okta',
  name: 'Okta',
  way: {
    authentication: 'clientSecret',
    tokenUrl: 'https://{domain}/oauth2/{server}/v1/token',
    clientAuthentication: ['client_secret_basic', 'client_secret_post'],
    scope: '{scope}',
  },
  placeholders: {
    domain: { what: 'Domain of your Okta org', example: 'acme.okta.com' },
    server: { what: 'ID of the authorization server', initial: 'default' },
    scope: { what: 'Scope that you made at that authorization server', example: 'tickets.read' },
  },
  notes: {
    clientAuthentication: 'as the app is set; *Client secret* is `client_secret_basic`',
    scope: 'one that you made at that authorization server',
  },
  clientAccess: 'custom server only',
  userAccess: 'yes',
  lifetime: '1 hour',
  refreshToken: 'stays or rotates, as the app is set; 90 days, or as the policy says',
  consent: {
    authorizationUrl: 'https://{domain}/oauth2/{server}/v1/authorize',
    deviceAuthorizationUrl: 'https://{domain}/oauth2/{server}/v1/device/authorize',
    offlineScope: 'offline_access',
    withoutRefreshToken: 'Okta gives one for the scope offline_access, where the app has the grant type Refresh Token.',
  },
  store: 'Endpoint; Redis if it rotates',
  quirks: [
    {
      sentence: 'The org authorization server takes signed assertions only.',
      detail:
        "That is `https://<org>.okta.com/oauth2/v1/token`, for Okta's own APIs: `invalid_client` with a client secret. It has [settings of its own](okta-org-server.md). Use a custom authorization server for your API; in production it needs *API Access Management*.",
      isPlayed: true,
    },
    {
      sentence: 'A custom authorization server wants a scope, unless it has a default one.',
      detail: "Otherwise `invalid_scope`. OpenID's own scopes (`openid`, `offline_access`) don't go with client credentials.",
      isPlayed: true,
    },
  ],
  remarks: [
    "Access tokens live an hour, or as the access policy's rule says. Refresh tokens of a custom server live as that rule says, with a limit of idleness; a rotation does not extend them. They rotate where the app says *Rotate token after every use*; the old one is taken for another 30 seconds. Use Redis then.",
  ],
  sources: [
    { title: 'client credentials', url: 'https://developer.okta.com/docs/guides/implement-grant-type/clientcreds/main/', read: '2026-11' },
    { title: "OAuth for Okta's APIs", url: 'https://developer.okta.com/docs/guides/implement-oauth-for-okta-serviceapp/main/', read: '2026-11' },
    { title: 'refresh tokens', url: 'https://developer.okta.com/docs/guides/refresh-tokens/main/', read: '2026-11' },
    { title: 'their life', url: 'https://support.okta.com/help/s/article/refresh-token-expiration-behavior', read: '2026-11' },
    { title: 'device authorization', url: 'https://developer.okta.com/docs/guides/device-authorization-grant/main', read: '2026-11-27' },
  ],
};
