import { VARIABLES } from './answers';

/** Where the Endpoint secret comes from: an earlier one stays, since stored tokens are encrypted with it. */
export type SecretOrigin = 'made up' | 'env file' | 'environment';

/**
 * @returns the shell's line that sets one of the variables, without its value, for bash and zsh alike; `undefined` where
 *   it is set already, and has to stay
 */
export function settingLine(name: string, origin: SecretOrigin): string | undefined {
  // In zsh the option -p of read is no prompt.
  if (name !== VARIABLES.endpointSecret) return `printf '${name}: ' && read -rs ${name} && export ${name}`;
  // What was made up here and is stored nowhere is made up anew.
  return origin === 'made up' ? `export ${name}="$(openssl rand -hex 32)"` : undefined;
}

/** @returns what to know of the Endpoint secret, as a sentence: an interactive zsh knows no comments */
export function secretNote(origin: SecretOrigin, envFile: string): string {
  const name = VARIABLES.endpointSecret;
  if (origin === 'made up') return `Keep the value of ${name}: stored tokens are encrypted with it.`;
  const place = origin === 'env file' ? envFile : 'your environment';
  return `${name} stays as it is in ${place}: stored tokens are encrypted with it.`;
}
