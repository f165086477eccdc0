export type JsonObject = Record<string, unknown>;

/** `JSON.stringify`, which gives no text for `undefined` and functions, whatever its type says. */
export function toJson(value: unknown): string | undefined {
  return JSON.stringify(value);
}

/** A deep copy as JSON carries it: what JSON can't express is lost, as on the wire. */
export function copyJson<T>(value: T): T {
  const text = toJson(value);
  return text === undefined ? (undefined as T) : (JSON.parse(text) as T);
}

/** Length of the value's JSON, bytes of UTF-8; a value without JSON has 0. */
export function jsonBytes(value: unknown): number {
  return Buffer.byteLength(toJson(value) ?? '');
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The message of anything that can be thrown; errors of another VM context are not `instanceof Error`. */
export function messageOf(thrown: unknown): string {
  if (typeof thrown === 'object' && thrown !== null && 'message' in thrown) return String(thrown.message);
  return String(thrown);
}
