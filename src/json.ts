/** A JSON object with unknown members. */
export type JsonObject = Record<string, unknown>;

/** @returns whether a value is an object, not `null` or a list */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** @returns the value of a JSON text; `undefined` if the text isn't JSON */
export function parseJson(text: string): unknown {
  // An absent field is often "", and an exception takes longer than reading a whole record.
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** @returns the body if it is an object, or the object in its JSON text; `undefined` for anything else */
export function readJsonObject(body: unknown): JsonObject | undefined {
  const value = typeof body === 'string' ? parseJson(body) : body;
  return isObject(value) ? value : undefined;
}

/** @returns whether a value is nested at most this many levels deep */
export function depthWithin(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return levels > 0 && Object.values(value).every((member) => depthWithin(member, levels - 1));
}

/**
 * Finds the value at a path in a JSON value.
 *
 * @param path names of members and indices, such as `data.accessToken` or `sessions[0].id`
 * @returns `undefined` if there is none
 */
export function memberAt(value: unknown, path: string): unknown {
  // Only own members count: "constructor" isn't a member of an answer.
  return namesIn(path).reduce<unknown>((part, name) => (typeof part === 'object' && part !== null ? Object.getOwnPropertyDescriptor(part, name)?.value : undefined), value);
}

/** @returns the names and indices of a path, as in `memberAt` */
export function namesIn(path: string): string[] {
  return path.split(/[.[\]]+/).filter(Boolean);
}

/** @returns the number of bytes of a text in UTF-8; each half of a surrogate pair counts as 2 */
export function bytesOf(text: string): number {
  let bytes = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    bytes += code < 0x80 ? 1 : code < 0x800 || (code >= 0xd800 && code < 0xe000) ? 2 : 3;
  }
  return bytes;
}
