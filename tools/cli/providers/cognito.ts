import type { Provider } from './provider';

export const cognito: Provider = {
  id: 'cognito',
  name: 'Amazon Cognito',
  way: {
    authentication: 'clientSecret',
    tokenUrl: 'https://{domain}/oauth2/token',
    clientAuthentication: ['client_secret_basic', 'client_secret_post'],
  },
  placeholders: { domain: { what: 'Domain of the user pool', example: 'acme.auth.eu-central-1.amazoncognito.com' } },
  notes: {
    tokenUrl: '`{domain}` is `<domain>.auth.<region>.amazoncognito.com`, or your custom domain',
    scope: '`<resource server>/<scope>`; left empty, all that the app client has',
  },
  clientAccess: 'yes',
  userAccess: 'yes',
  lifetime: '1 hour',
  refreshToken: 'stays; can be set to rotate, 30 days',
  consent: {
    authorizationUrl: 'https://{domain}/oauth2/authorize',
    withoutRefreshToken: 'Cognito gives one to app clients with the grant type Authorization code grant.',
  },
  store: 'Endpoint; Redis if it rotates',
  quirks: [
    {
      sentence: 'Errors are 400 and a code, mostly without words.',
      detail: 'A wrong secret is `invalid_client`, a scope that the app client does not have `invalid_grant` or `invalid_scope`.',
      isPlayed: true,
    },
    {
      sentence: 'A refresh answers no refresh token, unless rotation is on.',
      detail: 'With rotation the old one is taken for up to 60 seconds, as the app client is set. Use Redis then.',
      isPlayed: true,
    },
  ],
  remarks: [
    'Access tokens live an hour (5 minutes to a day), refresh tokens 30 days (up to 10 years). Tokens of client credentials are charged each: one more reason for a shared store.',
  ],
  sources: [
    { title: 'token endpoint', url: 'https://docs.aws.amazon.com/cognito/latest/developerguide/token-endpoint.html', read: '2026-11' },
    {
      title: 'refresh tokens',
      url: 'https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-refresh-token.html',
      read: '2026-11',
    },
    { title: 'authorization endpoint', url: 'https://docs.aws.amazon.com/cognito/latest/developerguide/authorization-endpoint.html', read: '2026-11-27' },
  ],
};
