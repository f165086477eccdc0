import type { Provider } from './provider';

export const auth0: Provider = {
  id: 'auth0',
  name: 'Auth0',
  way: {
    authentication: 'clientSecret',
    tokenUrl: 'https://{domain}/oauth/token',
    clientAuthentication: ['client_secret_post', 'client_secret_basic'],
    audience: '{audience}',
  },
  placeholders: {
    domain: { what: 'Domain of the tenant', example: 'acme.eu.auth0.com' },
    audience: { what: 'Identifier of your API (audience)', example: 'https://api.example.com' },
  },
  notes: {
    tokenUrl: '`{domain}` is `<tenant>.<region>.auth0.com` (older tenants without region), or your custom domain',
    clientAuthentication: "as *Credentials* of the application says; `client_secret_post` is Auth0's default",
    audience: 'the *Identifier* of your API',
    extraParameters: '`organization=<id>` where the API asks for it',
  },
  clientAccess: 'yes',
  userAccess: 'yes',
  lifetime: '24 hours',
  refreshToken: 'stays; can be set to rotate, 30 days',
  consent: {
    authorizationUrl: 'https://{domain}/authorize',
    deviceAuthorizationUrl: 'https://{domain}/oauth/device/code',
    offlineScope: 'offline_access',
    withoutRefreshToken: 'Auth0 gives one for the scope offline_access, where the API has Allow Offline Access and the application the grant type Refresh Token.',
  },
  store: 'Endpoint; Redis if it rotates',
  quirks: [
    {
      sentence: 'Always enter the audience.',
      detail:
        "Asked for client credentials without one, most tenants answer 403 `access_denied`, which shows as `token_endpoint_error` with Auth0's words. Some answer an opaque token, which your API refuses; a default audience of the tenant is not always heeded here.",
      isPlayed: true,
    },
    {
      sentence: 'With rotation, a refresh token that is used twice ends all of them.',
      detail:
        'Unless a leeway is set (*Rotation Overlap Period*). Use Redis. The 30 days are not extended by a rotation, and a life of idleness may be set besides: then `invalid_grant`.',
      isPlayed: true,
    },
    {
      sentence: 'Too many token requests are answered with 429.',
      detail:
        'Everybody who shares the store waits as long as `Retry-After` says, or by the backoff; a shared store makes it unlikely. Machine-to-machine tokens are also counted by your subscription.',
      isPlayed: true,
    },
  ],
  remarks: [
    'If *Credentials* of the application says *Private Key JWT*, use the connection `oauth2SignedJwt` with `client` under *Use*, and the audience of your API as `audience=<identifier>` under *Extra parameters*.',
  ],
  sources: [
    {
      title: 'client credentials flow',
      url: 'https://auth0.com/docs/get-started/authentication-and-authorization-flow/client-credentials-flow',
      read: '2026-11',
    },
    {
      title: 'audience with client credentials',
      url: 'https://support.auth0.com/center/s/article/Client-credentials-grant-requires-audience-parameter',
      read: '2026-11',
    },
    { title: 'refresh token rotation', url: 'https://auth0.com/docs/secure/tokens/refresh-tokens/configure-refresh-token-rotation', read: '2026-11' },
    {
      title: 'rate limits',
      url: 'https://auth0.com/docs/troubleshoot/customer-support/operational-policies/rate-limit-policy',
      read: '2026-11',
    },
    { title: 'authorization code flow', url: 'https://auth0.com/docs/flows/call-your-api-using-the-authorization-code-flow', read: '2026-11-27' },
    { title: 'device authorization flow', url: 'https://auth0.com/docs/get-started/authentication-and-authorization-flow/device-authorization-flow/call-your-api-using-the-device-authorization-flow', read: '2026-11-27' },
  ],
};
