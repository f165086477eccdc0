import { WANTED_TOKEN } from '../settings/node';
import { RESULT_SHAPE } from '../settings/result';
import type { ResultShape } from '../refresh/result';
import type { NodeConfig } from '../settings/node';
import { readSettings } from '../settings/setting';
import type { Values } from '../settings/setting';

export type { NodeConfig } from '../settings/node';
export { COPIES_KEY, readResultPlace } from './result-place';
export type { ResultPlace } from './result-place';

/** The token that a node needs. */
export interface TokenSettings extends Values<typeof WANTED_TOKEN> {
  shape: ResultShape;
  /** Whether a valid copy in the conversation is used. */
  reusesCopy: boolean;
}

/**
 * Reads and checks which token the node wants and how the result presents it.
 *
 * @throws AccessTokenError token_name_invalid, refresh_percent_invalid, configuration_invalid
 */
export function readTokenSettings(config: NodeConfig): TokenSettings {
  const reusesCopy = (config.store ?? 'conversation') === 'conversation' || Boolean(config.reuseInConversation ?? true);
  return { ...readSettings(config, WANTED_TOKEN), shape: readSettings(config, RESULT_SHAPE), reusesCopy };
}
