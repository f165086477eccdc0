import { AccessTokenError } from '../errors';
import { readCognigyApi } from '../cognigy-api';
import type { CognigyApi } from '../cognigy-api';
import { readTokenEndpointConfig } from '../oauth';
import type { TokenEndpointConfig } from '../oauth';
import type { NodeConfig } from '../settings/node';
import { readSettings } from '../settings/setting';
import type { Values } from '../settings/setting';
import { SHARED_STORES } from '../settings/store';

type SharedStore = keyof typeof SHARED_STORES;

/** The chosen store, and its connection. */
export type StoreSettings =
  | { kind: 'conversation' }
  | { [K in SharedStore]: { kind: K } & Values<(typeof SHARED_STORES)[K]> }[SharedStore];

/** The services that a node may call. */
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
  const { defaultLifetimeSeconds, fallBackToClient, cognigyApiConnection } = config;
  const settings = { ...requireConnection(config, 'connection'), defaultLifetimeSeconds, fallBackToClient };
  return {
    tokenEndpoint: readTokenEndpointConfig(settings, { allowInsecure }),
    store: readStoreSettings(config, allowInsecure),
    cognigyApi: cognigyApiConnection ? readCognigyApi(cognigyApiConnection, { allowInsecure }) : undefined,
  };
}

function readStoreSettings(config: NodeConfig, allowInsecure: boolean): StoreSettings {
  const kind = config.store ?? 'conversation';
  if (kind === 'conversation') return { kind };
  if (!isSharedStore(kind)) {
    const message = 'The node names a store that this version does not have.';
    throw new AccessTokenError('store_invalid', message, { field: 'store' });
  }
  const connection = requireConnection(config, `${kind}Connection`);
  // TypeScript does not see that the readers belong to this kind.
  return { kind, ...readSettings(connection, SHARED_STORES[kind], allowInsecure) } as StoreSettings;
}

function isSharedStore(kind: unknown): kind is SharedStore {
  return Object.keys(SHARED_STORES).some((known) => known === kind);
}

function requireConnection(config: NodeConfig, field: 'connection' | `${SharedStore}Connection`): Record<string, unknown> {
  const connection = config[field];
  if (typeof connection === 'object' && connection !== null) return connection;
  throw new AccessTokenError('connection_missing', `No connection is chosen in "${field}".`, { field });
}
