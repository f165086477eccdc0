import { VARIABLES } from './answers';

/** Where the Endpoint secret comes from: an earlier one stays, since stored tokens are encrypted with it. */
export type SecretOrigin = 'made up' | 'env file' | 'environment';

/** @returns the shell's line that sets one of the variables, without its value */
export function settingLine(name: string, origin: SecretOrigin, envFile: string): string {
  if (name !== VARIABLES.endpointSecret) return `read -rsp '${name}: ' ${name} && export ${name}`;
  // What was made up here and is stored nowhere is made up anew.
  if (origin === 'made up') return `export ${name}="$(openssl rand -hex 32)"   # keep it`;
  const place = origin === 'env file' ? envFile : 'your environment';
  return `# ${name} stays as it is in ${place}: stored tokens are encrypted with it.`;
}
