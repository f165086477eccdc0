import { createContext } from 'preact';
import { useContext } from 'preact/hooks';

import type { Language, LocalizedText } from '../sandbox/studio/wire';

/** The languages, each with its own name for itself and with its tag (BCP 47) for screen readers. */
export const LANGUAGES: Record<Language, { name: string; tag: string }> = {
  enUS: { name: 'English', tag: 'en' },
  deDE: { name: 'Deutsch', tag: 'de' },
  esES: { name: 'Español', tag: 'es' },
  koKR: { name: '한국어', tag: 'ko' },
  jaJP: { name: '日本語', tag: 'ja' },
};

export const LanguageContext = createContext<Language>('enUS');

/** A text in a language. As in the editor, it is the default text if there is no translation. */
export function localize(text: LocalizedText | undefined, language: Language): string {
  return typeof text === 'object' ? (text[language] ?? text.default) : (text ?? '');
}

/** Returns a function that picks a text in the chosen language. */
export function useLocalized(): (text: LocalizedText | undefined) => string {
  const language = useContext(LanguageContext);
  return (text) => localize(text, language);
}

/** The chosen language's tag. */
export function useLanguageTag(): string {
  return LANGUAGES[useContext(LanguageContext)].tag;
}
