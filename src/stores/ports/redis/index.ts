import * as crypto from 'crypto';

import type { RedisOptions } from 'ioredis';

import { StoreEngine } from '../../engine/engine';
import type { TokenStore } from '../../token-store';
import { AesGcmCipher } from '../record-cipher';
import { connectToRedis } from './connect';
import { RedisPort } from './redis-port';
import type { RedisClient } from './redis-port';
import { Server } from './server';

export { connectToRedis, RedisPort };

export const openServer = (options: RedisOptions): Server => new Server(options);

export interface RedisStoreSettings {
  /** Its connections are made with the first operation, and ended with the store. */
  client: RedisClient;
  /** In front of every key. */
  keyPrefix: string;
  /** The first one encrypts, all of them decrypt; none: records lie in Redis as they are. */
  encryptionKeys: readonly string[];
  /** See `RedisPortOptions`. */
  now: () => number;
  log: (message: string) => void;
}

export function openRedisStore({ encryptionKeys, ...settings }: RedisStoreSettings): TokenStore {
  const cipher = encryptionKeys.length === 0 ? undefined : new AesGcmCipher(encryptionKeys, crypto);
  return new StoreEngine(new RedisPort({ ...settings, cipher }));
}
