import { readTokenEndpointConfig } from '../../../src/oauth';
import type { TokenEndpointConfig } from '../../../src/oauth';
import type { ConfigKeys } from '../../../src/settings/setting';
import { ALL_TOKEN_KEYS } from '../../../src/settings/token-keys';
import { CliError } from '../cli-error';
import { UsageError } from '../command';
import { readConfiguration } from '../config';
import { readCheckedLock } from '../lock';
import { providerNamed } from '../providers';
import type { Provider } from '../providers/provider';
import { ALL_SETTINGS, optional, withoutNeed } from '../settings';
import { fileNames } from '../sources';
import type { Sources } from '../sources';
import { storePlaces } from '../store-place';
import type { StorePlace, StoreSettings } from '../store-place';
import { storeUrlOf } from '../store-url';
import type { StoreUrlSettings } from '../store-url';
import type { ServerSettings } from './endpoints';

/** The token that needs the consent, and where it is kept. */
export interface AuthorizeSettings {
  tokenName: string;
  /** The token's index in the configuration's list. */
  index: number;
  /** Without a refresh token: the consent brings it. */
  config: TokenEndpointConfig;
  server: ServerSettings;
  provider: Provider | undefined;
  allowInsecure: boolean;
  /** The shared store, if it is known by now. */
  store: StorePlace | undefined;
}

/** The refresh token is not read, because it may not exist yet. A client that gets one needs no secret. */
const KEYS: ConfigKeys = {
  ...Object.fromEntries(Object.entries(ALL_TOKEN_KEYS).filter(([name]) => name !== 'refreshToken')),
  clientSecret: withoutNeed(ALL_TOKEN_KEYS.clientSecret),
};

const AUTHORIZE_SETTINGS: ConfigKeys = {
  ...optional('projectId', 'storeUrl', 'endpointBaseUrl', 'endpointType', 'endpointSecret', 'apiUrl', 'apiKey', 'redisUrl', 'keyPrefix', 'encryptionKey'),
  tokens: { ...ALL_SETTINGS.tokens, kind: { tokens: KEYS } },
  refreshBy: { ...ALL_SETTINGS.refreshBy, fallback: 'function' },
  allowInsecure: ALL_SETTINGS.allowInsecure,
};

type Token = ServerSettings & Record<string, unknown> & { tokenName: string; provider?: string };

type Read = StoreUrlSettings & StoreSettings & { tokens: Token[]; allowInsecure?: boolean; apiKey?: string; refreshBy: 'function' | 'flow' };

/**
 * @param tokenName required if the configuration has several tokens
 * @throws AccessTokenError configuration_invalid; CliError token_without_consent, lock_unreadable, lock_tampered; UsageError
 */
export function readAuthorizeSettings(sources: Sources, tokenName: string | undefined): AuthorizeSettings {
  const { config: file, env } = sources;
  const values = readConfiguration(file, () => AUTHORIZE_SETTINGS, env, fileNames(sources)).values as unknown as Read;
  const { tokens, allowInsecure = false } = values;
  const index = indexOf(tokens, tokenName);
  const token = tokens[index];
  if (token === undefined) throw new Error('A configuration has at least one token.');
  const other = ['signedJwt', 'customRequest', 'username'].find((key) => token[key] !== undefined);
  if (other !== undefined) {
    throw new CliError('token_without_consent', `The token "${token.tokenName}" uses "${other}", which needs no user's consent.`);
  }
  return {
    tokenName: token.tokenName,
    index,
    // A client without a secret needs a refresh token. The consent will bring it.
    config: { ...readTokenEndpointConfig({ ...token, refreshToken: 'to come' }, { allowInsecure }), refreshToken: undefined },
    server: token,
    provider: token.provider === undefined ? undefined : providerNamed(token.provider),
    allowInsecure,
    store: storePlace(file, values),
  };
}

function indexOf(tokens: readonly Token[], tokenName: string | undefined): number {
  const names = tokens.map((token) => token.tokenName);
  if (tokenName === undefined && names.length === 1) return 0;
  const all = names.map((name) => `"${name}"`).join(', ');
  if (tokenName === undefined) throw new UsageError(`Which token? Add --token with one of ${all}.`);
  const index = names.indexOf(tokenName);
  if (index < 0) throw new UsageError(`The configuration has no token "${tokenName}". It has ${all}.`);
  return index;
}

/** The Endpoint secret is only sent to a URL from the configuration, or from a lock file with a valid signature. */
function storePlace(file: string, values: Read): StorePlace | undefined {
  const { lock, signature } = readCheckedLock(file, values.apiKey);
  const isTrusted = values.storeUrl !== undefined || signature === 'valid';
  return storePlaces(values, isTrusted ? storeUrlOf(values, lock) : undefined, values.refreshBy === 'function')[0];
}
