import type {
  INodeField,
  INodeFieldAndSectionFormElement,
  INodeSection,
} from '@cognigy/extension-tools/build/interfaces/descriptor';

import type { PlatformApi } from '../http/platform-transport';
import { NODE_FIELDS } from '../settings/node-fields';
import { NODE_SECTIONS } from '../settings/node-field';
import type { NodeField, NodeSection } from '../settings/node-field';
import { explain } from './explain';
import { localized } from './localized';

interface Form {
  fields: INodeField[];
  sections: INodeSection[];
  form: INodeFieldAndSectionFormElement[];
}

/** @returns the form of a node that gets a token: the fields of all such nodes, plus its own */
export function tokenForm(own: Readonly<Record<string, NodeField>> = {}): Form {
  return formOf({ ...NODE_FIELDS, ...own });
}

/** @returns the form of a node with only these fields */
export function formOf(wanted: Readonly<Record<string, NodeField>>): Form {
  const all = Object.entries<NodeField>(wanted);
  const inSection = (section?: string) => all.filter(([, field]) => field.section === section);
  const keysIn = (section?: string) => inSection(section).map(([key]) => key);
  const used = Object.entries<NodeSection>(NODE_SECTIONS).filter(([key]) => keysIn(key).length > 0);
  const sections = used.map(([key, { label, ...section }]) => ({
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
  // The platform also knows static text, but the vendor's typings don't.
  const translated = { key, type: type as INodeField['type'], ...field, label: localized(label), ...(description === undefined ? {} : { description: localized(description) }) };
  if (text !== undefined) return { ...translated, params: { text: localized(text) } };
  if (trialOf !== undefined) return { ...translated, params: { ...field.params, options: [] }, optionsResolver: trial(trialOf) };
  if (options === undefined) return translated;
  const choices = Object.entries(options).map(([value, words]) => ({ value, label: localized(words) }));
  return { ...translated, params: { ...field.params, options: choices } };
}

/** Fills a list with one line: the outcome of a trial. */
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
