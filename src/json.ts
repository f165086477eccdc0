/** An object as JSON has them, its members still unknown. */
export type JsonObject = Record<string, unknown>;

/** @returns whether a value is an object: not `null`, not a list */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** @returns what a text says, or `undefined` for a text that is not JSON */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A page, plain text or a damaged value is nothing to the caller.
    return undefined;
  }
}

/** @returns the object that a body is, or that its text says; `undefined` for anything else */
export function readJsonObject(body: unknown): JsonObject | undefined {
  const value = typeof body === 'string' ? parseJson(body) : body;
  return isObject(value) ? value : undefined;
}

/** @returns whether a value is nested no deeper than so many levels */
export function depthWithin(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return levels > 0 && Object.values(value).every((member) => depthWithin(member, levels - 1));
}

/**
 * Finds what lies at a path in a JSON value.
 *
 * @param path names of members and indices, such as `data.accessToken` or `sessions[0].id`
 */
export function memberAt(value: unknown, path: string): unknown {
  // Own members only: "constructor" is no member of an answer.
  return namesIn(path).reduce<unknown>((part, name) => (typeof part === 'object' && part !== null ? Object.getOwnPropertyDescriptor(part, name)?.value : undefined), value);
}

/** @returns the names and indices of a path, as in `memberAt` */
export function namesIn(path: string): string[] {
  return path.split(/[.[\]]+/).filter(Boolean);
}

/** @returns how many bytes a text has in UTF-8; half of a surrogate pair counts as a whole one */
export function bytesOf(text: string): number {
  let bytes = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    bytes += code < 0x80 ? 1 : code < 0x800 || (code >= 0xd800 && code < 0xe000) ? 2 : 3;
  }
  return bytes;
}
