import type { World } from '../world';
import { StoreEngine } from '../stores/engine/engine';
import { ContextPort } from '../stores/ports/context';
import type { TokenCopies } from '../stores/ports/context';
import { EndpointStore } from '../stores/protocol/endpoint-store';
import type { TokenStore } from '../stores/token-store';
import type { StoreSettings } from './service-settings';

export interface StoreEnvironment extends Pick<World, 'transport' | 'now' | 'log'> {
  copies: TokenCopies;
}

/** A transformer has 5 s; with the way there and back, nobody answers after this. */
const STORE_TIMEOUT_MS = 4000;

/**
 * Opens the store that a node's settings name.
 *
 * @param deadline Unix milliseconds, when the store must have answered
 */
export async function openStore(
  settings: StoreSettings,
  deadline: number,
  { copies, transport, now, log }: StoreEnvironment,
): Promise<TokenStore> {
  const timeoutMs = () => Math.max(1, Math.min(STORE_TIMEOUT_MS, deadline - now()));
  switch (settings.kind) {
    case 'conversation':
      return new StoreEngine(new ContextPort(copies, now));
    case 'endpoint':
      return new EndpointStore({ url: settings.url, endpointSecret: settings.endpointSecret, transport, timeoutMs });
    case 'redis': {
      // Loaded only here: nobody else pays for the Redis client.
      const { openRedisStore } = await import('../stores/ports/redis');
      return openRedisStore({ ...settings, encryptionKeys: settings.encryptionKey, timeoutMs, now, log });
    }
  }
}
