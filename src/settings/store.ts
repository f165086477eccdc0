import { AccessTokenError } from '../errors';
import { checkRedisUrl } from '../http';
import { isTimestamp } from '../lifetime';
import { parseRecord } from '../stores/protocol/parse-message';
import { optionalText, url } from './setting';
import type { ConfigKeys, ConnectionType, Reader } from './setting';

const SHORTEST_ENCRYPTION_KEY = 16;
const SHORT_SECRET = 16;
const DEFAULT_KEY_PREFIX = 'access-token:';

const readEndpointSecret: Reader<string> = (value, rule) => {
  if (typeof value === 'string' && value !== '') return value;
  throw new AccessTokenError('endpoint_secret_missing', 'The Access Token Store connection has no secret.', rule);
};

/** The current key, then a space and the previous one. Two at most: a phrase of several words is a mistake. */
const readEncryptionKeys: Reader<string[]> = (value, rule) => {
  const keys = typeof value === 'string' ? value.split(/\s+/).filter((key) => key !== '') : [];
  if (keys.length <= 2 && keys.every((key) => key.length >= SHORTEST_ENCRYPTION_KEY)) return keys;
  throw new AccessTokenError('encryption_key_invalid', 'The encryption key is too short, or has spaces in it.', rule);
};

/** The connection to the store behind an Endpoint. */
export const ENDPOINT_STORE = {
  endpointSecret: readEndpointSecret,
  url,
} satisfies Record<string, Reader<unknown>>;

/** The connection to the store in Redis. */
export const REDIS_STORE = {
  url: checkRedisUrl,
  keyPrefix: (value, rule) => optionalText(value, rule) ?? DEFAULT_KEY_PREFIX,
  /** The first key encrypts; all decrypt. */
  encryptionKey: readEncryptionKeys,
} satisfies Record<string, Reader<unknown>>;

/** The shared stores that a node can choose. Its field `<name>Connection` holds the connection. */
export const SHARED_STORES = { endpoint: ENDPOINT_STORE, redis: REDIS_STORE };

/** The Endpoint whose transformer stores the tokens that nodes and Function share. */
export const ACCESS_TOKEN_STORE = {
  type: 'accessTokenStore',
  label: 'Access Token Store (Endpoint)',
  deployed: { name: 'Store', where: 'endpointSecret' },
  fields: {
    url: {
      label: 'Endpoint URL',
      description: 'The URL of the Endpoint with the generated transformer (webhook and socket: its inject URL)',
      key: 'storeUrl',
    },
    endpointSecret: { label: 'Endpoint secret', description: 'The secret in the configuration of that transformer' },
  },
} as const satisfies ConnectionType & { fields: Record<keyof typeof ENDPOINT_STORE, unknown> };

/** A Redis server that stores the tokens: atomic, for rotating refresh tokens and several installations. */
export const ACCESS_TOKEN_STORE_REDIS = {
  type: 'accessTokenStoreRedis',
  label: 'Access Token Store (Redis)',
  fields: {
    url: { label: 'Redis URL', description: 'Such as rediss://user:password@redis.example.com:6380/0' },
    keyPrefix: {
      label: 'Key prefix',
      description: 'In front of every key, to tell installations apart; access-token: when left empty',
      required: false,
    },
    encryptionKey: {
      label: 'Encryption key',
      description: 'A long random text that encrypts the stored tokens. While you change it: the new one, a space, the old one',
      required: false,
    },
  },
} as const satisfies ConnectionType & { fields: Record<keyof typeof REDIS_STORE, unknown> };

/** A token response. Its timestamp has its own key, so any will do here. */
const readStoredToken: Reader<unknown> = (value, rule) => {
  const record = parseRecord({ token: value, timestamp: 0 });
  if (!('field' in record)) return value;
  const culprit = record.field === 'token' ? '' : `: its ${record.field.replace('token.', '')} is missing or wrong`;
  const message = `must be the answer of a token endpoint, with an access_token and expires_in${culprit}`;
  throw new AccessTokenError('configuration_invalid', message, rule);
};

/** The secret members of a token response. */
export const SECRET_MEMBERS = ['access_token', 'refresh_token'] as const;

const INITIAL_TOKEN_KEYS = {
  token: { kind: 'any', read: readStoredToken, required: true },
  timestamp: {
    kind: 'number',
    read: (value) => (isTimestamp(value) ? value : undefined),
    must: 'must be a time in Unix seconds (not milliseconds)',
    required: true,
  },
} as const satisfies ConfigKeys;

const warnOfShortSecret = (secret: string): string | undefined =>
  secret.length < SHORT_SECRET
    ? `has fewer than ${SHORT_SECRET} characters; whoever guesses it can read and replace every token`
    : undefined;

/** The transformer's settings: the Endpoint's secret, and no secret of a client. */
export const STORE_KEYS = {
  endpointSecret: { about: 'lets into the store, and encrypts what lies in it', kind: 'text', warn: warnOfShortSecret, required: true, secret: true },
  previousEndpointSecret: {
    about: 'the secret from before a change: still let in, and stored tokens are still readable',
    warn: warnOfShortSecret,
    secret: true,
  },
  initialTokens: { about: 'tokens to start from, by name: `{token: {…}, timestamp: <Unix seconds>}`', kind: { byTokenName: INITIAL_TOKEN_KEYS } },
} as const satisfies ConfigKeys;
