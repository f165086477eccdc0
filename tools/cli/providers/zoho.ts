import type { Provider } from './provider';

export const zoho: Provider = {
  id: 'zoho',
  name: 'Zoho',
  way: {
    authentication: 'clientSecret',
    tokenUrl: 'https://{accounts}/oauth/v2/token',
    clientAuthentication: ['client_secret_post'],
    scope: '{scope}',
    extraParameters: 'soid={soid}',
  },
  placeholders: {
    accounts: {
      what: 'Accounts server of your data center',
      example: 'accounts.zoho.com',
      choices: {
        'accounts.zoho.com': 'United States',
        'accounts.zoho.eu': 'Europe',
        'accounts.zoho.in': 'India',
        'accounts.zoho.com.au': 'Australia',
        'accounts.zoho.jp': 'Japan',
        'accounts.zohocloud.ca': 'Canada',
        'accounts.zoho.sa': 'Saudi Arabia',
        'accounts.zoho.uk': 'United Kingdom',
        'accounts.zoho.com.cn': 'China',
      },
    },
    scope: { what: 'Scopes, separated by commas', example: 'ZohoCRM.modules.READ' },
    soid: { what: 'Organization, as service.ID (leave empty if the service has no organizations)', example: 'ZohoCRM.600123434', isOptional: true },
  },
  notes: { extraParameters: 'for services with several organizations' },
  prepare: 'Create a *Self Client* in the API console.',
  clientAccess: 'yes',
  userAccess: 'yes',
  lifetime: '1 hour',
  refreshToken: 'stays',
  consent: {
    authorizationUrl: 'https://{accounts}/oauth/v2/auth',
    parameters: { access_type: 'offline', prompt: 'consent' },
    withoutRefreshToken: 'Zoho gives one with access_type=offline and prompt=consent: see that authorizationUrl does not say otherwise.',
  },
  store: 'Endpoint',
  authorization: { scheme: 'Zoho-oauthtoken' },
  includeMembers: { api_domain: 'the address for your requests' },
  quirks: [
    {
      sentence: 'Errors come with HTTP 200.',
      detail: 'The answer is `{"error":"invalid_client"}` and the like; it is read as the error that it is.',
    },
    { sentence: 'A client belongs to one data center.', detail: "At another one's address it is `invalid_client`." },
    { sentence: 'The token type is Bearer, but the APIs\' documentation writes `Zoho-oauthtoken`.', detail: 'Set it as the scheme.' },
    { sentence: 'Without `soid`, services with several organizations answer `missing_org_info`.' },
  ],
  sources: [
    { title: 'client credentials flow', url: 'https://www.zoho.com/accounts/protocol/oauth/self-client/client-credentials-flow.html', read: '2026-11-27' },
    { title: 'data centers', url: 'https://www.zoho.com/accounts/protocol/oauth/multi-dc.html', read: '2026-11-27' },
    { title: 'data centers of Zoho CRM', url: 'https://www.zoho.com/crm/developer/docs/api/multi-dc.html', read: '2026-11-27' },
    { title: 'client credentials in Zoho CRM', url: 'https://help.zoho.com/portal/en/community/topic/kaizen-164-client-credentials', read: '2026-11-27' },
    { title: 'an error, as a user got it', url: 'https://github.com/asciisd/zoho/issues/6', read: '2026-11-27' },
    { title: 'authorization code', url: 'https://www.zoho.com/accounts/protocol/oauth/web-apps/authorization.html', read: '2026-11-27' },
  ],
};
