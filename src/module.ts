import { createExtension } from '@cognigy/extension-tools';

import { nodes } from './nodes';
import type * as Editor from './nodes/editor';
import { withLateMembers } from './nodes/late-members';

const extension = createExtension({ nodes, connections: [], options: { label: 'Access Token' } });

export default withLateMembers(extension, ['connections'], () => {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- an `import()` would come too late for who reads the member
  return require('./nodes/editor') as typeof Editor;
});
