import { createExtension } from '@cognigy/extension-tools';

import { connections } from './connections';
import { getAccessToken, refreshIfExpiring } from './nodes';

export default createExtension({
  nodes: [...getAccessToken, ...refreshIfExpiring],
  connections,
  options: { label: 'Access Token' },
});
