import { createExtension } from '@cognigy/extension-tools';

import { accessTokenStore, oauth2ClientCredentials } from './connections';
import { getAccessToken, refreshIfExpiring } from './nodes';

export default createExtension({
  nodes: [...getAccessToken, ...refreshIfExpiring],
  connections: [oauth2ClientCredentials, accessTokenStore],
  options: { label: 'Access Token' },
});
