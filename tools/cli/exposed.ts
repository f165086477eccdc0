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

/** Keys with secret values, anywhere in the file. */
const SECRETS = new Map<string, true | 'parameters' | 'texts'>([
  ...Object.values(SETTINGS_BY_USE)
    .flatMap((keys) => Object.entries(keys))
    .flatMap(([key, { secret }]) => (secret === undefined ? [] : [[key, secret] as const])),
  ...SECRET_MEMBERS.map((member) => [member, true] as const),
]);
/** Parameters and headers that are never secret (RFC 6749, RFC 8707, RFC 9110). Any other may hold a credential. */
const PUBLIC_PARAMETERS = ['resource', 'audience', 'scope', 'grant_type', 'content-type', 'accept'];
const OTHERS = 0o077;
/** Variables of Cognigy's own command line that hold secrets. */
const VENDOR_SECRETS = Object.values(SETTINGS_BY_USE)
  .flatMap((keys) => Object.values(keys))
  .flatMap(({ secret, vendorVariable }) => (secret && vendorVariable !== undefined ? [vendorVariable] : []));

/**
 * Warns if other users can read a configuration file that contains secrets in plain text.
 *
 * @returns one line, or none. There is no warning if the file can't be read or the operating system has no such permissions
 */
export function warnOfExposedSecrets(configFile: string): string[] {
  if (process.platform === 'win32') return [];
  const exposed = readableSecrets(configFile);
  if (exposed.length === 0) return [];
  const advice = `Write \${NAME} references and put the values into the environment, or run: chmod 600 ${configFile}`;
  return [`Others on this machine can read ${configFile}, which contains secrets (${exposed.join(', ')}). ${advice}`];
}

/**
 * Warns if other users can read an env file that sets a variable of the configuration.
 *
 * @returns one line, or none
 */
export function warnOfExposedVariables(envFile: string, variables: Environment, configFile: string): string[] {
  if (process.platform === 'win32' || !canOthersRead(envFile)) return [];
  const named = [...namesIn(configFile), ...VENDOR_SECRETS].filter((name) => (variables[name] ?? '') !== '');
  return named.length === 0 ? [] : [`Others on this machine can read ${envFile}, which contains secrets. Run: chmod 600 ${quoted(envFile)}`];
}

function namesIn(configFile: string): string[] {
  try {
    return [...(readIfPresent(configFile) ?? '').matchAll(/\$\{(\w+)\}/g)].map(([, name = '']) => name);
  } catch {
    return [];
  }
}

/** Pipes and devices are skipped. */
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

/** @returns the paths of secrets that are written out, at least in part, instead of being `${NAME}` references */
export function literalSecrets(config: unknown): string[] {
  const literal = secretsIn(config).filter(({ text }) => text.replace(/\$\{[A-Za-z_]\w*\}/g, '') !== '');
  return literal.map(({ path }) => path);
}

/** @returns every secret in a configuration or in a part of one, with its path */
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

/** @returns the texts in headers or in a body, without auth schemes and the placeholders that the request fills in */
function secretTexts(value: unknown, path: string): { path: string; text: string }[] {
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([key, member]: [string, unknown]) =>
      PUBLIC_PARAMETERS.includes(key.toLowerCase()) ? [] : secretTexts(member, memberPath(path, Array.isArray(value) ? Number(key) : key)),
    );
  }
  const text = String(value).replace(/^(?:Basic|Bearer)\s+/i, '').replace(/\{(?:username|secret|basic)\}/g, '');
  return text === '' ? [] : [{ path, text }];
}

/** @returns the members of a text in JSON, as a form, or in header lines; any other text unchanged */
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
    // The command reports the mistake. A token in `initialTokens` may also be named like this key.
    if (isAccessTokenError(error)) return secretsIn(value, path);
    throw error;
  }
}
