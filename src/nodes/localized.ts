import type { INodeFieldTranslations } from '@cognigy/extension-tools/build/interfaces/descriptor';

/** One text in each language of the editor. */
export type Localized = Required<INodeFieldTranslations>

/** The languages in which each text is written, in the order of the arguments. */
export function localized(enUS: string, deDE: string, esES: string, koKR: string, jaJP: string): Localized {
  return { default: enUS, enUS, deDE, esES, koKR, jaJP };
}
