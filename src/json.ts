/** A JSON object whose members are unknown. */
export type JsonObject = Record<string, unknown>;

/** @returns whether a value is an object, and neither `null` nor a list */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** @returns the parsed text, or `undefined` if it is not JSON */
export function parseJson(text: string): unknown {
  // An absent field is often "", and an exception takes longer than reading a whole record.
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    // A web page, plain text or a damaged value means nothing to the caller.
    return undefined;
  }
}

/** @returns the object that a body is, or that its text contains; `undefined` otherwise */
export function readJsonObject(body: unknown): JsonObject | undefined {
  const value = typeof body === 'string' ? parseJson(body) : body;
  return isObject(value) ? value : undefined;
}

/** @returns whether a value is nested at most this deep */
export function depthWithin(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return levels > 0 && Object.values(value).every((member) => depthWithin(member, levels - 1));
}

/**
 * Finds the value at a path in a JSON value.
 *
 * @param path names of members and indexes, such as `data.accessToken` or `sessions[0].id`
 */
export function memberAt(value: unknown, path: string): unknown {
  // Own members only: a response has no member "constructor".
  return namesIn(path).reduce<unknown>((part, name) => (typeof part === 'object' && part !== null ? Object.getOwnPropertyDescriptor(part, name)?.value : undefined), value);
}

/** @returns the names and indexes of a path, as in `memberAt` */
export function namesIn(path: string): string[] {
  return path.split(/[.[\]]+/).filter(Boolean);
}

/** @returns the length of a text in UTF-8, bytes; a lone surrogate counts like a whole character */
export function bytesOf(text: string): number {
  let bytes = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    bytes += code < 0x80 ? 1 : code < 0x800 || (code >= 0xd800 && code < 0xe000) ? 2 : 3;
  }
  return bytes;
}
