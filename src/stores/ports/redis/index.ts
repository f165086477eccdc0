import * as crypto from 'crypto';

import type { RedisOptions } from 'ioredis';

import type { Log } from '../../../log';
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
  /** Connects with the first operation. Closing the store closes it. */
  client: RedisClient;
  /** The beginning of every key. */
  keyPrefix: string;
  /** The first key encrypts, all of them decrypt. With none, records lie in Redis in clear text. */
  encryptionKeys: readonly string[];
  /** See `RedisPortOptions`. */
  now: () => number;
  log: Log;
}

export function openRedisStore({ encryptionKeys, ...settings }: RedisStoreSettings): TokenStore {
  const cipher = encryptionKeys.length === 0 ? undefined : new AesGcmCipher(encryptionKeys, crypto);
  return new StoreEngine(new RedisPort({ ...settings, cipher }));
}
