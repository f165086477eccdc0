import { isJsonObject, type JsonObject } from '../json';
import type { Sandbox } from '../platform';
import type { StoreAccess } from './stored-token';
import type { Timeline } from './timeline';

/**
 * Has the life of a token shown that a node got from the demo's store; a node may use others, or none.
 *
 * @param settings what the node was set to, defaults included
 * @param result what it has stored
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
