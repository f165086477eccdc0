/** The first lines of every rendered file, see the templates. */
const TRANSFORMER_HEADER = /^\s*\/\*\s*\* Access Token (\S+): the shared token store/;
const FUNCTION_HEADER = /^\s*\/\*\s*\* Access Token (\S+): the background chain/;

/** A new Function's code until the real code is there, which contains the Function's id. It does nothing when it is triggered. */
export const PLACEHOLDER_CODE = `/*
 * Access Token 0: the background chain, to be filled in by \`access-token deploy\`.
 */
export default async () => {};
`;

/** @returns the version of our transformer in a text; `undefined` for somebody else's text */
export function transformerVersion(text: string): string | undefined {
  return TRANSFORMER_HEADER.exec(text)?.[1];
}

/** @returns the version of our Function in a text, "0" for the placeholder; `undefined` for somebody else's text */
export function functionVersion(code: string): string | undefined {
  return FUNCTION_HEADER.exec(code)?.[1];
}

/** @returns whether it holds our code; the placeholder does not count */
export function hasOurCode<T extends { code: string }>(aFunction: T | undefined): aFunction is T {
  return ![undefined, '0'].includes(functionVersion(aFunction?.code ?? ''));
}

export function hasOurTransformer<T extends { transformer: { transformer?: string } }>(endpoint: T | undefined): endpoint is T {
  return transformerVersion(endpoint?.transformer.transformer ?? '') !== undefined;
}

/** Compares without line ends, which the platform's editor may change. */
export function sameText(one: string, other: string): boolean {
  return unified(one) === unified(other);
}

/** @returns the text with plain line feeds, and without white space at its end */
export function unified(text: string): string {
  return text.replace(/\r\n?/g, '\n').trimEnd();
}
