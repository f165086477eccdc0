import crypto from 'node:crypto';

import { StoreEngine } from '../../src/stores';
import type { TokenStore } from '../../src/stores';
import { AesGcmCipher } from '../../src/stores/ports/record-cipher';
import { connectToRedis, RedisPort } from '../../src/stores/ports/redis';
import type { RedisClient } from '../../src/stores/ports/redis/redis-port';
import { LOAD } from '../../src/stores/ports/redis/scripts';

export interface RedisStoreSettings {
  url: string;
  keyPrefix?: string;
  /** The first key encrypts. Without keys, records are not encrypted. */
  encryptionKeys?: string[];
  /** Replaces the clock of Redis. Returns Unix milliseconds. */
  now?: () => number;
  timeoutMs?: number;
}

/** Only ends a test that hangs, milliseconds. */
const HANGS_AFTER_MS = 120_000;

const open: TokenStore[] = [];

/** Opens a store on a connection of its own, as the nodes do. `closeRedisStores` closes it. */
export function openRedisStore({ url, keyPrefix = 'test:', timeoutMs = HANGS_AFTER_MS, ...settings }: RedisStoreSettings): TokenStore {
  const { encryptionKeys = [], now } = settings;
  const cipher = encryptionKeys.length === 0 ? undefined : new AesGcmCipher(encryptionKeys, crypto);
  const client = connectToRedis({ url, timeoutMs: () => timeoutMs });
  const log = (message: string) => {
    expect(message).toBe('nothing');
  };
  const port = new RedisPort({ client: now === undefined ? client : withClock(client, now), keyPrefix, cipher, now: Date.now, log });
  const store = new StoreEngine(port);
  open.push(store);
  return store;
}

function withClock(client: RedisClient, now: () => number): RedisClient {
  return {
    ...client,
    run: async (script, keys, args) => {
      const answer = await client.run(script, keys, args);
      if (script !== LOAD) return answer;
      const [, , fields] = answer as unknown[];
      const time = now();
      return [String(Math.floor(time / 1000)), String((time % 1000) * 1000), fields];
    },
  };
}

export function closeRedisStores(): void {
  for (const store of open.splice(0)) store.close();
}
