export type JsonObject = Record<string, unknown>;

/** `JSON.stringify` with an honest type: it returns `undefined` for `undefined` and for functions. */
export function toJson(value: unknown): string | undefined {
  return JSON.stringify(value);
}

/** A deep copy through JSON. As on the wire, what JSON can't express is lost. */
export function copyJson<T>(value: T): T {
  const text = toJson(value);
  return text === undefined ? (undefined as T) : (JSON.parse(text) as T);
}

/** The length of the value's JSON, bytes of UTF-8; 0 for a value without JSON. */
export function jsonBytes(value: unknown): number {
  return Buffer.byteLength(toJson(value) ?? '');
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The message of anything thrown. Errors from another VM context are not `instanceof Error`. */
export function messageOf(thrown: unknown): string {
  if (typeof thrown === 'object' && thrown !== null && 'message' in thrown) return String(thrown.message);
  return String(thrown);
}
