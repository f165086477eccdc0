import type { INodeField, INodeFieldAndSectionFormElement, INodeSection, ISnippet } from '@cognigy/extension-tools/build/interfaces/descriptor';

import * as fields from './fields';
import { DEFAULT_STORAGE_KEY } from './node-config';
import * as sections from './sections';

interface Form {
  fields: INodeField[];
  sections: INodeSection[];
  form: INodeFieldAndSectionFormElement[];
}

/** The form both nodes share. `own` are a node's own fields, shown below the common ones. */
export function tokenForm(own: INodeField[] = []): Form {
  const shown = [
    fields.connectionField,
    fields.storeField,
    fields.endpointConnectionField,
    fields.redisConnectionField,
    fields.tokenNameField,
    ...own,
  ];
  const inSections = [
    fields.refreshPercentField,
    fields.reuseInConversationField,
    fields.cognigyApiConnectionField,
    fields.storeLocationField,
    fields.contextKeyField,
    fields.inputKeyField,
    fields.defaultLifetimeField,
    fields.allowInsecureField,
  ];
  const allSections = [sections.refreshSection, sections.backgroundSection, sections.resultSection, sections.advancedSection];
  return {
    fields: [...shown, ...inSections],
    sections: allSections,
    form: [
      ...shown.map(({ key }) => ({ type: 'field' as const, key })),
      ...allSections.map(({ key }) => ({ type: 'section' as const, key })),
    ],
  };
}

/** Chips that bot builders insert into any text field; they hold for the default context key. */
export const tokenSnippets: ISnippet[] = [
  { label: 'Access Token', type: 'context', script: `context.${DEFAULT_STORAGE_KEY}.access_token` },
  { label: 'Authorization', type: 'context', script: `context.${DEFAULT_STORAGE_KEY}.authorization` },
];
