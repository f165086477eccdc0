import { isJsonObject, type JsonObject } from '../json';
import type { Sandbox } from '../platform';
import type { StoreAccess } from './stored-token';
import type { Timeline } from './timeline';

/**
 * Shows a token in the timeline if a node got it from the demo's store. Nodes may use another store, or none.
 *
 * @param settings the node's settings, defaults included
 * @param result what the node has stored
 */
export function watchIfStored(
  settings: JsonObject,
  result: unknown,
  { sandbox, endpointUrl }: { sandbox: Sandbox } & StoreAccess,
  timeline: Timeline,
): void {
  const { store, tokenName, refreshPercent, endpointConnection } = sandbox.resolveConnections(settings);
  const isHandedOut = isJsonObject(result) && typeof result['access_token'] === 'string';
  const isOurs = store === 'endpoint' && isJsonObject(endpointConnection) && endpointConnection['url'] === endpointUrl;
  if (!isHandedOut || !isOurs || typeof tokenName !== 'string' || typeof refreshPercent !== 'number') return;
  timeline.watch(tokenName.trim(), refreshPercent);
}
