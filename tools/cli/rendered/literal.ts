/** Lines are broken down to this depth, so that each setting and each token gets its own line. */
const DEEPEST_LINES = 2;

/**
 * Writes a JSON value as a literal for TypeScript source, with a line for each setting and each token, and no spaces within a token. JSON
 * is already such a literal, with two exceptions: older parsers take U+2028 and U+2029 for line ends, and a member `__proto__` would set
 * the prototype.
 */
export function toLiteral(value: unknown): string {
  return write(value, 0).replace(/[\u2028\u2029]/g, (separator) => (separator === '\u2028' ? '\\u2028' : '\\u2029'));
}

function write(value: unknown, depth: number): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const hasLines = depth < DEEPEST_LINES;
  const members = Array.isArray(value)
    ? value.map((member: unknown) => write(member, depth + 1))
    : Object.entries(value).flatMap(([key, member]: [string, unknown]) => (member === undefined ? [] : [`${nameOf(key)}:${hasLines ? ' ' : ''}${write(member, depth + 1)}`]));
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  if (members.length === 0 || !hasLines) return `${open}${members.join()}${close}`;
  const end = `\n${'  '.repeat(depth)}`;
  return `${open}${members.map((member) => `${end}  ${member}`).join()}${end}${close}`;
}

function nameOf(key: string): string {
  return key === '__proto__' ? '["__proto__"]' : JSON.stringify(key);
}
