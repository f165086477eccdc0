import { isObject } from '../../src/json';
import { readFileSync } from 'node:fs';

import type { ConfigKeys } from '../../src/settings/setting';

import { configurationError } from './problems';
import type { Problem } from './problems';
import { readObject, readValue } from './read-object';
import type { Environment } from './references';
import { ALL_SETTINGS } from './settings';
import { signingProblems } from './token-problems';

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
  const context = { path: '', allowInsecure: false, env, problems, warnings };
  const isInsecure = isObject(content) && readValue(content['allowInsecure'], ALL_SETTINGS.allowInsecure, { ...context, problems: [] });
  const isByFlow = isObject(content) && content['refreshBy'] === 'flow';
  const values = readObject(content, settings, { ...context, allowInsecure: isInsecure === true, isByFlow }, Object.keys(ALL_SETTINGS));
  const { functionTimeLimitSeconds: limit, functionBufferSeconds: buffer } = values;
  if (typeof limit === 'number' && typeof buffer === 'number' && buffer >= limit) {
    problems.push({ path: 'functionBufferSeconds', message: `must be less than functionTimeLimitSeconds (${limit})` });
  }
  if (isByFlow && 'refreshFlowUrl' in settings && content['alertUrl'] !== undefined) {
    warnings.push({ path: 'alertUrl', message: 'has no effect with refreshBy "flow": that chain has no store to note what was told' });
  }
  problems.push(...signingProblems(values));
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
