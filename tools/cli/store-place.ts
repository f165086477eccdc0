import type { StoreName } from '../../src/settings/stores';

/** One of the shared stores, with the settings of its connection. */
export interface StorePlace {
  kind: StoreName;
  settings: Readonly<Record<string, unknown>>;
}

/** What a configuration says of the shared stores. */
export interface StoreSettings {
  redisUrl?: string | undefined;
  keyPrefix?: string | undefined;
  encryptionKey?: string | undefined;
  endpointSecret?: string | undefined;
}

/**
 * The stores that a configuration names; the first one keeps its tokens. Of two, that is the Endpoint where a Function
 * refreshes, since a Function knows no Redis.
 *
 * @param storeUrl where the Endpoint answers, as far as that is known
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
