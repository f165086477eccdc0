import { createExtension } from '@cognigy/extension-tools';

import { accessTokenStore, accessTokenStoreRedis, cognigyApi, oauth2ClientCredentials } from './connections';
import { getAccessToken, refreshIfExpiring } from './nodes';

export default createExtension({
  nodes: [...getAccessToken, ...refreshIfExpiring],
  connections: [oauth2ClientCredentials, accessTokenStore, accessTokenStoreRedis, cognigyApi],
  options: { label: 'Access Token' },
});
