import { resolveReferences } from './references';
import type { Environment } from './references';
import type { ConfigKeys } from '../../src/settings/setting';

/** The variable that names the installation for Cognigy's own command line, `@cognigy/cognigy-cli`. */
const BASE_URL = 'CAI_BASEURL';

/**
 * Fills in what a configuration leaves out, with references to the variables of Cognigy's own command line. The variables belong to one
 * installation. If the configuration names another one, they are not used, so the API key never goes to a foreign host.
 *
 * @param content the content of the configuration file
 * @param keys the keys that are read from it
 */
export function vendorReferences(content: Readonly<Record<string, unknown>>, keys: ConfigKeys, env: Environment): Record<string, string> {
  const { apiUrl } = content;
  const named = typeof apiUrl === 'string' ? resolveReferences(apiUrl, '', env, []) : undefined;
  const theirs = env[BASE_URL] ?? '';
  if (named !== undefined && theirs !== '' && originOf(named) !== originOf(theirs)) return {};
  const missing = Object.entries(keys).flatMap(([name, { vendorVariable }]) => {
    const isLeftOut = vendorVariable !== undefined && content[name] === undefined && (env[vendorVariable] ?? '') !== '';
    return isLeftOut ? [[name, `\${${vendorVariable}}`]] : [];
  });
  return Object.fromEntries(missing) as Record<string, string>;
}

function originOf(address: unknown): string | undefined {
  return typeof address === 'string' && URL.canParse(address) ? new URL(address).origin : undefined;
}
