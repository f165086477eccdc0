/** Match the first lines of every rendered file. The templates have them. */
const TRANSFORMER_HEADER = /^\s*\/\*\s*\* Access Token (\S+): the shared token store/;
const FUNCTION_HEADER = /^\s*\/\*\s*\* Access Token (\S+): the background chain/;

/** The code of a new Function. The real code contains the Function's id, so it comes later. This one does nothing when triggered. */
export const PLACEHOLDER_CODE = `/*
 * Access Token 0: the background chain, to be filled in by \`access-token deploy\`.
 */
export default async () => {};
`;

/** @returns the version of our transformer in a text; `undefined` if the text is not ours */
export function transformerVersion(text: string): string | undefined {
  return TRANSFORMER_HEADER.exec(text)?.[1];
}

/** @returns the version of our Function in a text, "0" for the placeholder; `undefined` if the text is not ours */
export function functionVersion(code: string): string | undefined {
  return FUNCTION_HEADER.exec(code)?.[1];
}

/** @returns whether a Function holds our code; the placeholder does not count */
export function hasOurCode<T extends { code: string }>(aFunction: T | undefined): aFunction is T {
  return ![undefined, '0'].includes(functionVersion(aFunction?.code ?? ''));
}

export function hasOurTransformer<T extends { transformer: { transformer?: string } }>(endpoint: T | undefined): endpoint is T {
  return transformerVersion(endpoint?.transformer.transformer ?? '') !== undefined;
}

/** Compares two texts regardless of their kind of line ends, which the platform's editor may change. */
export function sameText(one: string, other: string): boolean {
  return unified(one) === unified(other);
}

/** @returns the text with plain line feeds and without trailing white space */
export function unified(text: string): string {
  return text.replace(/\r\n?/g, '\n').trimEnd();
}
