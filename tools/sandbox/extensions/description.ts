import { copyJson } from '../json';
import type { ExtensionDescription } from './protocol';

/** What `build/module.js` exports. */
export interface ExportedExtension {
  nodes: Array<{
    type: string;
    parentType?: string | null;
    function?: ((parameters: unknown) => unknown) | null;
  }>;
  connections: Array<{ type: string; fields: Array<{ fieldName: string; required?: boolean }> }>;
}

/** What the platform keeps of an extension. */
export function describeExtension({ nodes, connections }: ExportedExtension): ExtensionDescription {
  return {
    nodes: nodes.map(({ type, parentType }) => ({ type, parentType: parentType ?? null })),
    connections: connections.map(({ type, fields }) => ({
      type,
      fields: fields.map(({ fieldName }) => fieldName),
      requiredFields: fields.filter(({ required = true }) => required).map(({ fieldName }) => fieldName),
    })),
    editor: copyJson({ nodes, connections }),
  };
}
