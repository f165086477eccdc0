import { mark, secretMark } from '../mark';
import type { NodeConfig } from '../settings/node';

/**
 * Marks a conversation's copy with the settings that it came by, as they are entered: a change of any of them, of a secret or
 * of the store too, makes the copy another's. Nothing is checked here, as this is part of each turn.
 *
 * @returns 16 hex digits
 */
export function copyMark(config: NodeConfig): string {
  const store = typeof config.store === 'string' ? config.store : 'conversation';
  const { tokenUrl, clientId, scope, audience } = config.connection ?? {};
  const ofStore = (config as Record<string, unknown>)[`${store}Connection`];
  const all = [config.connection, ofStore].map((connection) => Object.entries(connection ?? {}).sort());
  return mark([store, tokenUrl, clientId, scope, audience, secretMark([...all, config.tlsConnection?.['clientCertificate']])]);
}
