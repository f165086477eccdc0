import { ENDPOINT_CHOICE, endpointStore } from './endpoint';
import { REDIS_CHOICE, redisStore } from './redis';
import type { SharedStore, StoreChoice } from './shared-store';

/** The shared stores as bot builders see them, by the value of the nodes' field `store`, in the order of the form. */
export const STORE_CHOICES = {
  endpoint: ENDPOINT_CHOICE,
  redis: REDIS_CHOICE,
} satisfies Record<string, StoreChoice>;

export type StoreName = keyof typeof STORE_CHOICES;

/**
 * The shared stores as nodes use them. Kept apart from the labels, so that each part of the extension loads only what
 * it uses.
 */
export const SHARED_STORES: Readonly<Record<StoreName, SharedStore>> = {
  endpoint: endpointStore,
  redis: redisStore,
};
