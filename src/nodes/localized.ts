import type { INodeFieldTranslations } from '@cognigy/extension-tools/build/interfaces/descriptor';

import type { Words } from '../settings/setting';

/** @returns a text in the form that the editor expects */
export function localized([enUS, deDE, esES, koKR, jaJP]: Words): Required<INodeFieldTranslations> {
  return { default: enUS, enUS, deDE, esES, koKR, jaJP };
}
