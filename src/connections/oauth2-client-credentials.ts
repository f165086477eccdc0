import type { Connection } from './connection';

/** Where and as whom tokens are asked for, RFC 6749 §4.4 and §6. */
export const oauth2ClientCredentials: Connection = {
  type: 'oauth2ClientCredentials',
  label: 'OAuth2 Client Credentials',
  fields: [
    {
      fieldName: 'tokenUrl',
      label: 'Token URL',
      description: 'The token endpoint of the authorization server, such as https://login.example.com/oauth2/token',
    },
    { fieldName: 'clientId', label: 'Client ID', description: 'As the authorization server shows it for your client' },
    { fieldName: 'clientSecret', label: 'Client secret', description: 'Belongs to the client ID' },
    {
      fieldName: 'scope',
      label: 'Scope',
      description: 'What the token may be used for; several scopes are separated by spaces',
      required: false,
    },
    {
      fieldName: 'audience',
      label: 'Audience',
      description: 'The API the token is for, where the authorization server asks for it',
      required: false,
    },
    {
      fieldName: 'clientAuthentication',
      label: 'Client authentication',
      description: 'client_secret_basic (default: in the Authorization header) or client_secret_post (in the body)',
      required: false,
    },
    {
      fieldName: 'refreshToken',
      label: 'Refresh token',
      description: 'The first refresh token, for access on behalf of a user. Needs a shared store where it rotates',
      required: false,
    },
    {
      fieldName: 'extraParameters',
      label: 'Extra parameters',
      description: 'More parameters for the token request: key=value pairs joined by &, such as resource=https://api.example.com',
      required: false,
    },
  ],
};
