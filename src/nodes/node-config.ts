import { AccessTokenError } from '../errors';
import { parseRefreshPercent } from '../lifetime';
import type { TokenEndpointSettings } from '../oauth';
import { isTokenName } from '../stores/protocol/parse-message';
import { DEFAULT_TOKEN_NAME } from '../stores/protocol/wire';

/** A node's settings as the platform hands them over. What is left out, or `null`, has its default. */
export interface NodeConfig {
  connection?: TokenEndpointSettings | null;
  store?: string | null;
  endpointConnection?: null | { url?: unknown; endpointSecret?: unknown };
  redisConnection?: null | { url?: unknown; keyPrefix?: unknown; encryptionKey?: unknown };
  cognigyApiConnection?: null | { apiUrl?: unknown; apiKey?: unknown; functionId?: unknown };
  tokenName?: string | null;
  refreshPercent?: unknown;
  reuseInConversation?: boolean | null;
  rejectedToken?: unknown;
  storeLocation?: string | null;
  contextKey?: unknown;
  inputKey?: unknown;
  defaultLifetimeSeconds?: unknown;
  allowInsecure?: boolean | null;
}

/** Which token a node wants. */
export interface TokenSettings {
  tokenName: string;
  /** 1 to 99. */
  refreshPercent: number;
  /** Whether the conversation's own copy will do. */
  reusesCopy: boolean;
  rejectedToken: string | undefined;
}

/** Where the result goes. */
export interface ResultPlace {
  location: 'context' | 'input';
  key: string;
}

/** The key of the result in context or input, unless the bot builder chooses another. */
export const DEFAULT_STORAGE_KEY = 'accessToken';

/** Reads where the result goes. Never fails, since errors go there too. */
export function readResultPlace({ storeLocation, contextKey, inputKey }: NodeConfig): ResultPlace {
  const location = storeLocation === 'input' ? 'input' : 'context';
  const key = location === 'input' ? inputKey : contextKey;
  return { location, key: typeof key === 'string' && key.trim() !== '' ? key.trim() : DEFAULT_STORAGE_KEY };
}

/**
 * Reads and checks which token is wanted. Whom to ask for it is another matter, see `readServiceSettings`: most turns
 * of a conversation ask nobody.
 *
 * @throws AccessTokenError token_name_invalid, refresh_percent_invalid
 */
export function readTokenSettings(config: NodeConfig): TokenSettings {
  const tokenName = readTokenName(config.tokenName);
  const refreshPercent = parseRefreshPercent(config.refreshPercent);
  if (refreshPercent === undefined) {
    throw new AccessTokenError('refresh_percent_invalid', 'The refresh percent is not a number from 1 to 99.', {
      field: 'refreshPercent',
    });
  }
  return {
    tokenName,
    refreshPercent,
    reusesCopy: (config.store ?? 'conversation') === 'conversation' || (config.reuseInConversation ?? true),
    rejectedToken: readRejectedToken(config.rejectedToken),
  };
}

/** The name with which a node's token is kept; white space around it is surely a slip. */
export function readTokenName(value: unknown): string {
  const name = typeof value === 'string' ? value.trim() : (value ?? DEFAULT_TOKEN_NAME);
  if (isTokenName(name)) return name;
  const message = 'The token name is empty, too long, not a text, or has control characters.';
  throw new AccessTokenError('token_name_invalid', message, { field: 'tokenName' });
}

/** Takes the bare token as well as a whole Authorization value. */
function readRejectedToken(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const token = value.trim().replace(/^bearer\s+/i, '');
  return token === '' ? undefined : token;
}
