import * as crypto from 'crypto';

import { AesGcmCipher } from '../record-cipher';
import { connectToRedis } from './connect';
import type { RedisConnectionOptions } from './connect';
import { RedisStore } from './redis-store';
import type { RedisStoreOptions } from './redis-store';

export { connectToRedis } from './connect';
export { RedisStore } from './redis-store';

export interface RedisStoreSettings extends RedisConnectionOptions, Omit<RedisStoreOptions, 'client' | 'cipher'> {
  /** The first one encrypts, all of them decrypt; none: records lie in Redis as they are. */
  encryptionKeys: readonly string[];
}

/** A store with a connection of its own, made with the first operation and ended by `close`. */
export function openRedisStore({ encryptionKeys, url, timeoutMs, ...options }: RedisStoreSettings): RedisStore {
  const cipher = encryptionKeys.length === 0 ? undefined : new AesGcmCipher(encryptionKeys, crypto);
  return new RedisStore({ ...options, client: connectToRedis({ url, timeoutMs }), cipher });
}
