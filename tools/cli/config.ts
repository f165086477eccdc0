import { isObject } from '../../src/json';
import { lstatSync, readFileSync } from 'node:fs';

import type { ConfigKeys } from '../../src/settings/setting';

import { CliError } from './cli-error';
import { DEFAULT_CONFIG } from './command';
import { reasonFor, systemCodeOf } from './files';
import { configurationError } from './problems';
import type { Problem } from './problems';
import { readObject, readValue } from './read-object';
import type { Environment } from './references';
import { ALL_SETTINGS } from './settings';
import { signingProblems } from './token-problems';
import { vendorReferences } from './vendor-variables';

export interface Configuration {
  /** The settings that go into the rendered file: checked, with defaults filled in and references resolved. */
  values: Record<string, unknown>;
  /** One line for each setting that is allowed but unwise. */
  warnings: string[];
}

/**
 * Reads a configuration file for one kind of output. Settings that this output does not use are
 * neither resolved nor checked, so you can render a transformer without the client secret.
 *
 * @param envFiles the env files that were read; the error lists them if a variable is missing
 * @throws AccessTokenError configuration_invalid, with every problem in the file; CliError
 *   configuration_missing, configuration_unreadable
 */
export function readConfiguration(
  file: string,
  settingsFor: (content: Record<string, unknown>) => ConfigKeys,
  env: Environment,
  envFiles?: readonly string[],
): Configuration {
  const given = parseFile(file);
  const settings = settingsFor(isObject(given) ? given : {});
  const content = isObject(given) ? { ...given, ...vendorReferences(given, settings, env) } : given;
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
    warnings.push({ path: 'alertUrl', message: 'has no effect with refreshBy "flow", because that chain has no store to note its alerts in' });
  }
  problems.push(...signingProblems(values));
  if (problems.length > 0) throw configurationError(file, problems, envFiles);
  return { values, warnings: warnings.map(({ path, message }) => `${path} in ${file} ${message}.`) };
}

/**
 * Reads the text of a configuration file.
 *
 * @throws CliError configuration_missing, configuration_unreadable
 */
function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const code = systemCodeOf(error) ?? 'unknown error';
    if (code !== 'ENOENT') throw new CliError('configuration_unreadable', `The configuration ${file} can't be read${reasonFor(code)}.`);
    if (lstatSync(file, { throwIfNoEntry: false }) !== undefined) {
      throw new CliError('configuration_unreadable', `The configuration ${file} is a link to a file that is not there.`);
    }
    const place = file === DEFAULT_CONFIG ? ' in this folder' : '';
    throw new CliError('configuration_missing', `There is no ${file}${place}.`);
  }
}

function parseFile(file: string): unknown {
  const content = readText(file);
  try {
    return JSON.parse(content.replace(/^\uFEFF/, ''));
  } catch (error) {
    // The parser's message may quote the file, with secrets in it. Only the position is safe to show.
    const position = /at position (\d+)/.exec((error as SyntaxError).message)?.[1];
    const line = content.slice(0, Number(position)).split('\n').length;
    const message = position === undefined ? 'is not valid JSON' : `is not valid JSON (line ${line})`;
    throw configurationError(file, [{ path: '', message: `the file ${message}` }]);
  }
}
