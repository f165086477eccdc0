import { PRIVATE_KEY } from './provider';
import type { Provider } from './provider';

export const googleServiceAccount: Provider = {
  id: 'google-service-account',
  name: 'Google service account',
  way: {
    authentication: 'signedJwt',
    key: '{key}',
    tokenUrl: 'https://oauth2.googleapis.com/token',
    subject: '{subject}',
    scope: '{scope}',
    algorithm: 'RS256',
    use: 'grant',
  },
  placeholders: {
    key: { ...PRIVATE_KEY, what: 'Key of the service account (JSON)', example: 'service-account.json' },
    scope: { what: 'Scopes, separated by spaces', example: 'https://www.googleapis.com/auth/cloud-platform' },
    subject: { what: "The user to act for, with domain-wide delegation (leave empty for the service account's own access)", isOptional: true },
  },
  notes: { key: 'paste the whole JSON file', clientId: 'leave empty: the JSON key says it' },
  prepare: 'Create a key of the type JSON for the service account, in *IAM & Admin > Service Accounts > Keys*.',
  clientAccess: 'yes',
  userAccess: 'with domain-wide delegation',
  lifetime: '1 hour',
  refreshToken: 'none',
  store: 'Endpoint',
  quirks: [
    { sentence: 'There is no refresh token.', detail: 'Each token is asked for with a fresh assertion.' },
    {
      sentence: 'Acting for a user needs domain-wide delegation.',
      detail: 'An administrator of the Workspace domain grants it to the client ID of the service account, for these scopes. Otherwise `unauthorized_client`.',
    },
    { sentence: 'An assertion may live an hour at most, and is signed with RS256.' },
  ],
  sources: [
    { title: 'server to server applications', url: 'https://developers.google.com/identity/protocols/oauth2/service-account', read: '2026-11-27' },
  ],
};
