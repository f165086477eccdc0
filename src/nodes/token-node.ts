import { createNodeDescriptor } from '@cognigy/extension-tools';
import type { INodeDescriptor } from '@cognigy/extension-tools';

import { createBranch } from './branch';
import type { BranchMood } from './branch';
import { executeNode } from './execute';
import type { Outcome } from './execute';
import { tokenForm, tokenSnippets } from './form';
import { localized } from './localized';
import type { Localized } from './localized';

export interface BranchDefinition {
  type: string;
  label: Localized;
  mood: BranchMood;
}

/** What the two nodes differ in. */
export interface TokenNodeDefinition {
  type: string;
  label: Localized;
  summary: Localized;
  /** The branches besides the one for errors. */
  branches: readonly BranchDefinition[];
  onErrorType: string;
  /** Whether the background chain may have its tokens refreshed by this node. */
  answersChain: boolean;
  /** The type of the branch for an outcome that is no error. */
  chooseBranch: (outcome: Exclude<Outcome, { error: unknown }>) => string;
}

const ON_ERROR = localized('On Error', 'Bei Fehler', 'En caso de error', '오류 시', 'エラー時');

/** Makes a node that gets a token, and its branches. */
export function createTokenNode(definition: TokenNodeDefinition): INodeDescriptor[] {
  const { type, label, summary, branches, onErrorType, answersChain, chooseBranch } = definition;
  const children = [
    ...branches.map((branch) => createBranch(branch.type, type, branch.label, branch.mood)),
    createBranch(onErrorType, type, ON_ERROR, 'bad'),
  ];
  const childTypes = children.map((child) => child.type);
  const node = createNodeDescriptor({
    type,
    defaultLabel: label,
    summary,
    appearance: { color: '#0E7490', textColor: 'white' },
    tags: ['service', 'oauth2', 'token'],
    dependencies: { children: childTypes },
    constraints: { placement: { children: { whitelist: childTypes } } },
    preview: { type: 'text', key: 'tokenName' },
    tokens: tokenSnippets,
    ...tokenForm(type),
    function: (parameters) =>
      executeNode(parameters, {
        chooseBranch: (outcome) => ('error' in outcome ? onErrorType : chooseBranch(outcome)),
        answersChain,
      }),
  });
  return [node, ...children];
}
