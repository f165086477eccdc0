import { isJsonObject, type JsonObject } from './json';

/** A token in a node's result. */
export interface HandedOut {
  access_token: string;
  /** Whether this execution fetched it. */
  refreshed: boolean;
  /** Seconds left. */
  expires_in?: unknown;
}

/** Deeper than any result key of a bot builder. */
const DEEPEST = 6;

/** Finds every token that nodes have handed out, anywhere in the context or the input. */
export function handedOutIn({ context, input }: { context: JsonObject; input: JsonObject }): HandedOut[] {
  return [...search(context, DEEPEST), ...search(input, DEEPEST)];
}

function search(value: unknown, depth: number): HandedOut[] {
  if (!isJsonObject(value)) return [];
  if (isHandedOut(value)) return [value];
  return depth === 0 ? [] : Object.values(value).flatMap((inner) => search(inner, depth - 1));
}

/** The nodes' own copies have no member `refreshed`. */
function isHandedOut(value: JsonObject): value is JsonObject & HandedOut {
  return typeof value['access_token'] === 'string' && typeof value['refreshed'] === 'boolean';
}
