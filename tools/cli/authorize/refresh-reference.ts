import { isObject, parseJson } from '../../../src/json';
import { DEFAULT_TOKEN_NAME } from '../../../src/stores';

/** The variable that holds a token's refresh token, and how to refer to it. */
export interface RefreshReference {
  /** The environment variable. */
  variable: string;
  /** How to make the configuration refer to the variable; absent if it does already. */
  missing?: {
    /** The line to enter in the token's entry. */
    line: string;
    /** The file's new text; absent if that would change its layout. */
    text?: string;
  };
}

const REFERENCE = /^\$\{([A-Za-z_][A-Za-z0-9_]*)\}$/;

/**
 * @param text the text of the configuration file, which is known to be valid
 * @param index the token's index in the list
 */
export function refreshReference(text: string, index: number, tokenName: string): RefreshReference {
  const content = parseJson(text.replace(/^\uFEFF/, ''));
  const tokens = isObject(content) && Array.isArray(content['tokens']) ? (content['tokens'] as unknown[]) : [];
  const token = tokens[index];
  const entered = isObject(token) ? token['refreshToken'] : undefined;
  const [, referred] = REFERENCE.exec(typeof entered === 'string' ? entered.trim() : '') ?? [];
  if (referred !== undefined) return { variable: referred };
  const variable = variableFor(tokenName);
  const line = `"refreshToken": "\${${variable}}"`;
  const before = layoutOf(text, content);
  if (before === undefined || !isObject(token)) return { variable, missing: { line } };
  // This also removes a refresh token that was written out in the file.
  token['refreshToken'] = `\${${variable}}`;
  return { variable, missing: { line, text: before(content) } };
}

/** @returns `REFRESH_TOKEN` for the default token name, else such as `REFRESH_TOKEN_CRM` for the token "crm" */
function variableFor(tokenName: string): string {
  if (tokenName === DEFAULT_TOKEN_NAME) return 'REFRESH_TOKEN';
  return `REFRESH_TOKEN_${tokenName.replace(/[^A-Za-z0-9]+/g, '_').toUpperCase()}`;
}

/** @returns a writer that keeps the file's layout; `undefined` if somebody laid the file out by hand */
function layoutOf(text: string, content: unknown): ((content: unknown) => string) | undefined {
  const layouts = [2, 4, '\t', 0].flatMap((indent) => ['\n', ''].map((end) => (value: unknown) => `${JSON.stringify(value, null, indent)}${end}`));
  return layouts.find((layout) => layout(content) === text);
}
