import { PRIVATE_KEY } from './provider';
import type { Provider } from './provider';

export const oktaOrgServer: Provider = {
  id: 'okta-org-server',
  name: 'Okta org server',
  way: {
    authentication: 'signedJwt',
    key: '{key}',
    tokenUrl: 'https://{domain}/oauth2/v1/token',
    clientId: '{clientId}',
    scope: '{scope}',
    keyId: '{keyId}',
    algorithm: 'RS256',
    use: 'client',
  },
  placeholders: {
    domain: { what: 'Domain of your Okta org', example: 'acme.okta.com' },
    clientId: { what: 'Client ID of the service app' },
    key: PRIVATE_KEY,
    keyId: { what: 'Key ID (kid) of the public key in Okta (leave empty if the key is a JWK with its kid)', isOptional: true },
    scope: { what: 'Scopes, separated by spaces', example: 'okta.users.read' },
  },
  prepare:
    'Create an app of the type *API Services*, choose *Public key / Private key*, add the public key, grant the scopes under *Okta API Scopes*, and assign an admin role.',
  clientAccess: 'yes',
  userAccess: 'no',
  lifetime: '1 hour',
  refreshToken: 'none',
  store: 'Endpoint',
  about:
    "The org authorization server gives tokens for Okta's own APIs. A client secret is not enough for them: `private_key_jwt` is the only client authentication.",
  quirks: [
    {
      sentence: 'New service apps demand DPoP.',
      detail:
        'Their token requests are then `invalid_dpop_proof`. Switch *Require Demonstrating Proof of Possession (DPoP) header in token requests* off in the app\'s general settings: the extension sends bearer tokens (RFC 6750).',
    },
    { sentence: 'A scope that was not granted to the app is `invalid_scope`.' },
  ],
  sources: [
    { title: 'OAuth for Okta with a service app', url: 'https://developer.okta.com/docs/guides/implement-oauth-for-okta-serviceapp/main/', read: '2026-11-27' },
    { title: 'missing DPoP proof', url: 'https://support.okta.com/help/s/article/the-dpop-proof-jwt-header-is-missing', read: '2026-11-27' },
    { title: 'DPoP on by default', url: 'https://devforum.okta.com/t/client-credentials-oauth-for-okta-with-dpop-enabled/30239', read: '2026-11-27' },
  ],
};
