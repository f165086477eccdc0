import { checkUrl } from '../http';
import { EndpointStore } from '../stores/endpoint';
import type { RefreshByFunction } from './config';
import { TRIGGER_RESERVE } from './context';
import type { Hop } from './context';

const STORE_TIMEOUT_MS = 5000;

/** The shared store, within a hop's time and requests. */
export function openStore({ storeUrl, endpointSecret }: RefreshByFunction, hop: Hop): EndpointStore {
  const { config, budget, transport, workEnd, now } = hop;
  return new EndpointStore({
    url: checkUrl(storeUrl, { field: 'storeUrl', allowInsecure: config.allowInsecure }),
    endpointSecret,
    transport: budget.limit(transport, TRIGGER_RESERVE),
    timeoutMs: () => Math.max(1, Math.min(STORE_TIMEOUT_MS, workEnd - now())),
  });
}
