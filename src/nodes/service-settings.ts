import { AccessTokenError } from '../errors';
import { readCognigyApi } from '../cognigy-api';
import type { CognigyApi } from '../cognigy-api';
import { checkRedisUrl, checkUrl } from '../http';
import { readTokenEndpointConfig } from '../oauth';
import type { TokenEndpointConfig } from '../oauth';
import type { NodeConfig } from './node-config';

/** Which store to use, and how to reach it. */
export type StoreSettings =
  | { kind: 'conversation' }
  | { kind: 'endpoint'; url: string; endpointSecret: string }
  /** `encryptionKeys`: the first one encrypts, the others still decrypt. */
  | { kind: 'redis'; url: string; keyPrefix: string; encryptionKeys: string[] };

/** Whom a node may have to ask. */
export interface ServiceSettings {
  tokenEndpoint: TokenEndpointConfig;
  store: StoreSettings;
  /** How to start the background chain again, where the bot builder allows it. */
  cognigyApi: CognigyApi | undefined;
}

const SHORTEST_ENCRYPTION_KEY = 16;
const DEFAULT_KEY_PREFIX = 'access-token:';

/**
 * Reads and checks a node's connections.
 *
 * @throws AccessTokenError connection_missing, store_invalid, endpoint_secret_missing, encryption_key_invalid,
 *   and those of `readTokenEndpointConfig`, `readCognigyApi` and `checkUrl`
 */
export function readServiceSettings(config: NodeConfig): ServiceSettings {
  const allowInsecure = config.allowInsecure === true;
  const { connection, defaultLifetimeSeconds, cognigyApiConnection } = config;
  const settings = { ...requireConnection(connection, 'connection'), defaultLifetimeSeconds };
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
      const { url, endpointSecret } = requireConnection(config.endpointConnection, 'endpointConnection');
      if (typeof endpointSecret !== 'string' || endpointSecret === '') {
        throw new AccessTokenError('endpoint_secret_missing', 'The Access Token Store connection has no secret.', {
          field: 'endpointSecret',
        });
      }
      return { kind: 'endpoint', url: checkUrl(url, { field: 'url', allowInsecure }), endpointSecret };
    }
    case 'redis':
      return readRedisSettings(requireConnection(config.redisConnection, 'redisConnection'), allowInsecure);
    default:
      throw new AccessTokenError('store_invalid', 'The node names a store that this version does not have.', {
        field: 'store',
      });
  }
}

function readRedisSettings(
  { url, keyPrefix, encryptionKey }: NonNullable<NodeConfig['redisConnection']>,
  allowInsecure: boolean,
): StoreSettings {
  return {
    kind: 'redis',
    url: checkRedisUrl(url, { field: 'url', allowInsecure }),
    keyPrefix: typeof keyPrefix === 'string' && keyPrefix.trim() !== '' ? keyPrefix.trim() : DEFAULT_KEY_PREFIX,
    encryptionKeys: readEncryptionKeys(encryptionKey),
  };
}

/** The key, and behind a space the one before it. A phrase of words would be taken for a very short key. */
function readEncryptionKeys(value: unknown): string[] {
  const keys = typeof value === 'string' ? value.split(/\s+/).filter((key) => key !== '') : [];
  if (keys.length <= 2 && keys.every((key) => key.length >= SHORTEST_ENCRYPTION_KEY)) return keys;
  throw new AccessTokenError('encryption_key_invalid', 'The encryption key is too short, or has spaces in it.', {
    field: 'encryptionKey',
  });
}

function requireConnection<T extends object>(connection: T | null | undefined, field: string): T {
  if (typeof connection === 'object' && connection !== null) return connection;
  throw new AccessTokenError('connection_missing', `No connection is chosen in "${field}".`, { field });
}
