import type { AccessTokenError } from '../errors';
import { connectionKey } from './connection-key';
import type { NodeConfig } from './node-config';

/** Says an error as this node's user has to know it. Remedies and words are loaded only here: what goes well needs none. */
export async function explain(error: AccessTokenError, config: NodeConfig): Promise<AccessTokenError> {
  try {
    const { withRemedy } = await import('../oauth/remedy');
    const { withLabel } = await import('./editor');
    const way = typeof config.authentication === 'string' ? config.authentication : 'clientSecret';
    const settings = (config as Record<string, Record<string, unknown> | null | undefined>)[connectionKey(way)];
    return withLabel(withRemedy(error, settings ?? {}, way), config);
  } catch {
    // The error itself is what its reader needs, and a node never throws.
    return error;
  }
}
