import { AccessTokenError } from '../errors';
import { WANTED_TOKEN } from '../settings/node';
import { DEFAULT_STORAGE_KEY, RESULT_SHAPE } from '../settings/result';
import type { ResultShape } from '../refresh/result';
import type { NodeConfig } from '../settings/node';
import { readSettings, tidy } from '../settings/setting';
import type { Values } from '../settings/setting';

export type { NodeConfig } from '../settings/node';

/** Where the conversation's copies lie in the context, by token name. */
export const COPIES_KEY = '_accessTokenCopies';

/** The token that a node needs. */
export interface TokenSettings extends Values<typeof WANTED_TOKEN> {
  shape: ResultShape;
  /** Whether a valid copy in the conversation is used. */
  reusesCopy: boolean;
}

/** Where the result goes. */
export interface ResultPlace {
  location: 'context' | 'input';
  key: string;
  /** Why that is not the key that was asked for. */
  problem?: AccessTokenError;
}

/**
 * Reads where the result goes. Never fails, since errors go there too.
 *
 * @param defaultKey where the user names none
 */
export function readResultPlace({ storeLocation, contextKey, inputKey }: NodeConfig, defaultKey = DEFAULT_STORAGE_KEY): ResultPlace {
  const location = storeLocation === 'input' ? 'input' : 'context';
  const key = location === 'input' ? inputKey : contextKey;
  const wanted = (typeof key === 'string' && tidy(key)) || defaultKey;
  if (location === 'input' || wanted.split('.')[0] !== COPIES_KEY) return { location, key: wanted };
  const field = 'contextKey';
  const problem = new AccessTokenError('result_key_invalid', `The copies of the tokens are under "${COPIES_KEY}".`, { field });
  return { location, key: defaultKey, problem };
}

/**
 * Reads and checks which token is wanted, and how it is shown.
 *
 * @throws AccessTokenError token_name_invalid, refresh_percent_invalid, configuration_invalid
 */
export function readTokenSettings(config: NodeConfig): TokenSettings {
  const reusesCopy = (config.store ?? 'conversation') === 'conversation' || Boolean(config.reuseInConversation ?? true);
  return { ...readSettings(config, WANTED_TOKEN), shape: readSettings(config, RESULT_SHAPE), reusesCopy };
}
