import { CHAIN_KEYS } from '../../src/settings/chain';
import { TOKEN_KEYS } from '../../src/settings/token-keys';

import type { CliContext } from './command';

/** The environment variables that a configuration written by `init` refers to. */
export const VARIABLES = {
  apiKey: CHAIN_KEYS.apiKey.ask.variable,
  clientSecret: TOKEN_KEYS.clientSecret.ask.variable,
  endpointSecret: 'ENDPOINT_SECRET',
} as const;

/** Where the Endpoint secret comes from: an earlier one stays, since stored tokens are encrypted with it. */
export type SecretOrigin = 'made up' | 'env file' | 'environment';

/**
 * @param command with its arguments, such as `deploy --config access-token.json`
 * @param envFile the file with the variables that it needs
 * @returns the shell line that runs it
 */
export function commandLine(command: string, { isInstalled = false }: Pick<CliContext, 'isInstalled'>, envFile?: string): string {
  if (!isInstalled) return ['node', ...(envFile === undefined ? [] : [`--env-file=${quoted(envFile)}`]), 'dist/cli.js', command].join(' ');
  const call = `access-token ${command}`;
  // A name without a slash is looked for in the PATH.
  return envFile === undefined ? call : `(set -a; . ${quoted(envFile.includes('/') ? envFile : `./${envFile}`)}; ${call})`;
}

/** @returns a path as one word of a command line */
export function quoted(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replace(/'/g, "'\\''")}'`;
}

/**
 * @returns the shell line that sets one of the variables without showing its value, for bash and zsh alike; `undefined`
 *   for a variable that is set already and has to stay
 * @param file the file that holds the value, of a secret that is one
 */
export function settingLine(name: string, origin: SecretOrigin, file?: string): string | undefined {
  if (file !== undefined) return `export ${name}="$(cat ${quoted(file)})"`;
  // In zsh the option -p of read is no prompt.
  if (name !== VARIABLES.endpointSecret) return `printf '${name}: ' && read -rs ${name} && export ${name}`;
  // A secret that init made up and stored nowhere is made up again.
  return origin === 'made up' ? `export ${name}="$(openssl rand -hex 32)"` : undefined;
}

/** @returns what to know about the Endpoint secret, as a sentence: an interactive zsh has no comments */
export function secretNote(origin: SecretOrigin, envFile: string): string {
  const name = VARIABLES.endpointSecret;
  if (origin === 'made up') return `Keep the value of ${name}: stored tokens are encrypted with it.`;
  const place = origin === 'env file' ? envFile : 'your environment';
  return `${name} stays as it is in ${place}: stored tokens are encrypted with it.`;
}
