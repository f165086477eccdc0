import type { Connection } from './connection';

/** A Redis server that keeps the tokens: atomic, for rotating refresh tokens and several installations. */
export const accessTokenStoreRedis: Connection = {
  type: 'accessTokenStoreRedis',
  label: 'Access Token Store (Redis)',
  fields: [
    {
      fieldName: 'url',
      label: 'Redis URL',
      description: 'Such as rediss://user:password@redis.example.com:6380/0',
    },
    {
      fieldName: 'keyPrefix',
      label: 'Key prefix',
      description: 'In front of every key, to tell installations apart; access-token: when left empty',
      required: false,
    },
    {
      fieldName: 'encryptionKey',
      label: 'Encryption key',
      description: 'A long random text that encrypts the stored tokens. While you change it: the new one, a space, the old one',
      required: false,
    },
  ],
};
