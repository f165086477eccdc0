import type { INodeField, INodeFieldAndSectionFormElement, INodeSection, ISnippet } from '@cognigy/extension-tools/build/interfaces/descriptor';

import { DEFAULT_STORAGE_KEY, NODE_FIELDS, NODE_SECTIONS } from '../settings/node';
import type { NodeField, NodeSection, Words } from '../settings/node';
import { localized } from './localized';

interface Form {
  fields: INodeField[];
  sections: INodeSection[];
  form: INodeFieldAndSectionFormElement[];
}

/** @returns the form of a node */
export function tokenForm(nodeType: string): Form {
  const ofNode = Object.entries<NodeField>(NODE_FIELDS).filter(([, { only = nodeType }]) => only === nodeType);
  const keysIn = (section?: string) => ofNode.filter(([, field]) => field.section === section).map(([key]) => key);
  const sections = Object.entries<NodeSection>(NODE_SECTIONS).map(([key, { label, ...section }]) => ({
    key,
    label: localized(...label),
    defaultCollapsed: true,
    ...section,
    fields: keysIn(key),
  }));
  return {
    fields: ofNode.map(([key, field]) => nodeField(key, field)),
    sections,
    form: [
      ...keysIn().map((key) => ({ type: 'field' as const, key })),
      ...sections.map(({ key }) => ({ type: 'section' as const, key })),
    ],
  };
}

function nodeField(key: string, { section: _, only: _only, options, label, description, ...field }: NodeField): INodeField {
  const translated = { key, ...field, label: localized(...label), description: localized(...description) };
  if (options === undefined) return translated;
  const choices = Object.entries<Words>(options).map(([value, words]) => ({ value, label: localized(...words) }));
  return { ...translated, params: { ...field.params, options: choices } };
}

/** Chips that bot builders insert into any text field; they hold for the default context key. */
export const tokenSnippets: ISnippet[] = [
  { label: 'Access Token', type: 'context', script: `context.${DEFAULT_STORAGE_KEY}.access_token` },
  { label: 'Authorization', type: 'context', script: `context.${DEFAULT_STORAGE_KEY}.authorization` },
];
