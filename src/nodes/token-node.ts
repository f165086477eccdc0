import { createNodeDescriptor } from '@cognigy/extension-tools';
import type { INodeDescriptor } from '@cognigy/extension-tools';
import type { ISnippet } from '@cognigy/extension-tools/build/interfaces/descriptor';

import type { TokenResult } from '../refresh/result';
import type { NodeField } from '../settings/node-field';
import { DEFAULT_STORAGE_KEY } from '../settings/result';
import type { Words } from '../settings/setting';
import type * as Editor from './editor';
import { executeNode } from './execute';
import type { NodeBehavior } from './execute';
import { withForm } from './late-members';
import { localized } from './localized';
import { tokenResult } from './token-result';

/** A branch below a node, which only holds other nodes. */
interface BranchDefinition {
  type: string;
  label: Words;
  mood: keyof typeof COLORS;
}

/** The colours of the branches. */
const COLORS = { good: '#61D188', neutral: '#3D9FFF', bad: '#E4574C' } as const;

/** What differs between the nodes. */
export interface NodeDefinition<R extends object> extends Omit<NodeBehavior<R>, 'chooseBranch'> {
  type: string;
  label: Words;
  summary: Words;
  /** The node's own fields. One with the key of a common field replaces that. */
  fields?: (editor: typeof Editor) => Readonly<Record<string, NodeField>>;
  /** All branches except the one for errors. */
  branches: readonly BranchDefinition[];
  onErrorType: string;
  /** The type of the branch for a result that is no error. */
  chooseBranch: (result: R) => string;
  /** The field that the editor shows on the node. Default: the token's name. */
  preview?: string;
  /** Chips for text fields of other nodes. Default: those of the token. */
  snippets?: ISnippet[];
}

const ON_ERROR: Words = ['On Error', 'Bei Fehler', 'En caso de error', '오류 시', 'エラー時'];

/** Chips that bot builders insert into any text field. They assume the default context key. */
const TOKEN_SNIPPETS: ISnippet[] = [
  { label: 'Access Token', type: 'context', script: `context.${DEFAULT_STORAGE_KEY}.access_token` },
  { label: 'Authorization', type: 'context', script: `context.${DEFAULT_STORAGE_KEY}.authorization` },
];

/** Creates a node that hands out a token, and its branches. */
export function createTokenNode(definition: Omit<NodeDefinition<TokenResult>, 'resultOf'>): INodeDescriptor[] {
  return createNode({ ...definition, resultOf: tokenResult });
}

/** Creates a node that gets a token and does something with it, and its branches. */
export function createNode<R extends object>(definition: NodeDefinition<R>): INodeDescriptor[] {
  const { type, label, summary, fields, branches, onErrorType, chooseBranch, preview = 'tokenName', snippets = TOKEN_SNIPPETS } = definition;
  const all = [...branches, { type: onErrorType, label: ON_ERROR, mood: 'bad' } as const];
  const children = all.map((branch) => createBranch(branch, type));
  const childTypes = children.map((child) => child.type);
  const node = createNodeDescriptor({
    type,
    defaultLabel: localized(label),
    summary: localized(summary),
    appearance: { color: '#0E7490', textColor: 'white' },
    tags: ['service', 'oauth2', 'token'],
    dependencies: { children: childTypes },
    constraints: { placement: { children: { whitelist: childTypes } } },
    preview: { type: 'text', key: preview },
    tokens: snippets,
    function: (parameters) =>
      executeNode<R>(parameters, {
        ...definition,
        chooseBranch: (outcome) => ('error' in outcome ? onErrorType : chooseBranch(outcome)),
      }),
  });
  return [withForm(node, (editor) => editor.tokenForm(fields?.(editor))), ...children];
}

function createBranch({ type, label, mood }: BranchDefinition, parentType: string): INodeDescriptor {
  return createNodeDescriptor({
    type,
    parentType,
    defaultLabel: localized(label),
    appearance: { color: COLORS[mood], textColor: 'white', variant: 'mini' },
    constraints: {
      editable: false,
      deletable: false,
      creatable: false,
      movable: false,
      collapsable: true,
      placement: { predecessor: { whitelist: [] } },
    },
    behavior: { entrypoint: false },
  });
}
