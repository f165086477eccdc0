import type { Provider } from './provider';

export const uipath: Provider = {
  id: 'uipath',
  name: 'UiPath',
  way: {
    authentication: 'clientSecret',
    tokenUrl: 'https://cloud.uipath.com/{organization}/identity_/connect/token',
    clientAuthentication: ['client_secret_post'],
    scope: '{scope}',
  },
  placeholders: {
    organization: { what: 'Name of the organization, as it is in the address of Automation Cloud', example: 'acme' },
    scope: { what: 'Scopes, separated by spaces', example: 'OR.Jobs OR.Folders.Read' },
  },
  notes: { scope: 'application scopes of the external application, or `OR.Default` for the roles that it has in tenant and folders' },
  prepare: 'Register a confidential external application with application scopes, in *Admin > External applications*.',
  clientAccess: 'yes',
  userAccess: 'yes',
  lifetime: '1 hour',
  refreshToken: 'rotates; 60 days',
  consent: {
    authorizationUrl: 'https://cloud.uipath.com/identity_/connect/authorize',
    offlineScope: 'offline_access',
    withoutRefreshToken: 'UiPath gives one for the scope offline_access, with user scopes.',
    refreshTokenDays: 60,
  },
  store: 'Endpoint; Redis with refresh tokens',
  quirks: [
    { sentence: 'App ID and app secret are client ID and client secret.' },
    {
      sentence: 'Client credentials get application scopes only, and no refresh token.',
      detail: 'With `offline_access` among the scopes they are `invalid_scope`. It belongs to the consent of a user, with user scopes.',
    },
    { sentence: 'A refresh token is used once.', detail: 'The answer has the next one, for 60 days. Use Redis.' },
  ],
  sources: [
    {
      title: 'first steps with the external APIs',
      url: 'https://docs.uipath.com/automation-cloud/automation-cloud/latest/api-guide/getting-started-with-external-apis',
      read: '2026-11-27',
    },
    {
      title: 'external applications',
      url: 'https://docs.uipath.com/automation-cloud/automation-cloud/latest/api-guide/accessing-uipath-resources-using-external-applications',
      read: '2026-11-27',
    },
    {
      title: 'an answer, and the life of the tokens',
      url: 'https://forum.uipath.com/t/orchestrator-api-oauth2-get-refresh-token-for-confidential-application/341681',
      read: '2026-11-27',
    },
    {
      title: 'the life of an access token',
      url: 'https://docs.uipath.com/document-understanding/automation-cloud/latest/api-guide/using-the-credentials-with-the-external-application',
      read: '2026-11-27',
    },
    { title: 'authorization code', url: 'https://docs.uipath.com/automation-cloud/docs/setting-up-the-external-application', read: '2026-11-27' },
  ],
};
