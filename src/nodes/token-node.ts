import { createNodeDescriptor } from '@cognigy/extension-tools';
import type { INodeDescriptor } from '@cognigy/extension-tools';
import type { ISnippet } from '@cognigy/extension-tools/build/interfaces/descriptor';

import type { NodeField } from '../settings/node-field';
import { DEFAULT_STORAGE_KEY } from '../settings/result';
import type { Words } from '../settings/setting';
import type * as Editor from './editor';
import { executeNode } from './execute';
import type { Outcome } from './execute';
import { withForm } from './late-members';
import { localized } from './localized';

/** A branch below a node: nothing but a place to put nodes. */
interface BranchDefinition {
  type: string;
  label: Words;
  mood: keyof typeof COLORS;
}

/** What a branch's colour says. */
const COLORS = { good: '#61D188', neutral: '#3D9FFF', bad: '#E4574C' } as const;

/** What the nodes differ in. */
export interface TokenNodeDefinition {
  type: string;
  label: Words;
  summary: Words;
  /** Its own fields, besides those of all nodes. */
  fields?: (editor: typeof Editor) => Readonly<Record<string, NodeField>>;
  /** The branches besides the one for errors. */
  branches: readonly BranchDefinition[];
  onErrorType: string;
  /** Whether the background chain may have its tokens refreshed by this node. */
  answersChain: boolean;
  /** The type of the branch for an outcome that is no error. */
  chooseBranch: (outcome: Exclude<Outcome, { error: unknown }>) => string;
}

const ON_ERROR: Words = ['On Error', 'Bei Fehler', 'En caso de error', '오류 시', 'エラー時'];

/** Chips that bot builders insert into any text field; they hold for the default context key. */
const TOKEN_SNIPPETS: ISnippet[] = [
  { label: 'Access Token', type: 'context', script: `context.${DEFAULT_STORAGE_KEY}.access_token` },
  { label: 'Authorization', type: 'context', script: `context.${DEFAULT_STORAGE_KEY}.authorization` },
];

/** Makes a node that gets a token, and its branches. */
export function createTokenNode(definition: TokenNodeDefinition): INodeDescriptor[] {
  const { type, label, summary, fields, branches, onErrorType, answersChain, chooseBranch } = definition;
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
    preview: { type: 'text', key: 'tokenName' },
    tokens: TOKEN_SNIPPETS,
    function: (parameters) =>
      executeNode(parameters, {
        chooseBranch: (outcome) => ('error' in outcome ? onErrorType : chooseBranch(outcome)),
        answersChain,
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
