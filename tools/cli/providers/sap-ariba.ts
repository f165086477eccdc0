import { CLIENT, NOT_FOUND } from './provider';
import type { Provider } from './provider';

export const sapAriba: Provider = {
  id: 'sap-ariba',
  name: 'SAP Ariba',
  way: {
    authentication: 'customRequest',
    url: 'https://{server}/v2/oauth/token',
    method: 'POST',
    headers: 'Content-Type: application/x-www-form-urlencoded\nAuthorization: Basic {basic}',
    body: 'grant_type=openapi_2lo',
    username: '{clientId}',
    secret: '{clientSecret}',
    tokenPath: 'access_token',
    expiryPath: 'expires_in',
    expiryFormat: 'seconds',
  },
  placeholders: {
    server: {
      what: 'OAuth server, from *OAuth Server URL Prefix* in the developer portal',
      example: 'api.ariba.com',
      choices: { 'api.ariba.com': 'United States', 'api-eu.ariba.com': 'Europe' },
    },
    ...CLIENT,
  },
  prepare: 'Create an application in the SAP Ariba developer portal, have its API access approved, and generate the OAuth secret.',
  clientAccess: 'yes',
  userAccess: 'no',
  lifetime: '24 minutes',
  refreshToken: 'comes along; not needed',
  store: 'Endpoint',
  about: "Its grant is Ariba's own, `openapi_2lo`.",
  quirks: [
    { sentence: 'Each request to the API also needs the application key, in the header `apiKey`.', detail: 'The token alone is not enough.' },
    {
      sentence: 'The refresh token gives a new token only when 2 minutes or less are left.',
      detail: `Whether that holds for \`openapi_2lo\` too is ${NOT_FOUND}. Set *Refresh at percent of lifetime* to 92, and a refresh falls into these 2 minutes.`,
    },
  ],
  sources: [
    { title: 'refresh token, KB0400928', url: 'https://support.ariba.com/item/view/KB0400928_en', read: '2026-11-27' },
    { title: 'the grant, as a connector has it', url: 'https://cdn.cdata.com/help/PAK/powerbi/pg_PurchaseOrdersSupplierAPI-V1sp-getoauthaccesstoken.htm', read: '2026-11-27' },
    { title: 'client, secret and application key, as a connector asks for them', url: 'https://docs.blinkops.com/docs/integrations/sap-ariba.md', read: '2026-11-27' },
    { title: 'addresses of the data centers, as a connector has them', url: 'https://docs.raynet.de/raynet-one/datahub/14.0/connectors/en/sapacw_authentication.htm', read: '2026-11-27' },
  ],
};
