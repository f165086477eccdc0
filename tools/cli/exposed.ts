import { readFileSync, statSync } from 'node:fs';

import { AccessTokenError } from '../../src/errors';
import { parseExtraParameters } from '../../src/oauth';

import { memberPath } from './problems';

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
/** Extra parameters that say what a token is for (RFC 6749, RFC 8707). Any other one may be what it is asked for with. */
const PUBLIC_PARAMETERS = ['resource', 'audience', 'scope'];
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
    if (key === 'extraParameters') return literalParameters(member, inside);
    if (typeof member !== 'string' || !SECRET_KEYS.includes(key)) return literalSecrets(member, inside);
    return isLiteral(member) ? [inside] : [];
  });
}

function literalParameters(value: unknown, path: string): string[] {
  try {
    const secret = Object.entries(parseExtraParameters(value)).filter(([name]) => !PUBLIC_PARAMETERS.includes(name));
    return secret.filter(([, text]) => isLiteral(text)).map(([name]) => memberPath(path, name));
  } catch (error) {
    // What is wrong with them is for the command to say.
    if (error instanceof AccessTokenError) return [];
    throw error;
  }
}

function isLiteral(text: string): boolean {
  return text.replace(/\$\{[A-Za-z_]\w*\}/g, '') !== '';
}
