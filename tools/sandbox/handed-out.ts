import { isJsonObject, type JsonObject } from './json';

/** A token as a node has handed it out. */
export interface HandedOut {
  access_token: string;
  /** Whether this very execution fetched it. */
  refreshed: boolean;
  /** Seconds left. */
  expires_in?: unknown;
}

/** Deeper than any key that a bot builder gives a result. */
const DEEPEST = 6;

/** Every token that nodes have handed out, wherever in the context or the input the bot builder has them put it. */
export function handedOutIn({ context, input }: { context: JsonObject; input: JsonObject }): HandedOut[] {
  return [...search(context, DEEPEST), ...search(input, DEEPEST)];
}

function search(value: unknown, depth: number): HandedOut[] {
  if (!isJsonObject(value)) return [];
  if (isHandedOut(value)) return [value];
  return depth === 0 ? [] : Object.values(value).flatMap((inner) => search(inner, depth - 1));
}

/** The nodes' own copies don't say whether they were refreshed. */
function isHandedOut(value: JsonObject): value is JsonObject & HandedOut {
  return typeof value['access_token'] === 'string' && typeof value['refreshed'] === 'boolean';
}
