import { createExtension } from '@cognigy/extension-tools';

import { nodes } from './nodes';
import { loadEditor, withLateMembers } from './nodes/late-members';

const extension = createExtension({ nodes, connections: [], options: { label: 'Access Token' } });

export default withLateMembers(extension, ['connections'], loadEditor);
