import { readFileSync, statSync } from 'node:fs';

import { memberPath } from '../problems';

/** Keys whose values are secrets, wherever they stand. */
const SECRET_KEYS = [
  'clientSecret',
  'refreshToken',
  'endpointSecret',
  'previousEndpointSecret',
  'apiKey',
  'access_token',
  'refresh_token',
];
const OTHERS = 0o077;

/**
 * Warns of secrets that are written out in a configuration file which others can read.
 *
 * @returns one line, or nothing; also where the operating system has no such permissions, or the file can't be read
 */
export function warnOfExposedSecrets(configFile: string): string[] {
  if (process.platform === 'win32') return [];
  const exposed = readableSecrets(configFile);
  if (exposed.length === 0) return [];
  const advice = `Write \${NAME} references and put the values into the environment, or run: chmod 600 ${configFile}`;
  return [`Others on this machine can read ${configFile}, with secrets in it (${exposed.join(', ')}). ${advice}`];
}

function readableSecrets(configFile: string): string[] {
  try {
    if ((statSync(configFile).mode & OTHERS) === 0) return [];
    return literalSecrets(JSON.parse(readFileSync(configFile, 'utf8').replace(/^\uFEFF/, '')), '');
  } catch {
    // What is wrong with the file is for the command to say.
    return [];
  }
}

/** @returns the paths of secrets that hold more than references to environment variables */
export function literalSecrets(value: unknown, path: string): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]: [string, unknown]) => {
    const inside = memberPath(path, Array.isArray(value) ? Number(key) : key);
    if (typeof member !== 'string' || !SECRET_KEYS.includes(key)) return literalSecrets(member, inside);
    return member.replace(/\$\{[A-Za-z_]\w*\}/g, '') === '' ? [] : [inside];
  });
}
