import { isObject, parseJson } from '../../../src/json';
import { DEFAULT_TOKEN_NAME } from '../../../src/stores';

/** Where the configuration gets a token's refresh token from. */
export interface RefreshReference {
  /** The environment variable. */
  variable: string;
  /** The change that makes the configuration refer to it. Absent if it already does. */
  missing?: {
    /** The line to add to the token's entry. */
    line: string;
    /** The file's new text. Absent if that would change its layout. */
    text?: string;
  };
}

const REFERENCE = /^\$\{([A-Za-z_][A-Za-z0-9_]*)\}$/;

/**
 * @param text of the configuration file, which has been parsed before
 * @param index of the token in the list
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
  // If the file contained the refresh token itself, it is removed too.
  token['refreshToken'] = `\${${variable}}`;
  return { variable, missing: { line, text: before(content) } };
}

/** For example `REFRESH_TOKEN`, or `REFRESH_TOKEN_CRM` for the token "crm". */
function variableFor(tokenName: string): string {
  if (tokenName === DEFAULT_TOKEN_NAME) return 'REFRESH_TOKEN';
  return `REFRESH_TOKEN_${tokenName.replace(/[^A-Za-z0-9]+/g, '_').toUpperCase()}`;
}

/** @returns how to write the content so that only the change differs; `undefined` if the file has a layout of its own */
function layoutOf(text: string, content: unknown): ((content: unknown) => string) | undefined {
  const layouts = [2, 4, '\t', 0].flatMap((indent) => ['\n', ''].map((end) => (value: unknown) => `${JSON.stringify(value, null, indent)}${end}`));
  return layouts.find((layout) => layout(content) === text);
}
