import type { Provider } from './provider';

export const salesforce: Provider = {
  id: 'salesforce',
  name: 'Salesforce',
  way: {
    authentication: 'clientSecret',
    tokenUrl: 'https://{myDomain}.my.salesforce.com/services/oauth2/token',
    clientAuthentication: ['client_secret_post', 'client_secret_basic'],
    defaultLifetimeSeconds: '7200',
  },
  placeholders: { myDomain: { what: 'My Domain', example: 'acme' } },
  notes: {
    scope: 'none: those of the app',
    defaultLifetimeSeconds:
      'if nobody changed it: the session timeout in *Setup > Session Settings*, in the app\'s policies or the user\'s profile, whichever holds (node: *Advanced*; Function: `defaultLifetimeSeconds`)',
  },
  clientAccess: 'yes',
  userAccess: 'yes',
  lifetime: 'not said; 2 hours of idleness',
  refreshToken: 'stays; can be set to rotate',
  consent: {
    authorizationUrl: 'https://{myDomain}.my.salesforce.com/services/oauth2/authorize',
    withoutRefreshToken: 'Salesforce gives one if refresh_token is among the scopes of the app and, where a scope is asked for, among those.',
  },
  store: 'Endpoint; Redis if it rotates',
  includeMembers: { instance_url: 'the address for your requests' },
  quirks: [
    {
      sentence: 'No answer says how long the token lives.',
      detail:
        'Without a default lifetime 15 minutes are assumed. The timeout counts idleness, so a token that is used lives longer; the default lifetime refreshes it early enough in any case. A token in JWT form says it itself.',
      isPlayed: true,
    },
    {
      sentence: 'Client credentials work at the address of My Domain only.',
      detail:
        "At `login.salesforce.com` they are `invalid_grant`, *request not supported on this domain*. The flow needs a user to run as, in the app's policies.",
      isPlayed: true,
    },
    {
      sentence: 'Without rotation a refresh answers no refresh token: the first one stays.',
      detail:
        "Until it is revoked, or as long as the app's refresh token policy says. With rotation switched on in the app, use Redis.",
      isPlayed: true,
    },
  ],
  remarks: [
    "Salesforce also takes a signed JWT as the grant (RFC 7523): connection `oauth2SignedJwt` with the same token URL, the consumer key as client ID, the user's name as subject, `https://login.salesforce.com` (`https://test.salesforce.com` for a sandbox) as audience, and `grant` under *Use*. The user or the app's policies must have approved the app before; there is no refresh token, and no answer says how long the token lives.",
  ],
  sources: [
    {
      title: 'client credentials flow',
      url: 'https://help.salesforce.com/s/articleView?id=sf.remoteaccess_oauth_client_credentials_flow.htm',
      read: '2026-11',
    },
    {
      title: 'tokens and session timeout',
      url: 'https://developer.salesforce.com/docs/atlas.en-us.chatterapi.meta/chatterapi/intro_oauth_tokens.htm',
      read: '2026-11',
    },
    { title: 'claims of the JWT bearer flow', url: 'https://salesforce.stackexchange.com/questions/201636/authentication-using-jwt', read: '2026-11-27' },
    { title: 'web server flow', url: 'https://help.salesforce.com/s/articleView?id=sf.remoteaccess_oauth_web_server_flow.htm', read: '2026-11-27' },
  ],
};
