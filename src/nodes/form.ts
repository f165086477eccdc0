import type {
  INodeField,
  INodeFieldAndSectionFormElement,
  INodeFieldTranslations,
  INodeSection,
  ISnippet,
} from '@cognigy/extension-tools/build/interfaces/descriptor';

import type { PlatformApi } from '../http/platform-transport';
import { NODE_FIELDS } from '../settings/node';
import { NODE_SECTIONS } from '../settings/node-field';
import { DEFAULT_STORAGE_KEY } from '../settings/result';
import type { NodeField, NodeSection } from '../settings/node-field';
import type { Words } from '../settings/setting';
import { explain } from './explain';

interface Form {
  fields: INodeField[];
  sections: INodeSection[];
  form: INodeFieldAndSectionFormElement[];
}

/** @returns the form of a node, with fields of its own besides those of all nodes */
export function tokenForm(own: Readonly<Record<string, NodeField>> = {}): Form {
  const all = Object.entries<NodeField>({ ...NODE_FIELDS, ...own });
  const inSection = (section?: string) => all.filter(([, field]) => field.section === section);
  const keysIn = (section?: string) => inSection(section).map(([key]) => key);
  const present = Object.entries<NodeSection>(NODE_SECTIONS).filter(([key]) => keysIn(key).length > 0);
  const sections = present.map(([key, { label, ...section }]) => ({
    key,
    label: localized(label),
    defaultCollapsed: true,
    ...section,
    fields: keysIn(key),
  }));
  return {
    fields: [undefined, ...Object.keys(NODE_SECTIONS)].flatMap((section) => inSection(section).map(nodeField)),
    sections,
    form: [
      ...keysIn().map((key) => ({ type: 'field' as const, key })),
      ...sections.map(({ key }) => ({ type: 'section' as const, key })),
    ],
  };
}

function nodeField([key, { section: _, options, trialOf, text, type, label, description, ...field }]: [string, NodeField]): INodeField {
  // The platform knows static text too, and the vendor's typings do not.
  const translated = { key, type: type as INodeField['type'], ...field, label: localized(label), ...(description === undefined ? {} : { description: localized(description) }) };
  if (text !== undefined) return { ...translated, params: { text: localized(text) } };
  if (trialOf !== undefined) return { ...translated, params: { ...field.params, options: [] }, optionsResolver: trial(trialOf) };
  if (options === undefined) return translated;
  const choices = Object.entries(options).map(([value, words]) => ({ value, label: localized(words) }));
  return { ...translated, params: { ...field.params, options: choices } };
}

/** Fills a list with one line: what came of a trial. */
function trial(fields: readonly string[]): NonNullable<INodeField['optionsResolver']> {
  return {
    dependencies: [...fields],
    resolverFunction: async ({ api, config }) => {
      const { testConnection } = await import('./connection-test');
      const outcome = await testConnection(api as unknown as PlatformApi, config, (error) => explain(error, config));
      return [{ label: outcome, value: 'tried' }];
    },
  };
}

/** @returns a text as the editor expects it */
export function localized([enUS, deDE, esES, koKR, jaJP]: Words): Required<INodeFieldTranslations> {
  return { default: enUS, enUS, deDE, esES, koKR, jaJP };
}

/** Chips that bot builders insert into any text field; they hold for the default context key. */
export const tokenSnippets: ISnippet[] = [
  { label: 'Access Token', type: 'context', script: `context.${DEFAULT_STORAGE_KEY}.access_token` },
  { label: 'Authorization', type: 'context', script: `context.${DEFAULT_STORAGE_KEY}.authorization` },
];
