import { AccessTokenError } from '../errors';
import { isObject } from '../json';
import type { TokenEndpointConfig } from '../oauth';
import { WAYS } from '../oauth/ways';
import type { NodeConfig } from '../settings/node';
import { connectionKey } from './connection-key';

/**
 * Reads the settings of the way to get a token that the node names.
 *
 * @throws AccessTokenError connection_missing, configuration_invalid for an unknown way, and the errors of the way
 */
export async function readTokenEndpoint(config: NodeConfig): Promise<TokenEndpointConfig> {
  const { authentication = 'clientSecret', defaultLifetimeSeconds, fallBackToClient } = config;
  const known = Object.entries(WAYS).find(([name]) => name === authentication);
  if (known === undefined) {
    const message = 'The node names a way to get a token that this version does not have.';
    throw new AccessTokenError('configuration_invalid', message, { field: 'authentication' });
  }
  const [name, read] = known;
  const connection = requireConnection(config, connectionKey(name));
  const hasCertificate = Boolean(config.tlsConnection?.['clientCertificate']);
  return read({ ...connection, defaultLifetimeSeconds, fallBackToClient }, { allowInsecure: config.allowInsecure === true, hasCertificate });
}

/** @throws AccessTokenError connection_missing */
export function requireConnection(config: NodeConfig, field: string): Record<string, unknown> {
  const connection = (config as Record<string, unknown>)[field];
  if (isObject(connection)) return connection;
  throw new AccessTokenError('connection_missing', `No connection is chosen in "${field}".`, { field });
}
