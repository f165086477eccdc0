import { AccessTokenError } from '../errors';
import { tidy } from '../http/url';
import { DEFAULT_STORAGE_KEY } from '../settings/result';
import type { NodeConfig } from '../settings/node';

/** The context key of the conversation's copies, which are stored by token name. */
export const COPIES_KEY = '_accessTokenCopies';

/** Where the result goes. */
export interface ResultPlace {
  location: 'context' | 'input';
  key: string;
  /** Why this isn't the key that the user entered. */
  problem?: AccessTokenError;
}

/**
 * Reads where the result goes. Never fails, because errors go there too.
 *
 * @param defaultKey used if the user names none
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
