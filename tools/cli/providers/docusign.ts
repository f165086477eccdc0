import { PRIVATE_KEY } from './provider';
import type { Provider } from './provider';

export const docusign: Provider = {
  id: 'docusign',
  name: 'Docusign',
  way: {
    authentication: 'signedJwt',
    key: '{key}',
    tokenUrl: 'https://{host}/oauth/token',
    clientId: '{clientId}',
    subject: '{userId}',
    scope: '{scope}',
    audience: '{host}',
    algorithm: 'RS256',
    use: 'grant',
  },
  placeholders: {
    host: {
      what: 'Authentication server',
      example: 'account.docusign.com',
      choices: { 'account.docusign.com': 'production', 'account-d.docusign.com': 'developer environment' },
    },
    clientId: { what: 'Integration key (client ID)' },
    userId: { what: 'User ID (GUID) of the user to act for' },
    key: PRIVATE_KEY,
    scope: { what: 'Scopes, separated by spaces', initial: 'signature impersonation' },
  },
  notes: { audience: 'the same host, without `https://`' },
  prepare: 'Add an RSA key pair and a redirect URI to the integration key, and obtain the consent of the user or of an administrator.',
  clientAccess: 'no',
  userAccess: 'yes, after a consent',
  lifetime: '1 hour',
  refreshToken: 'none',
  store: 'Endpoint',
  quirks: [
    {
      sentence: 'Without a consent the answer is `consent_required`.',
      detail:
        'Open `https://{host}/oauth/auth?response_type=code&scope=signature%20impersonation&client_id=<integration key>&redirect_uri=<redirect URI>` once, as that user. It holds until it is revoked.',
    },
    { sentence: 'The audience is the bare host, without `https://`.', detail: 'An integration key of the other environment is `invalid_grant`, *issuer_not_found*.' },
    { sentence: 'A longer life in the assertion does not make the token live longer.' },
  ],
  sources: [
    { title: 'JWT Grant', url: 'https://developers.docusign.com/platform/auth/jwt-get-token', read: '2026-11-27' },
    { title: 'service integration authentication', url: 'https://docs.docusign.com/esign/guide/authentication/oa2_jwt.html', read: '2026-11-27' },
    {
      title: 'the life of a consent',
      url: 'https://community.docusign.com/esignature-api-63/docusign-jwt-oauth-consent-is-it-permanent-or-does-it-expire-24533',
      read: '2026-11-27',
    },
  ],
};
