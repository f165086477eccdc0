import { resolveReferences } from './references';
import type { Environment } from './references';
import type { ConfigKeys } from '../../src/settings/setting';

/** Where the vendor's own command line, `@cognigy/cognigy-cli`, has its installation from. */
const BASE_URL = 'CAI_BASEURL';

/**
 * What a configuration leaves out, as references to the variables of the vendor's command line. They belong to one
 * installation: where the configuration names another one, they are not used, so that no API key goes to a foreign host.
 *
 * @param content of the configuration file
 * @param keys those that are read from it
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
