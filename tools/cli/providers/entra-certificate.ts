import { PRIVATE_KEY } from './provider';
import type { Provider } from './provider';

export const entraCertificate: Provider = {
  id: 'entra-certificate',
  name: 'Microsoft Entra ID with a certificate',
  way: {
    authentication: 'signedJwt',
    key: '{key}',
    tokenUrl: 'https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token',
    clientId: '{clientId}',
    scope: '{scope}',
    keyId: '{certificate}',
    algorithm: 'PS256',
    use: 'client',
  },
  placeholders: {
    tenant: { what: 'Directory (tenant) ID', example: '00000000-0000-0000-0000-000000000000' },
    clientId: { what: 'Application (client) ID' },
    key: PRIVATE_KEY,
    certificate: { what: 'Certificate (PEM)', example: 'certificate.pem', isFile: true },
    scope: { what: 'Scope', initial: 'https://graph.microsoft.com/.default' },
  },
  prepare: 'Upload the certificate to the app, under *Certificates & secrets*.',
  clientAccess: 'yes',
  userAccess: 'no',
  lifetime: '60 to 90 minutes',
  refreshToken: 'none',
  store: 'Endpoint',
  quirks: [
    {
      sentence: 'The assertion names the certificate by its SHA-256 fingerprint, `x5t#S256`.',
      detail: 'Microsoft asks for `PS256`; assertions with `RS256` and `x5t` are the older form.',
    },
    { sentence: 'The scope is one resource with `/.default` behind it, as with a client secret.' },
  ],
  sources: [
    { title: 'certificate credentials', url: 'https://learn.microsoft.com/en-us/entra/identity-platform/certificate-credentials', read: '2026-11-27' },
    { title: 'client credentials', url: 'https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-client-creds-grant-flow', read: '2026-11' },
  ],
};
