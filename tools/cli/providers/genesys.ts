import type { Provider } from './provider';

export const genesys: Provider = {
  id: 'genesys',
  name: 'Genesys Cloud',
  way: {
    authentication: 'clientSecret',
    tokenUrl: 'https://login.{region}/oauth/token',
    clientAuthentication: ['client_secret_basic'],
  },
  placeholders: {
    region: {
      what: "Your region's domain",
      example: 'mypurecloud.com',
      choices: {
        'mypurecloud.com': 'US East (N. Virginia)',
        'use2.us-gov-pure.cloud': 'US East 2 (Ohio)',
        'usw2.pure.cloud': 'US West (Oregon)',
        'cac1.pure.cloud': 'Canada',
        'sae1.pure.cloud': 'South America (São Paulo)',
        'mypurecloud.de': 'Frankfurt',
        'mypurecloud.ie': 'Ireland',
        'euw2.pure.cloud': 'London',
        'euc2.pure.cloud': 'Zurich',
        'mec1.pure.cloud': 'UAE',
        'aps1.pure.cloud': 'Mumbai',
        'apne2.pure.cloud': 'Seoul',
        'apne3.pure.cloud': 'Osaka',
        'mypurecloud.jp': 'Tokyo',
        'mypurecloud.com.au': 'Sydney',
      },
    },
  },
  notes: { scope: 'none: the roles of the OAuth client count' },
  clientAccess: 'yes',
  userAccess: 'yes',
  lifetime: '24 hours, can be set',
  refreshToken: 'a new one may come with each use',
  consent: {
    authorizationUrl: 'https://login.{region}/oauth/authorize',
    withoutRefreshToken: 'Genesys Cloud gives one to OAuth clients of the grant type Code Authorization.',
  },
  store: 'Endpoint; Redis with refresh tokens',
  quirks: [
    {
      sentence: 'The OAuth client says how long its tokens live, 5 minutes to 2 days.',
      detail: '*Token Duration* in *Admin > Integrations > OAuth*; 24 hours if nobody changed it.',
      isPlayed: true,
    },
  ],
  remarks: [
    "An OAuth client belongs to one region: at another region's address it is unknown. With the code grant a refresh may answer a new refresh token; whether the old one goes on working is not said.",
  ],
  sources: [
    { title: 'client credentials', url: 'https://developer.genesys.cloud/authorization/platform-auth/use-client-credentials', read: '2026-11' },
    { title: 'create an OAuth client', url: 'https://help.genesys.cloud/articles/create-an-oauth-client/', read: '2026-11' },
    {
      title: 'domains of the regions',
      url: 'https://help.genesys.cloud/articles/add-okta-as-a-single-sign-on-provider/',
      read: '2026-11-27',
    },
    { title: 'authorization code grant', url: 'https://developer.genesys.cloud/api/rest/authorization/use-authorization-code', read: '2026-11-27' },
  ],
};
