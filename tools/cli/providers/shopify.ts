import type { Provider } from './provider';

export const shopify: Provider = {
  id: 'shopify',
  name: 'Shopify',
  way: {
    authentication: 'clientSecret',
    tokenUrl: 'https://{shop}.myshopify.com/admin/oauth/access_token',
    clientAuthentication: ['client_secret_post'],
  },
  placeholders: { shop: { what: 'Name of the shop', example: 'acme' } },
  notes: { scope: 'none: those of the app' },
  prepare: 'Create the app in the Dev Dashboard, choose its access scopes, and install it in the shop.',
  clientAccess: 'yes, for shops of your own organization',
  userAccess: 'no',
  lifetime: '24 hours',
  refreshToken: 'none',
  store: 'Endpoint',
  authorization: { header: 'X-Shopify-Access-Token', scheme: '' },
  quirks: [
    { sentence: 'The API reads the token from a header of its own.', detail: 'It stands there alone, without a scheme. The answer names no token type.' },
    {
      sentence: 'Client credentials are for apps of your own organization, in shops that it owns.',
      detail: 'Other apps need the code grant or token exchange, and their users.',
    },
    { sentence: 'Each shop has tokens of its own.', detail: 'Use one connection and token name for each.' },
  ],
  sources: [
    {
      title: 'client credentials grant',
      url: 'https://shopify.dev/docs/apps/build/authentication-authorization/access-tokens/client-credentials-grant',
      read: '2026-11-27',
    },
    { title: 'about client credentials', url: 'https://shopify.dev/docs/apps/build/authentication-authorization/client-secrets', read: '2026-11-27' },
    { title: 'access tokens for Dev Dashboard apps', url: 'https://shopify.dev/docs/apps/build/dev-dashboard/get-api-access-tokens', read: '2026-11-27' },
  ],
};
