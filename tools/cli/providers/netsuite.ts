import { PRIVATE_KEY } from './provider';
import type { Provider } from './provider';

export const netsuite: Provider = {
  id: 'netsuite',
  name: 'NetSuite',
  way: {
    authentication: 'signedJwt',
    key: '{key}',
    tokenUrl: 'https://{account}.suitetalk.api.netsuite.com/services/rest/auth/oauth2/v1/token',
    clientId: '{clientId}',
    scope: '{scope}',
    keyId: '{certificateId}',
    algorithm: 'PS256',
    use: 'client',
  },
  placeholders: {
    account: { what: 'Account ID, as it is in your NetSuite address', example: '1234567-sb1' },
    clientId: { what: 'Client ID of the integration record' },
    key: PRIVATE_KEY,
    certificateId: { what: 'Certificate ID' },
    scope: { what: 'Scopes, separated by commas', initial: 'rest_webservices' },
  },
  notes: {
    scope: '`restlets`, `rest_webservices`, `suite_analytics`, or several of them, separated by commas',
    keyId: 'Certificate ID, as the list shows it after the upload',
    algorithm: 'or `ES256`, for a key on an elliptic curve',
  },
  prepare:
    'Check *Client Credentials (Machine to Machine) Grant* in the integration record. Then upload the certificate in *Setup > Integration > Manage Authentication > OAuth 2.0 Client Credentials (M2M) Setup*, with user and role.',
  clientAccess: 'yes',
  userAccess: 'no',
  lifetime: '1 hour',
  refreshToken: 'none',
  store: 'Endpoint',
  quirks: [
    { sentence: 'The scope is a claim of the assertion.' },
    { sentence: 'RS256 is not among its algorithms.', detail: 'Use PS256 with an RSA key.' },
    { sentence: 'An assertion must live less than an hour.' },
    {
      sentence: 'A sandbox forgets the set-up when it is refreshed, and no other account takes it over.',
      detail: 'A certificate that has expired or was revoked needs a new mapping.',
    },
  ],
  sources: [
    { title: 'token request and answer', url: 'https://docs.oracle.com/en/cloud/saas/netsuite/ns-online-help/section_162755359851.html', read: '2026-11-27' },
    { title: 'structure of the assertion', url: 'https://docs.oracle.com/en/cloud/saas/netsuite/ns-online-help/section_162790605110.html', read: '2026-11-27' },
    { title: 'client credentials setup', url: 'https://docs.oracle.com/en/cloud/saas/netsuite/ns-online-help/section_162686838198.html', read: '2026-11-27' },
  ],
};
