import { join, posix, win32 } from 'node:path';

import { isObject, parseJson } from '../../src/json';

import { DEFAULT_CONFIG } from './command';
import type { Environment } from './references';
import { quoted } from './shell';

/** The program's name once it is installed. Messages use this name before a command or an option. */
const INSTALLED = 'access-token';
const CALL = /\baccess-token (?=[a-z]|--)/g;

/** How the program was started. */
export interface Start {
  /** `process.argv[1]`: the script, or a link to it in a `bin` folder. */
  script: string;
  /** The working directory. */
  cwd: string;
  env: Environment;
  /** @returns a file's text; `undefined` if it can't be read */
  readText: (file: string) => string | undefined;
}

/**
 * Finds out how to start the program again: `access-token` if it is installed, `npx access-token` if it is a project's dependency,
 * `npx PACKAGE` if npx fetched it, and otherwise `node` with the script.
 *
 * @returns the first words of a command line
 */
export function programOf({ script, cwd, env, readText }: Start): string {
  const folders = script.split(/[\\/]/);
  const cache = folders.indexOf('_npx');
  if (cache >= 0) return `npx ${quoted(fetchedPackage(folders.slice(0, cache + 2).join('/'), readText) ?? INSTALLED)}`;
  const isPackage = folders.includes('node_modules');
  if (isPackage && (folders.at(-2) === '.bin' || env['npm_command'] === 'exec')) return `npx ${INSTALLED}`;
  if (isPackage || !/\.[cm]?js$/.test(script)) return INSTALLED;
  const near = (script.includes('\\') ? win32 : posix).relative(cwd, script);
  return `node ${quoted(near.length < script.length ? near : script)}`;
}

/**
 * @param cache npx's folder for the package
 * @returns what npx was told to fetch: a package name or a file
 */
function fetchedPackage(cache: string, readText: Start['readText']): string | undefined {
  const content = parseJson(readText(join(cache, 'package.json')) ?? '');
  const npx = isObject(content) ? content['_npx'] : undefined;
  const packages = isObject(npx) ? npx['packages'] : undefined;
  const [named] = Array.isArray(packages) ? (packages as unknown[]) : [];
  return typeof named === 'string' ? named : undefined;
}

/** @returns the text with the program's name replaced by the way the user calls it */
export function calledAs(program: string, text: string): string {
  return text.replace(CALL, () => `${program} `);
}

/**
 * @param command with its options, such as `authorize --deploy`
 * @param config the configuration file; left out if it is the default
 * @param envFile the file of `--env-file`, if given
 * @returns a command line for the user to type
 */
export function nextCommand(program: string, command: string, config: string, envFile?: string): string {
  const named = config === DEFAULT_CONFIG ? '' : ` --config ${quoted(config)}`;
  return `${program} ${command}${named}${envFile === undefined ? '' : ` --env-file ${quoted(envFile)}`}`;
}
