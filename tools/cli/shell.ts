import { CHAIN_KEYS } from '../../src/settings/chain';
import { TOKEN_KEYS } from '../../src/settings/token-keys';

/** The environment variables that `init` refers to in the configuration it writes. */
export const VARIABLES = {
  apiKey: CHAIN_KEYS.apiKey.ask.variable,
  clientSecret: TOKEN_KEYS.clientSecret.ask.variable,
  endpointSecret: 'ENDPOINT_SECRET',
} as const;

/** Where the Endpoint secret comes from. An existing one stays, because stored tokens are encrypted with it. */
export type SecretOrigin = 'made up' | 'env file' | 'environment';

/** @returns a path, quoted if necessary, as one word of a command line */
export function quoted(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replace(/'/g, "'\\''")}'`;
}

/**
 * @param file the file with the value, if the secret was read from one
 * @returns a line for bash and zsh that sets one of the variables without showing its value; `undefined` for a variable that is set
 *   already and has to stay
 */
export function settingLine(name: string, origin: SecretOrigin, file?: string): string | undefined {
  if (file !== undefined) return `export ${name}="$(cat ${quoted(file)})"`;
  // In zsh, `read -p` does not print a prompt.
  if (name !== VARIABLES.endpointSecret) return `printf '${name}: ' && read -rs ${name} && export ${name}`;
  // init made this secret up and did not store it, so the line makes a new one.
  return origin === 'made up' ? `export ${name}="$(openssl rand -hex 32)"` : undefined;
}

/** @returns a note about the Endpoint secret. It is a sentence, not a shell comment: an interactive zsh has none */
export function secretNote(origin: SecretOrigin, envFile: string): string {
  const name = VARIABLES.endpointSecret;
  if (origin === 'made up') return `Keep the value of ${name}: stored tokens are encrypted with it.`;
  const place = origin === 'env file' ? envFile : 'your environment';
  return `${name} stays as it is in ${place}: stored tokens are encrypted with it.`;
}
