import type { StoreName } from '../../src/settings/stores';

/** One of the shared stores, with the settings of its connection. */
export interface StorePlace {
  kind: StoreName;
  settings: Readonly<Record<string, unknown>>;
}

/** The shared store settings of a configuration. */
export interface StoreSettings {
  redisUrl?: string | undefined;
  keyPrefix?: string | undefined;
  encryptionKey?: string | undefined;
  endpointSecret?: string | undefined;
}

/**
 * The stores that a configuration names. The first one keeps its tokens. If it names two and a Function refreshes, that is the Endpoint,
 * because a Function can't reach Redis.
 *
 * @param storeUrl the Endpoint's URL, if it is known
 */
export function storePlaces(
  { redisUrl, keyPrefix, encryptionKey, endpointSecret }: StoreSettings,
  storeUrl: string | undefined,
  refreshedByFunction: boolean,
): StorePlace[] {
  const redis: StorePlace[] = redisUrl === undefined ? [] : [{ kind: 'redis', settings: { url: redisUrl, keyPrefix, encryptionKey } }];
  const isEndpoint = storeUrl !== undefined && endpointSecret !== undefined;
  const endpoint: StorePlace[] = isEndpoint ? [{ kind: 'endpoint', settings: { url: storeUrl, endpointSecret } }] : [];
  return refreshedByFunction ? [...endpoint, ...redis] : [...redis, ...endpoint];
}
