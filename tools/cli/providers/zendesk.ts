import type { Provider } from './provider';

export const zendesk: Provider = {
  id: 'zendesk',
  name: 'Zendesk',
  way: {
    authentication: 'clientSecret',
    tokenUrl: 'https://{subdomain}.zendesk.com/oauth/tokens',
    clientAuthentication: ['client_secret_post'],
    scope: '{scope}',
  },
  placeholders: {
    subdomain: { what: 'Subdomain', example: 'acme' },
    scope: { what: 'Scope', initial: 'tickets:read' },
  },
  notes: {
    scope: 'such as `tickets:read`, or `read write`',
    extraParameters: '`expires_in=<seconds>` and `refresh_token_expires_in=<seconds>` where you want other lifetimes',
  },
  clientAccess: 'yes',
  userAccess: 'yes',
  lifetime: '30 minutes, for new clients',
  refreshToken: 'rotates; 30 days',
  consent: {
    authorizationUrl: 'https://{subdomain}.zendesk.com/oauth/authorizations/new',
    withoutRefreshToken: 'Zendesk may give an older client one only if a lifetime is asked for: enter "extraParameters": "expires_in=1800" in the token\'s entry.',
    refreshTokenDays: 30,
  },
  store: 'Redis',
  quirks: [
    {
      sentence: 'A refresh ends the old access token at once.',
      detail:
        'Whoever still holds a copy gets a 401. Switch *Reuse in this conversation* off, and call *Refresh If Expiring* with the *Rejected token* after a 401: it hands out the new one without asking Zendesk again.',
      isPlayed: true,
    },
    { sentence: 'A refresh token is used once.', detail: 'The answer has the next one, for 30 days. Use Redis.', isPlayed: true },
    {
      sentence: 'Tokens of older clients have no lifetime, unless it is asked for.',
      detail:
        'Ask for one as above, or set the default lifetime. Tokens of clients that were made after April 2026 live 30 minutes. Whether `expires_in` is heard with client credentials is not said. An older client may get no refresh token without it: `authorize` sends it too, if it is among the extra parameters.',
      isPlayed: true,
    },
  ],
  remarks: ["Zendesk's examples send JSON; the nodes send a form, as RFC 6749 says and OAuth libraries do."],
  sources: [
    { title: 'tokens for grant types', url: 'https://developer.zendesk.com/api-reference/ticketing/oauth/grant_type_tokens/', read: '2026-11' },
    { title: 'refresh tokens', url: 'https://developer.zendesk.com/documentation/api-basics/authentication/refresh-token', read: '2026-11' },
    {
      title: 'expirations announced',
      url: 'https://support.zendesk.com/hc/en-us/articles/9182123625370-Announcing-support-for-OAuth-refresh-token-grant-type-and-OAuth-access-and-refresh-token-expirations',
      read: '2026-11',
    },
    { title: 'PKCE', url: 'https://developer.zendesk.com/documentation/api-basics/authentication/oauth-pkce', read: '2026-11-27' },
  ],
};
