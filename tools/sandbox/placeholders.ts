import { isJsonObject, toJson, type JsonObject } from './json';

export interface ScriptScope {
  context: JsonObject;
  input: JsonObject;
  profile: JsonObject;
}

const PLACEHOLDER = /\{\{\s*((?:context|input|profile)(?:\.[A-Za-z0-9_$-]+)*)\s*\}\}/g;
const ONLY_PLACEHOLDER = /^\{\{\s*((?:context|input|profile)(?:\.[A-Za-z0-9_$-]+)*)\s*\}\}$/;

/** Replaces placeholders such as `{{context.a.b}}` in all texts of a value. A text that is only a placeholder keeps its type. */
export function resolvePlaceholders(value: unknown, scope: ScriptScope): unknown {
  if (typeof value === 'string') return resolveText(value, scope);
  if (Array.isArray(value)) return value.map((item) => resolvePlaceholders(item, scope));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, resolvePlaceholders(item, scope)]));
}

function resolveText(text: string, scope: ScriptScope): unknown {
  const only = ONLY_PLACEHOLDER.exec(text)?.[1];
  if (only !== undefined) return lookUp(only, scope) ?? '';
  return text.replace(PLACEHOLDER, (_match, path: string) => {
    const found = lookUp(path, scope) ?? '';
    return typeof found === 'string' ? found : (toJson(found) ?? '');
  });
}

function lookUp(path: string, scope: ScriptScope): unknown {
  let value: unknown = scope;
  for (const key of path.split('.')) {
    const holder: unknown = value;
    const isThere = typeof holder === 'object' && holder !== null && Object.prototype.hasOwnProperty.call(holder, key);
    value = isThere ? (holder as JsonObject)[key] : undefined;
  }
  return value;
}
