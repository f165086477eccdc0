import type { Provider } from './provider';

export const sapXsuaa: Provider = {
  id: 'sap-xsuaa',
  name: 'SAP (XSUAA)',
  way: {
    authentication: 'clientSecret',
    tokenUrl: '{url}/oauth/token',
    clientAuthentication: ['client_secret_post'],
  },
  placeholders: {
    url: {
      what: '`uaa.url` of the service key (`url` in a key of XSUAA itself)',
      example: 'https://acme.authentication.eu10.hana.ondemand.com',
    },
  },
  notes: {
    clientId: '`clientid` of the service key; the client secret is its `clientsecret`. Keys with a certificate have none: their certificate goes into a connection `tlsCertificates`',
    scope: 'none: those of the service',
  },
  clientAccess: 'yes',
  userAccess: 'yes',
  lifetime: '12 hours',
  refreshToken: '7 days',
  store: 'Endpoint; Redis with refresh tokens',
  about:
    'For services of the Business Technology Platform that trust XSUAA, the *Authorization and Trust Management* service: their keys hold `uaa`. Services bound to SAP Cloud Identity Services are different: the token URL is `https://<tenant>.accounts.ondemand.com/oauth2/token` (or `accounts.cloud.sap`, or a domain of your own), and if nobody changed it, access tokens live 60 minutes and refresh tokens 12 hours, each used once: take Redis for those.',
  quirks: [
    {
      sentence: 'Client ids hold `!` and `|`, which not every service decodes in a Basic header.',
      detail:
        "RFC 6749 §2.3.1 has them encoded; services that compare them as they come answer 401 `unauthorized`, *Bad credentials* (`invalid_client`). In the body they work everywhere, which is why SAP's own libraries send them there. The older Neo environment takes the header only.",
      isPlayed: true,
    },
    {
      sentence: 'Tokens are some thousand characters long.',
      detail: "They hold all the scopes. Store, context and header take them; whether your API's gateway does is its business.",
      isPlayed: true,
    },
  ],
  remarks: [
    "Access tokens live 12 hours and refresh tokens 7 days, or as `token-validity` and `refresh-token-validity` of the application's security descriptor say. SAML bearer assertions (SuccessFactors) are not supported.",
  ],
  sources: [
    {
      title: 'client credentials with a service key',
      url: 'https://help.sap.com/doc/f90a444330144d5db63d345e298b5cff/2210/en-US/10b6e7419df8430dbce297afce5b7e82.html',
      read: '2026-11',
    },
    {
      title: "SAP's security library on encoding",
      url: 'https://github.com/SAP/cloud-security-services-integration-library/issues/318',
      read: '2026-11',
    },
    {
      title: 'lifetimes in SAP Cloud Identity Services',
      url: 'https://github.com/SAP-docs/btp-cloud-identity-services/blob/main/docs/Operation-Guide/token-policy-configuration-for-applications-c4ba52e.md',
      read: '2026-11',
    },
    {
      title: 'security descriptor',
      url: 'https://help.sap.com/docs/btp/sap-business-technology-platform/application-security-descriptor-configuration-syntax',
      read: '2026-11',
    },
  ],
};
