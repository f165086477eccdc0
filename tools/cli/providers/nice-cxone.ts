import { NOT_FOUND } from './provider';
import type { Provider } from './provider';

export const niceCxone: Provider = {
  id: 'nice-cxone',
  name: 'NiCE CXone',
  way: {
    authentication: 'customRequest',
    url: 'https://{area}.nice-incontact.com/authentication/v1/token/access-key',
    method: 'POST',
    headers: 'Content-Type: application/json',
    body: '{"accessKeyId":"{username}","accessKeySecret":"{secret}"}',
    username: '{accessKeyId}',
    secret: '{accessKeySecret}',
    tokenPath: 'access_token',
    expiryPath: 'expires_in',
    expiryFormat: 'seconds',
  },
  placeholders: {
    area: { what: 'Area of your tenant', example: 'na1', choices: { na1: 'North America', eu1: 'Europe', au1: 'Australia' } },
    accessKeyId: { what: 'Access key ID' },
    accessKeySecret: { what: 'Access key secret', variable: 'ACCESS_KEY_SECRET' },
  },
  prepare: "Generate an access key on the tab *Access Keys* of the user's profile. Its secret is shown once.",
  clientAccess: 'yes',
  userAccess: 'no',
  lifetime: NOT_FOUND,
  refreshToken: `${NOT_FOUND}; none is needed`,
  store: 'Endpoint',
  includeMembers: { tenantId: 'a claim of the token, by which the addresses of the APIs are found' },
  quirks: [
    {
      sentence: 'An access key belongs to a user.',
      detail: "The token has the rights of that user's role. Use a user of its own for the bot.",
    },
    {
      sentence: 'How long a token lives is not in the public documentation.',
      detail: 'Tokens of the older API "are generally set to expire after an hour". What the answer and the token itself say is used.',
    },
    { sentence: 'Areas are separate.', detail: 'At another area\'s address the access key is unknown. Other areas than those named here have names of the same kind.' },
  ],
  sources: [
    { title: 'UserHub: getting started', url: 'https://developer.niceincontact.com/Documentation/UserHubGettingStarted', read: '2026-11-27' },
    { title: 'Data Extraction API', url: 'https://developer.niceincontact.com/API/DataExtractionAPI', read: '2026-11-27' },
    { title: 'FAQ', url: 'https://developer.niceincontact.com/FAQ', read: '2026-11-27' },
  ],
};
