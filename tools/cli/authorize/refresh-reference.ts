import { isObject, parseJson } from '../../../src/json';
import { DEFAULT_TOKEN_NAME } from '../../../src/stores';

/** Where the configuration takes a token's refresh token from. */
export interface RefreshReference {
  /** The environment variable. */
  variable: string;
  /** What has to be done so that the configuration refers to it; nothing, where it does already. */
  missing?: {
    /** The line to enter in the token's entry. */
    line: string;
    /** The file's new text; absent where its layout would not stay. */
    text?: string;
  };
}

const REFERENCE = /^\$\{([A-Za-z_][A-Za-z0-9_]*)\}$/;

/**
 * @param text of the configuration file, which has been read before
 * @param index of the token in its list
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
  // A refresh token that was written out in the file goes from it, too.
  token['refreshToken'] = `\${${variable}}`;
  return { variable, missing: { line, text: before(content) } };
}

/** Such as `REFRESH_TOKEN`, and `REFRESH_TOKEN_CRM` for the token "crm". */
function variableFor(tokenName: string): string {
  if (tokenName === DEFAULT_TOKEN_NAME) return 'REFRESH_TOKEN';
  return `REFRESH_TOKEN_${tokenName.replace(/[^A-Za-z0-9]+/g, '_').toUpperCase()}`;
}

/** @returns how to write the content so that only what has changed differs; `undefined` for a file that somebody has laid out by hand */
function layoutOf(text: string, content: unknown): ((content: unknown) => string) | undefined {
  const layouts = [2, 4, '\t', 0].flatMap((indent) => ['\n', ''].map((end) => (value: unknown) => `${JSON.stringify(value, null, indent)}${end}`));
  return layouts.find((layout) => layout(content) === text);
}
