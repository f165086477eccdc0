/** The first lines of every rendered file, see the templates. */
const TRANSFORMER_HEADER = /^\s*\/\*\s*\* Access Token (\S+): the shared token store/;
const FUNCTION_HEADER = /^\s*\/\*\s*\* Access Token (\S+): the background chain/;

/** Stands in a Function until its real code, which has the Function's own id in it. Does nothing when it is triggered. */
export const PLACEHOLDER_CODE = `/*
 * Access Token 0: the background chain, to be filled in by \`node dist/cli.js deploy\`.
 */
export default async () => {};
`;

/** @returns the version of our transformer that a text is; `undefined` for anybody else's */
export function transformerVersion(text: string): string | undefined {
  return TRANSFORMER_HEADER.exec(text)?.[1];
}

/** @returns the version of our Function that a text is, "0" for the placeholder; `undefined` for anybody else's */
export function functionVersion(code: string): string | undefined {
  return FUNCTION_HEADER.exec(code)?.[1];
}

/** @returns whether our Function's code is in there, the placeholder not being any */
export function hasOurCode<T extends { code: string }>(aFunction: T | undefined): aFunction is T {
  return ![undefined, '0'].includes(functionVersion(aFunction?.code ?? ''));
}

export function hasOurTransformer<T extends { transformer: { transformer?: string } }>(endpoint: T | undefined): endpoint is T {
  return transformerVersion(endpoint?.transformer.transformer ?? '') !== undefined;
}

/** The platform's editor may store a text with other line ends; that is no change. */
export function sameText(one: string, other: string): boolean {
  return unified(one) === unified(other);
}

/** @returns a text with plain line feeds, without white space at its end */
export function unified(text: string): string {
  return text.replace(/\r\n?/g, '\n').trimEnd();
}
