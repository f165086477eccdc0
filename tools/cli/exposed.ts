import { readFileSync, statSync } from 'node:fs';

import { isAccessTokenError } from '../../src/errors';
import { readForm } from '../../src/http';
import { parseJson } from '../../src/json';
import { parseExtraParameters } from '../../src/oauth';
import { SECRET_MEMBERS } from '../../src/settings/store';

import { readIfPresent } from './files';
import { memberPath } from './problems';
import type { Environment } from './references';
import { SETTINGS_BY_USE } from './settings';
import { quoted } from './shell';

/** Keys whose values are secrets, at any place in the file. */
const SECRETS = new Map<string, true | 'parameters' | 'texts'>([
  ...Object.values(SETTINGS_BY_USE)
    .flatMap((keys) => Object.entries(keys))
    .flatMap(([key, { secret }]) => (secret === undefined ? [] : [[key, secret] as const])),
  ...SECRET_MEMBERS.map((member) => [member, true] as const),
]);
/** Parameters and headers that describe a request (RFC 6749, RFC 8707, RFC 9110). Any other one may be a credential. */
const PUBLIC_PARAMETERS = ['resource', 'audience', 'scope', 'grant_type', 'content-type', 'accept'];
const OTHERS = 0o077;
/** Secret variables of the vendor's command line. */
const VENDOR_SECRETS = Object.values(SETTINGS_BY_USE)
  .flatMap((keys) => Object.values(keys))
  .flatMap(({ secret, vendorVariable }) => (secret && vendorVariable !== undefined ? [vendorVariable] : []));

/**
 * Warns about secrets in a configuration file that others can read.
 *
 * @returns one line; nothing if the operating system has no such permissions, or the file can't be read
 */
export function warnOfExposedSecrets(configFile: string): string[] {
  if (process.platform === 'win32') return [];
  const exposed = readableSecrets(configFile);
  if (exposed.length === 0) return [];
  const advice = `Write \${NAME} references and put the values into the environment, or run: chmod 600 ${configFile}`;
  return [`Others on this machine can read ${configFile}, with secrets in it (${exposed.join(', ')}). ${advice}`];
}

/**
 * Warns about an env file that others can read, if the configuration uses one of its variables.
 *
 * @returns one line, or nothing
 */
export function warnOfExposedVariables(envFile: string, variables: Environment, configFile: string): string[] {
  if (process.platform === 'win32' || !canOthersRead(envFile)) return [];
  const named = [...namesIn(configFile), ...VENDOR_SECRETS].filter((name) => (variables[name] ?? '') !== '');
  return named.length === 0 ? [] : [`Others on this machine can read ${envFile}, with secrets in it. Run: chmod 600 ${quoted(envFile)}`];
}

function namesIn(configFile: string): string[] {
  try {
    return [...(readIfPresent(configFile) ?? '').matchAll(/\$\{(\w+)\}/g)].map(([, name = '']) => name);
  } catch {
    return [];
  }
}

/** A pipe or a device is skipped, because reading would consume it. */
function canOthersRead(file: string): boolean {
  const found = statSync(file, { throwIfNoEntry: false });
  return found?.isFile() === true && (found.mode & OTHERS) !== 0;
}

function readableSecrets(configFile: string): string[] {
  try {
    if (!canOthersRead(configFile)) return [];
    return literalSecrets(JSON.parse(readFileSync(configFile, 'utf8').replace(/^\uFEFF/, '')));
  } catch {
    // The command itself reports what is wrong with the file.
    return [];
  }
}

/** @returns the paths of secrets that are written out instead of referring to environment variables */
export function literalSecrets(config: unknown): string[] {
  const literal = secretsIn(config).filter(({ text }) => text.replace(/\$\{[A-Za-z_]\w*\}/g, '') !== '');
  return literal.map(({ path }) => path);
}

/** @returns every secret of a configuration, or of a part of it, with its path */
export function secretsIn(value: unknown, path = ''): { path: string; text: string }[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]: [string, unknown]) => {
    const inside = memberPath(path, Array.isArray(value) ? Number(key) : key);
    const secret = SECRETS.get(key);
    if (secret === 'parameters') return secretParameters(member, inside);
    if (secret === 'texts') return secretTexts(typeof member === 'string' ? membersOf(member) : member, inside);
    return secret && typeof member === 'string' ? [{ path: inside, text: member }] : secretsIn(member, inside);
  });
}

/** @returns the texts in headers or in a body, except those that describe the request */
function secretTexts(value: unknown, path: string): { path: string; text: string }[] {
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([key, member]: [string, unknown]) =>
      PUBLIC_PARAMETERS.includes(key.toLowerCase()) ? [] : secretTexts(member, memberPath(path, Array.isArray(value) ? Number(key) : key)),
    );
  }
  const text = String(value).replace(/^(?:Basic|Bearer)\s+/i, '').replace(/\{(?:username|secret|basic)\}/g, '');
  return text === '' ? [] : [{ path, text }];
}

/** @returns the members of text that is JSON, a form, or header lines; any other text unchanged */
function membersOf(text: string): unknown {
  const json = parseJson(text);
  if (typeof json === 'object') return json;
  const lines = text.trim().split(/\s*\n\s*/).map((line) => /^([^\s:]+)\s*:\s*(.*)$/.exec(line));
  if (lines.every((line) => line !== null)) return Object.fromEntries(lines.map(([, name, content]) => [name, content]));
  return readForm(text) ?? text;
}

function secretParameters(value: unknown, path: string): { path: string; text: string }[] {
  try {
    const secret = Object.entries(parseExtraParameters(value, true)).filter(([name]) => !PUBLIC_PARAMETERS.includes(name));
    return secret.map(([name, text]) => ({ path: memberPath(path, name), text }));
  } catch (error) {
    // The command reports what is wrong with them. An initial token may have this name.
    if (isAccessTokenError(error)) return secretsIn(value, path);
    throw error;
  }
}
