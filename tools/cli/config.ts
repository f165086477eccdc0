import { readFileSync } from 'node:fs';

import type { ConfigKeys } from '../../src/settings/setting';

import { configurationError, memberPath } from './problems';
import type { Problem } from './problems';
import { isObject, readObject, readValue } from './read-object';
import { resolveReferences } from './references';
import type { Environment } from './references';
import { ALL_SETTINGS } from './settings';

export interface Configuration {
  /** What goes into the rendered file: checked, with defaults, references resolved. */
  values: Record<string, unknown>;
  /** What is allowed but unwise, a line for each. */
  warnings: string[];
}

/**
 * Reads a configuration file for one kind of output. Settings that this output does not need are
 * neither resolved nor checked, so that rendering a transformer needs no client secret at hand.
 *
 * @throws AccessTokenError configuration_invalid, with everything that is wrong in the file
 */
export function readConfiguration(
  file: string,
  settingsFor: (content: Record<string, unknown>) => ConfigKeys,
  env: Environment,
): Configuration {
  const content = parseFile(file);
  const settings = settingsFor(isObject(content) ? content : {});
  const problems: Problem[] = [];
  const warnings: Problem[] = [];
  const resolved = resolveNeeded(content, settings, '', env, problems);
  const allowInsecure = isObject(resolved) && isTrue(resolved['allowInsecure']);
  const values = readObject(resolved, settings, { path: '', allowInsecure, problems, warnings }, Object.keys(ALL_SETTINGS));
  const { functionTimeLimitSeconds: limit, functionBufferSeconds: buffer } = values;
  if (typeof limit === 'number' && typeof buffer === 'number' && buffer >= limit) {
    problems.push({ path: 'functionBufferSeconds', message: `must be less than functionTimeLimitSeconds (${limit})` });
  }
  if (problems.length > 0) throw configurationError(file, problems);
  return { values, warnings: warnings.map(({ path, message }) => `${path} in ${file} ${message}.`) };
}

function parseFile(file: string): unknown {
  let content: string;
  try {
    content = readFileSync(file, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    throw configurationError(file, [{ path: '', message: `the file can't be read (${code})` }]);
  }
  try {
    return JSON.parse(content.replace(/^\uFEFF/, ''));
  } catch (error) {
    // The parser's message may quote the file, secrets included: only the position is taken from it.
    const position = /at position (\d+)/.exec((error as SyntaxError).message)?.[1];
    const line = content.slice(0, Number(position)).split('\n').length;
    const message = position === undefined ? 'is not valid JSON' : `is not valid JSON (line ${line})`;
    throw configurationError(file, [{ path: '', message: `the file ${message}` }]);
  }
}

/** Resolves the references in what is needed; a token may need less than it has. */
function resolveNeeded(value: unknown, keys: ConfigKeys, path: string, env: Environment, problems: Problem[]): unknown {
  if (!isObject(value)) return value;
  const members = Object.entries(value).map(([name, member]): [string, unknown] => {
    const key = keys[name];
    if (key === undefined) return [name, member];
    const { kind } = key;
    const inside = memberPath(path, name);
    if (typeof kind !== 'object' || !('tokens' in kind) || !Array.isArray(member)) {
      return [name, resolveReferences(member, inside, env, problems)];
    }
    const resolve = (token: unknown, index: number) => resolveNeeded(token, kind.tokens, memberPath(inside, index), env, problems);
    return [name, member.map(resolve)];
  });
  return Object.fromEntries(members);
}

function isTrue(value: unknown): boolean {
  return readValue(value, ALL_SETTINGS.allowInsecure, { path: '', allowInsecure: false, problems: [], warnings: [] }) === true;
}
