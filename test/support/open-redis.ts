import { readSettings } from '../../src/settings/setting';
import { SHARED_STORES } from '../../src/settings/stores';
import type { TokenStore } from '../../src/stores/token-store';

/**
 * Opens the store from the fields of its connection, as nodes and commands do. The caller closes it.
 *
 * @param said gets the lines that are logged
 */
export async function openFromFields(fields: Record<string, string>, said: string[] = []): Promise<TokenStore> {
  const { redis } = SHARED_STORES;
  return redis.open(readSettings(fields, redis.readers), {
    transport: () => Promise.reject(new Error('Redis is reached by its own client.')),
    now: Date.now,
    log: (_level, _code, message) => void said.push(message),
    timeoutMs: (mostMs = 4000) => mostMs,
  });
}
