import crypto from 'node:crypto';

import { AesGcmCipher } from '../../src/stores/record-cipher';
import { connectToRedis, RedisStore } from '../../src/stores/redis';
import { fingerprint } from './token-records';

export interface RedisStoreSettings {
  url: string;
  keyPrefix?: string;
  /** The first one encrypts; without any, records are stored as they are. */
  encryptionKeys?: string[];
  /** Unix milliseconds. */
  now?: () => number;
  timeoutMs?: number;
}

/** Only there to end a test that hangs, milliseconds. */
const HANGS_AFTER_MS = 120_000;

const open: RedisStore[] = [];

/** A store as the nodes open it: on a connection of its own. Closed by `closeRedisStores`. */
export function openRedisStore({ url, keyPrefix = 'test:', timeoutMs = HANGS_AFTER_MS, ...settings }: RedisStoreSettings): RedisStore {
  const { encryptionKeys = [], now = Date.now } = settings;
  const cipher = encryptionKeys.length === 0 ? undefined : new AesGcmCipher(encryptionKeys, crypto);
  const client = connectToRedis({ url, timeoutMs: () => timeoutMs });
  const store = new RedisStore({ client, keyPrefix, cipher, now, fingerprint });
  open.push(store);
  return store;
}

export function closeRedisStores(): void {
  for (const store of open.splice(0)) store.close();
}
