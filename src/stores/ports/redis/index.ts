import * as crypto from 'crypto';

import type { Log } from '../../../log';
import { StoreEngine } from '../../engine/engine';
import type { TokenStore } from '../../token-store';
import { AesGcmCipher } from '../record-cipher';
import { connectToRedis } from './connect';
import type { RedisConnectionOptions } from './connect';
import { RedisPort } from './redis-port';

export { connectToRedis } from './connect';
export { RedisPort } from './redis-port';

export interface RedisStoreSettings extends RedisConnectionOptions {
  /** In front of every key. */
  keyPrefix: string;
  /** The first one encrypts, all of them decrypt; none: records lie in Redis as they are. */
  encryptionKeys: readonly string[];
  /** See `RedisPortOptions`. */
  now: () => number;
  log: Log;
}

/** A store with a connection of its own, made with the first operation and ended by `close`. */
export function openRedisStore({ encryptionKeys, keyPrefix, now, log, ...connection }: RedisStoreSettings): TokenStore {
  const cipher = encryptionKeys.length === 0 ? undefined : new AesGcmCipher(encryptionKeys, crypto);
  return new StoreEngine(new RedisPort({ client: connectToRedis(connection), keyPrefix, cipher, now, log }));
}
