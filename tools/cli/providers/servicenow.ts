import type { Provider } from './provider';

export const servicenow: Provider = {
  id: 'servicenow',
  name: 'ServiceNow',
  way: {
    authentication: 'clientSecret',
    tokenUrl: 'https://{instance}.service-now.com/oauth_token.do',
    clientAuthentication: ['client_secret_post'],
  },
  placeholders: { instance: { what: 'Name of the instance', example: 'dev12345' } },
  notes: { scope: 'none' },
  prepare:
    'Use *System OAuth > Application Registry*. For client credentials (since the Washington DC release), create the system property `glide.oauth.inbound.client.credential.grant_type.enabled` with the value `true`, add the field *OAuth Application User* to the form of the application, and choose a user there.',
  clientAccess: 'yes',
  userAccess: 'yes',
  lifetime: '30 minutes',
  refreshToken: 'stays; 100 days',
  consent: {
    authorizationUrl: 'https://{instance}.service-now.com/oauth_auth.do',
    withoutRefreshToken: 'ServiceNow gives one where the Refresh Token Lifespan of the application is not 0.',
  },
  store: 'Endpoint',
  quirks: [
    {
      sentence: 'While a token is valid, client credentials answer it again, with a new lifetime.',
      detail:
        'So a refresh may hand out the same token: that is no error. After a 401 from the API, asking again does not help as long as ServiceNow takes its token for valid.',
      isPlayed: true,
    },
    {
      sentence: 'A refresh answers the same refresh token, which lives 100 days.',
      detail:
        "Then it is refused, by some versions with 401 `server_error`, *access_denied*, as a wrong secret is (`invalid_client`): authorize again in time. *Refresh Token Lifespan* in the application's record can be longer.",
      isPlayed: true,
    },
  ],
  sources: [
    { title: 'manage OAuth tokens', url: 'https://www.servicenow.com/docs/r/platform-security/authentication/t_ManageTokens.html', read: '2026-11' },
    { title: 'KB0791140', url: 'https://support.servicenow.com/kb?id=kb_article_view&sysparm_article=KB0791140', read: '2026-11' },
    { title: 'client credentials, KB1645212', url: 'https://support.servicenow.com/kb?id=kb_article_view&sysparm_article=KB1645212', read: '2026-11' },
    { title: 'authorization code grant, KB0964444', url: 'https://support.servicenow.com/kb?id=kb_article_view&sysparm_article=KB0964444', read: '2026-11-27' },
  ],
};
