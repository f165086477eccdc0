import { AccessTokenError } from '../../errors';
import { checkRedisUrl, tidy } from '../../http';
import type { RedisClient } from '../../stores/ports/redis/redis-port';
import { optionalText } from '../setting';
import type { ConfigKeys, Reader, Readers } from '../setting';
import { readPlace } from './redis-place';
import type { EnteredPlace } from './redis-place';
import type { SharedStore, StoreChoice } from './shared-store';

const SHORTEST_ENCRYPTION_KEY = 16;
/** The time for one operation, milliseconds, if another server may be about to replace a failed one. */
const FAIL_OVER_MS = 8000;
const DEFAULT_KEY_PREFIX = 'access-token:';

/**
 * Reads the current key and, after a space, the previous one. More than two are refused: a phrase of several words is a
 * mistake.
 */
const readEncryptionKeys: Reader<string[]> = (value, rule) => {
  const keys = typeof value === 'string' ? value.split(/\s+/).filter((key) => key !== '') : [];
  if (keys.length <= 2 && keys.every((key) => key.length >= SHORTEST_ENCRYPTION_KEY)) return keys;
  throw new AccessTokenError('encryption_key_invalid', 'The encryption key is too short, or has spaces in it.', rule);
};

/** The URL of a single server is checked at once. The code for anything else is loaded late. */
const readUrl: Reader<string | EnteredPlace> = (value, rule) => {
  const text = typeof value === 'string' ? tidy(value) : '';
  return /^(?:(?:redis|valkey)s?\+|unix:)/i.test(text) ? { ...rule, text } : checkRedisUrl(value, rule);
};

const readLate: Reader<EnteredPlace | undefined> = (value, rule) => {
  const text = optionalText(value, rule);
  return text === undefined ? undefined : { ...rule, text };
};

const READERS = {
  url: readUrl,
  keyPrefix: (value, rule) => optionalText(value, rule) ?? DEFAULT_KEY_PREFIX,
  /** The first key encrypts, all of them decrypt. */
  encryptionKey: readEncryptionKeys,
  sentinels: readLate,
  cluster: readLate,
} satisfies Readers;

/** A Redis server that stores the tokens. It is atomic, so it suits rotating refresh tokens and several installations. */
export const REDIS_CHOICE = {
  option: ['Shared: Redis', 'Gemeinsam: Redis', 'Compartido: Redis', '공유: Redis', '共有: Redis'],
  field: {
    label: ['Redis connection', 'Redis-Verbindung', 'Conexión a Redis', 'Redis 연결', 'Redis 接続'],
    description: [
      'The URL of the Redis server, and a key that encrypts the tokens in it.',
      'Die URL des Redis-Servers und ein Schlüssel, der die Tokens darin verschlüsselt.',
      'La URL del servidor Redis y una clave que cifra los tokens que guarda.',
      'Redis 서버의 URL과 저장된 토큰을 암호화하는 키입니다.',
      'Redis サーバーの URL と、保存するトークンを暗号化するキーです。',
    ],
  },
  connection: {
    type: 'accessTokenStoreRedis',
    label: 'Access Token Store (Redis)',
    fields: {
      url: {
        label: 'Redis URL',
        description: 'Such as rediss://user:password@redis.example.com:6380/0. With sentinels, everything in it counts except the address',
      },
      keyPrefix: {
        label: 'Key prefix',
        description: 'Goes before every key, to tell installations apart. If empty, access-token:',
        required: false,
      },
      encryptionKey: {
        label: 'Encryption key',
        description: 'A long random text that encrypts the stored tokens. While you change it, enter the new one, a space and the old one',
        required: false,
      },
      sentinels: {
        label: 'Sentinels',
        description: 'Addresses, and the name of the primary: sentinel1.example.com:26379, sentinel2.example.com:26379/mymaster',
        required: false,
      },
      cluster: {
        label: 'Cluster',
        description: 'For a Redis Cluster: yes, or more of its servers: redis2.example.com:6379, redis3.example.com:6379',
        required: false,
      },
    },
  },
} as const satisfies StoreChoice<typeof READERS>;

/** For commands that read or write a shared store in Redis. Function and transformer don't know these keys. */
export const REDIS_KEYS = {
  redisUrl: {
    about: 'the Redis server of the connection `accessTokenStoreRedis`; `authorize` stores tokens there, and `status` watches it',
    kind: 'optionalText',
    read: (value, rule) => {
      const url = readUrl(value, rule);
      if (typeof url !== 'string') readPlace({ url });
      return value;
    },
    must: 'must be a Redis URL, such as rediss://user:password@redis.example.com:6380/0, rediss+sentinel://user:password@host1,host2/mymaster or rediss+cluster://user:password@host1,host2 (redis: is for this machine only, unless "allowInsecure" is true)',
    secret: true,
  },
  keyPrefix: { about: 'the key prefix of that connection', kind: 'optionalText', fallback: DEFAULT_KEY_PREFIX },
  encryptionKey: {
    about: 'the encryption key of that connection',
    kind: 'optionalText',
    // Checks the keys, but keeps the text, which the nodes read themselves.
    read: (value, rule) => {
      readEncryptionKeys(value, rule);
      return value;
    },
    must: 'must be a text of 16 or more characters; while you change it, a space and the old one',
    secret: true,
  },
} as const satisfies ConfigKeys;

export const redisStore: SharedStore<typeof READERS> = {
  readers: READERS,
  async open({ url, sentinels, cluster, encryptionKey, keyPrefix }, { now, log, ...access }) {
    // Loaded only here, so that nobody else pays for the Redis client.
    const { connectToRedis, openRedisStore, openServer } = await import('../../stores/ports/redis');
    const open = (client: RedisClient) => openRedisStore({ client, keyPrefix, encryptionKeys: encryptionKey, now, log });
    if (typeof url === 'string' && sentinels === undefined && cluster === undefined) return open(connectToRedis({ ...access, url }));
    const late = await import('./redis-topologies');
    const place = late.readPlace({ url, sentinels, cluster });
    return open(typeof place === 'string' || 'path' in place ? connectToRedis({ ...access, url: place }) : late.connectToPlace({ ...access, place, openServer, timeoutMs: () => access.timeoutMs(FAIL_OVER_MS) }));
  },
};
