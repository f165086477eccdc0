import { AccessTokenError } from '../errors';
import { readCognigyApi } from '../cognigy-api';
import type { CognigyApi } from '../cognigy-api';
import { checkRedisUrl, checkUrl } from '../http';
import { parseRefreshPercent } from '../lifetime';
import { readTokenEndpointConfig } from '../oauth';
import type { TokenEndpointConfig, TokenEndpointSettings } from '../oauth';
import { isTokenName } from '../stores/parse-message';
import { DEFAULT_TOKEN_NAME } from '../stores/protocol';

/** A node's settings as the platform hands them over. What is left out, or `null`, has its default. */
export interface NodeConfig {
  connection?: TokenEndpointSettings | null;
  store?: string | null;
  endpointConnection?: null | { url?: unknown; endpointSecret?: unknown };
  redisConnection?: null | { url?: unknown; keyPrefix?: unknown; encryptionKey?: unknown };
  cognigyApiConnection?: null | { apiUrl?: unknown; apiKey?: unknown; functionId?: unknown };
  tokenName?: string | null;
  refreshPercent?: unknown;
  reuseInConversation?: boolean | null;
  rejectedToken?: unknown;
  storeLocation?: string | null;
  contextKey?: unknown;
  inputKey?: unknown;
  defaultLifetimeSeconds?: unknown;
  allowInsecure?: boolean | null;
}

/** Which store to use, and how to reach it. */
export type StoreSettings =
  | { kind: 'conversation' }
  | { kind: 'endpoint'; url: string; endpointSecret: string }
  /** `encryptionKeys`: the first one encrypts, the others still decrypt. */
  | { kind: 'redis'; url: string; keyPrefix: string; encryptionKeys: string[] };

export interface NodeSettings {
  tokenEndpoint: TokenEndpointConfig;
  store: StoreSettings;
  tokenName: string;
  refreshPercent: number;
  reuseInConversation: boolean;
  rejectedToken: string | undefined;
  /** How to start the background chain again, where the bot builder allows it. */
  cognigyApi: CognigyApi | undefined;
}

/** Where the result goes. */
export interface ResultPlace {
  location: 'context' | 'input';
  key: string;
}

/** The key of the result in context or input, unless the bot builder chooses another. */
export const DEFAULT_STORAGE_KEY = 'accessToken';

const SHORTEST_ENCRYPTION_KEY = 16;
const DEFAULT_KEY_PREFIX = 'access-token:';

/** Reads where the result goes. Never fails, since errors go there too. */
export function readResultPlace({ storeLocation, contextKey, inputKey }: NodeConfig): ResultPlace {
  const location = storeLocation === 'input' ? 'input' : 'context';
  const key = location === 'input' ? inputKey : contextKey;
  return { location, key: typeof key === 'string' && key.trim() !== '' ? key.trim() : DEFAULT_STORAGE_KEY };
}

/**
 * Reads and checks all other settings.
 *
 * @throws AccessTokenError connection_missing, store_invalid, token_name_invalid,
 *   refresh_percent_invalid, endpoint_secret_missing, and those of `readTokenEndpointConfig` and `checkUrl`
 */
export function readNodeSettings(config: NodeConfig): NodeSettings {
  const { connection } = config;
  const tokenName = readTokenName(config.tokenName);
  const allowInsecure = config.allowInsecure === true;
  const refreshPercent = parseRefreshPercent(config.refreshPercent);
  if (refreshPercent === undefined) {
    throw new AccessTokenError('refresh_percent_invalid', 'The refresh percent is not a number from 1 to 99.', {
      field: 'refreshPercent',
    });
  }
  const settings = { ...requireConnection(connection, 'connection'), defaultLifetimeSeconds: config.defaultLifetimeSeconds };
  return {
    tokenEndpoint: readTokenEndpointConfig(settings, { allowInsecure }),
    store: readStoreSettings(config, allowInsecure),
    tokenName,
    refreshPercent,
    reuseInConversation: config.reuseInConversation ?? true,
    rejectedToken: readRejectedToken(config.rejectedToken),
    cognigyApi: config.cognigyApiConnection ? readCognigyApi(config.cognigyApiConnection, { allowInsecure }) : undefined,
  };
}

/** The name with which a node's token is kept; white space around it is surely a slip. */
export function readTokenName(value: unknown): string {
  const name = typeof value === 'string' ? value.trim() : (value ?? DEFAULT_TOKEN_NAME);
  if (isTokenName(name)) return name;
  const message = 'The token name is empty, too long, not a text, or has control characters.';
  throw new AccessTokenError('token_name_invalid', message, { field: 'tokenName' });
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

/** Takes the bare token as well as a whole Authorization value. */
function readRejectedToken(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const token = value.trim().replace(/^bearer\s+/i, '');
  return token === '' ? undefined : token;
}
