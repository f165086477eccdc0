import type { FormField } from '../../sandbox/studio/wire';

/** Keys of fields for a name, an address or a list of these. Values from the conversation make no sense there. */
const NAMES_ONLY = /(?:name|key|header|scheme|members|statuses|paths?|url)$/i;

/** Whether the node's chips make sense in a field, because it takes any text, or JSON. */
export function takesChips({ key, type }: Pick<FormField, 'key' | 'type'>): boolean {
  if (type === 'json') return true;
  return type === 'cognigyText' && !NAMES_ONLY.test(key);
}

/**
 * The text that a chip inserts. In JSON outside quotes, it brings its own quotes.
 *
 * @param before the field's text before the cursor
 */
export function snippetFor({ type }: Pick<FormField, 'type'>, script: string, before: string): string {
  const snippet = `{{${script}}}`;
  return type === 'json' && !isInQuotes(before) ? JSON.stringify(snippet) : snippet;
}

function isInQuotes(before: string): boolean {
  const quotes = before.replace(/\\[^]/g, '').match(/"/g) ?? [];
  return quotes.length % 2 === 1;
}
