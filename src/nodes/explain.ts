import type { AccessTokenError } from '../errors';
import { connectionKey } from './connection-key';
import type { NodeConfig } from './node-config';

/**
 * Rewrites an error for this node's user, with remedy and field labels. These are loaded only here, because success
 * needs none.
 */
export async function explain(error: AccessTokenError, config: NodeConfig): Promise<AccessTokenError> {
  try {
    const { withRemedy } = await import('../oauth/remedy');
    const { withLabel } = await import('./editor');
    const way = typeof config.authentication === 'string' ? config.authentication : 'clientSecret';
    const settings = (config as Record<string, Record<string, unknown> | null | undefined>)[connectionKey(way)];
    return withLabel(withRemedy(error, settings ?? {}, way), config);
  } catch {
    // The user needs the error itself most, and a node never throws.
    return error;
  }
}
