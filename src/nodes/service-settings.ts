import { AccessTokenError } from '../errors';
import { readCognigyApi } from '../cognigy-api';
import type { CognigyApi } from '../cognigy-api';
import { readTokenEndpointConfig } from '../oauth';
import type { TokenEndpointConfig } from '../oauth';
import type { NodeConfig } from '../settings/node';
import { readSettings } from '../settings/setting';
import type { Values } from '../settings/setting';
import { ENDPOINT_STORE, REDIS_STORE } from '../settings/store';

/** Which store to use, and how to reach it. */
export type StoreSettings =
  | { kind: 'conversation' }
  | ({ kind: 'endpoint' } & Values<typeof ENDPOINT_STORE>)
  | ({ kind: 'redis'; encryptionKeys: string[] } & Omit<Values<typeof REDIS_STORE>, 'encryptionKey'>);

/** Whom a node may have to ask. */
export interface ServiceSettings {
  tokenEndpoint: TokenEndpointConfig;
  store: StoreSettings;
  /** How to start the background chain again, where the bot builder allows it. */
  cognigyApi: CognigyApi | undefined;
}

/**
 * Reads and checks a node's connections.
 *
 * @throws AccessTokenError connection_missing, store_invalid, endpoint_secret_missing, encryption_key_invalid,
 *   and those of `readTokenEndpointConfig`, `readCognigyApi` and `checkUrl`
 */
export function readServiceSettings(config: NodeConfig): ServiceSettings {
  const allowInsecure = config.allowInsecure === true;
  const { defaultLifetimeSeconds, cognigyApiConnection } = config;
  const settings = { ...requireConnection(config, 'connection'), defaultLifetimeSeconds };
  return {
    tokenEndpoint: readTokenEndpointConfig(settings, { allowInsecure }),
    store: readStoreSettings(config, allowInsecure),
    cognigyApi: cognigyApiConnection ? readCognigyApi(cognigyApiConnection, { allowInsecure }) : undefined,
  };
}

function readStoreSettings(config: NodeConfig, allowInsecure: boolean): StoreSettings {
  switch (config.store ?? 'conversation') {
    case 'conversation':
      return { kind: 'conversation' };
    case 'endpoint': {
      const settings = readSettings(requireConnection(config, 'endpointConnection'), ENDPOINT_STORE, allowInsecure);
      return { kind: 'endpoint', ...settings };
    }
    case 'redis': {
      const connection = requireConnection(config, 'redisConnection');
      const { encryptionKey: encryptionKeys, ...settings } = readSettings(connection, REDIS_STORE, allowInsecure);
      return { kind: 'redis', encryptionKeys, ...settings };
    }
    default:
      throw new AccessTokenError('store_invalid', 'The node names a store that this version does not have.', {
        field: 'store',
      });
  }
}

type Connections = Pick<NodeConfig, 'connection' | 'endpointConnection' | 'redisConnection'>;

function requireConnection<K extends keyof Connections>(config: Connections, field: K): NonNullable<Connections[K]> {
  const connection = config[field];
  if (typeof connection === 'object' && connection !== null) return connection;
  throw new AccessTokenError('connection_missing', `No connection is chosen in "${field}".`, { field });
}
