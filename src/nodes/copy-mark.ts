import { mark, secretMark } from '../mark';
import { connectionKey } from './connection-key';
import type { NodeConfig } from '../settings/node';

/**
 * Marks a conversation's copy with the settings that it came by, as they are entered: a change of any of them, of a secret or
 * of the store too, makes the copy another's. Nothing is checked here, as this is part of each turn.
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
