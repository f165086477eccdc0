import { copyJson } from '../json';
import type { ExtensionDescription } from './protocol';

/** Fills a `select` field when its form is opened or when a dependency changes. */
export interface OptionsResolver {
  /** Keys of the fields that it gets. */
  dependencies: string[];
  resolverFunction: (parameters: unknown) => unknown;
}

/** What `build/module.js` exports. */
export interface ExportedExtension {
  nodes: Array<{
    type: string;
    parentType?: string | null;
    function?: ((parameters: unknown) => unknown) | null;
    fields?: Array<{ key: string; optionsResolver?: OptionsResolver }>;
  }>;
  connections: Array<{ type: string; fields: Array<{ fieldName: string; required?: boolean }> }>;
}

/** Describes an extension as the platform keeps it. */
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

/** Whether a node has this field, and a resolver fills it. */
export function hasResolver({ nodes }: ExtensionDescription['editor'], type: string, field: string): boolean {
  const { fields = [] } = (nodes.find((node) => node.type === type) ?? {}) as Pick<ExportedExtension['nodes'][number], 'fields'>;
  return fields.some(({ key, optionsResolver }) => key === field && optionsResolver !== undefined);
}
