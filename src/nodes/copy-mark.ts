import { mark, secretMark } from '../mark';
import { connectionKey } from './connection-key';
import type { NodeConfig } from '../settings/node';

/**
 * Marks a conversation's copy with the settings that got it, as they were entered. If any of them changes, including secrets and the store,
 * the copy no longer counts. It checks nothing, because every turn runs it.
 *
 * @returns 16 hex digits
 */
export function copyMark(config: NodeConfig): string {
  const store = typeof config.store === 'string' ? config.store : 'conversation';
  const way = typeof config.authentication === 'string' ? config.authentication : 'clientSecret';
  const connections = config as Record<string, Record<string, unknown> | null | undefined>;
  const connection = connections[connectionKey(way)] ?? {};
  const { tokenUrl, url, clientId, username, subject, scope, audience } = connection;
  const all = [connection, connections[`${store}Connection`]].map((entered) => Object.entries(entered ?? {}).sort());
  return mark([store, way, tokenUrl, url, clientId, username, subject, scope, audience, secretMark([...all, config.tlsConnection?.['clientCertificate']])]);
}
