import { readCognigyApi } from '../cognigy-api';
import type { CognigyApi } from '../cognigy-api';
import { AccessTokenError } from '../errors';
import type { TokenEndpointConfig } from '../oauth';
import type { NodeConfig } from '../settings/node';
import { readSettings } from '../settings/setting';
import { SHARED_STORES } from '../settings/stores';
import type { StoreName } from '../settings/stores';
import { readTokenEndpoint, requireConnection } from './token-endpoint-settings';

/** The store that a node names, with its connection's settings. */
export interface ChosenStore {
  kind: 'conversation' | StoreName;
  settings: Record<string, unknown>;
}

/** The services that a node may call. */
export interface ServiceSettings {
  tokenEndpoint: TokenEndpointConfig;
  store: ChosenStore;
  /** How to restart the background chain. Only if the bot builder allows it. */
  cognigyApi: CognigyApi | undefined;
}

/**
 * Reads and checks a node's connections.
 *
 * @throws AccessTokenError connection_missing, store_invalid, and the errors of the store's readers, of
 *   `readTokenEndpointConfig` and of `readCognigyApi`
 */
export async function readServiceSettings(config: NodeConfig): Promise<ServiceSettings> {
  const allowInsecure = config.allowInsecure === true;
  const { cognigyApiConnection } = config;
  return {
    tokenEndpoint: await readTokenEndpoint(config),
    store: readStore(config, allowInsecure),
    cognigyApi: cognigyApiConnection ? readCognigyApi(cognigyApiConnection, { allowInsecure }) : undefined,
  };
}

function readStore(config: NodeConfig, allowInsecure: boolean): ChosenStore {
  const kind = config.store ?? 'conversation';
  if (kind === 'conversation') return { kind, settings: {} };
  if (!isStoreName(kind)) {
    const message = 'The node names a store that this version does not have.';
    throw new AccessTokenError('store_invalid', message, { field: 'store' });
  }
  const connection = requireConnection(config, `${kind}Connection`);
  return { kind, settings: readSettings(connection, SHARED_STORES[kind].readers, allowInsecure) };
}

function isStoreName(kind: unknown): kind is StoreName {
  return Object.keys(SHARED_STORES).some((known) => known === kind);
}
