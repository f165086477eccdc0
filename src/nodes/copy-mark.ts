import { mark, secretMark } from '../mark';
import { connectionKey } from './connection-key';
import type { NodeConfig } from '../settings/node';

/**
 * Marks a conversation's copy with the settings that got it, as entered. A change to any of them, even to a secret or
 * to the store, gives another mark. Nothing is checked here, because this runs in every turn.
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
