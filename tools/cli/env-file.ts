import { parseEnv } from 'node:util';

import { baseOf } from './lock';

/** A file of environment variables. `node --env-file` and `. FILE` in a shell read the same values from it. */
export interface EnvFile {
  text: string;
  /** Variables with a value that can't be written so that both readers get the same. */
  unwritable: string[];
}

/** A variable and its value. A value in quotes may span several lines. */
const ENTRY = /^[ \t]*(?:export[ \t]+)?([\w.-]+)[ \t]*=[ \t]*(?:"[^"]*"|'[^']*'|`[^`]*`)?[^\n]*\n?/gm;

/** @returns `access-token.env` for `access-token.json` */
export function envFileOf(configFile: string): string {
  return `${baseOf(configFile)}.env`;
}

/** @returns the variables of an env file, as `node --env-file` reads them */
export function readVariables(text: string): Readonly<Record<string, string | undefined>> {
  return parseEnv(text);
}

/**
 * Sets variables in an env file. All other lines stay, and so does a value that can't be written if the file has it already.
 *
 * @param previous the file's current text; empty for a new file
 */
export function setVariables(previous: string, values: Readonly<Record<string, string>>): EnvFile {
  const present = readVariables(previous);
  const changed = Object.entries(values).filter(([name, value]) => quote(value) !== undefined || present[name] !== value);
  const names = changed.map(([name]) => name);
  const kept = previous.replace(ENTRY, (entry, name: string) => (names.includes(name) ? '' : entry));
  const separator = kept === '' || kept.endsWith('\n') ? '' : '\n';
  const quoted = changed.map(([name, value]) => ({ name, value: quote(value) }));
  const written = quoted.flatMap(({ name, value }) => (value === undefined ? [] : [`${name}=${value}`]));
  const unwritable = quoted.filter(({ value }) => value === undefined).map(({ name }) => name);
  return { text: `${kept}${separator}${written.map((line) => `${line}\n`).join('')}`, unwritable };
}

/** Both readers treat single quotes alike. Double quotes are only safe if the shell expands nothing between them. */
function quote(value: string): string | undefined {
  if (!/['\r]/.test(value)) return `'${value}'`;
  return /["$`\\!\r\n]/.test(value) ? undefined : `"${value}"`;
}
