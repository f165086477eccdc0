import type { FormField } from '../../sandbox/studio/wire';

/** Keys of fields that hold a name, an address or a list of these: a value of the conversation is none of them. */
const NAMES_ONLY = /(?:name|key|header|scheme|members|statuses|paths?|url)$/i;

/** Whether the chips of a node make sense in a field: where it takes any text, or JSON. */
export function takesChips({ key, type }: Pick<FormField, 'key' | 'type'>): boolean {
  if (type === 'json') return true;
  return type === 'cognigyText' && !NAMES_ONLY.test(key);
}

/**
 * What a chip inserts.
 *
 * @param before what stands in the field before that place; in JSON, a chip outside quotes brings its own
 */
export function snippetFor({ type }: Pick<FormField, 'type'>, script: string, before: string): string {
  const snippet = `{{${script}}}`;
  return type === 'json' && !isInQuotes(before) ? JSON.stringify(snippet) : snippet;
}

function isInQuotes(before: string): boolean {
  const quotes = before.replace(/\\[^]/g, '').match(/"/g) ?? [];
  return quotes.length % 2 === 1;
}
