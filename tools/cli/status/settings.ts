import { DEFAULT_REFRESH_PERCENT } from '../../../src/lifetime';
import type { ConfigKeys } from '../../../src/settings/setting';
import { CONSENT_KEYS, TOKEN_KEYS } from '../../../src/settings/token-keys';
import { DEFAULT_TOKEN_NAME } from '../../../src/stores';
import { CliError } from '../cli-error';
import { readConfiguration } from '../config';
import { consentProvider } from '../providers/consent';
import { ALL_SETTINGS, optional, withoutNeed } from '../settings';
import type { Environment } from '../references';
import { lockFileOf, readCheckedLock } from '../lock';
import { storePlaces } from '../store-place';
import type { StorePlace, StoreSettings } from '../store-place';
import { storeUrlOf } from '../store-url';
import { secretsOf } from './known-secrets';

/** A token that the configuration wants kept. */
export interface WatchedToken {
  tokenName: string;
  /** 1 to 99. */
  refreshPercent: number;
  /** How long a refresh token lives after its last use, where that is known of the provider. */
  refreshTokenDays?: number | undefined;
}

/** What `status` takes from the configuration file, and from the lock file that deploy writes beside it. */
export interface StatusSettings {
  projectId?: string | undefined;
  tokens: WatchedToken[];
  /** The stores that the configuration names: the first one is watched. */
  stores: readonly StorePlace[];
  /** Which key is missing, where it names none. */
  missingForStore: 'storeUrl' | 'endpointSecret';
  apiUrl?: string | undefined;
  apiKey?: string | undefined;
  functionId?: string | undefined;
  /** The store's URL comes from a lock file whose signature can't be checked: is that Endpoint in the project at all? */
  unverifiedStore?: { projectId: string; urlToken: string } | undefined;
  refreshBy: 'function' | 'flow';
  allowInsecure?: boolean | undefined;
  /** Whether there is a chain to be looked after, or only a store. */
  hasChain: boolean;
  /** What must not be shown, wherever it comes from. */
  secrets: readonly string[];
}

const STATUS_SETTINGS: ConfigKeys = {
  ...optional('projectId', 'storeUrl', 'endpointBaseUrl', 'endpointType', 'endpointSecret', 'redisUrl', 'keyPrefix', 'encryptionKey', 'apiUrl', 'apiKey', 'functionId'),
  tokens: { kind: { tokens: { tokenName: TOKEN_KEYS.tokenName, refreshPercent: TOKEN_KEYS.refreshPercent, tokenUrl: withoutNeed(TOKEN_KEYS.tokenUrl), provider: CONSENT_KEYS.provider } } },
  refreshBy: { ...ALL_SETTINGS.refreshBy, fallback: 'function' },
  allowInsecure: ALL_SETTINGS.allowInsecure,
};

/** A configuration without `tokens` has one token, of the default name. */
const ONE_TOKEN: WatchedToken = { tokenName: DEFAULT_TOKEN_NAME, refreshPercent: DEFAULT_REFRESH_PERCENT };

type Token = WatchedToken & { tokenUrl?: string; provider?: string };

type Read = Pick<StatusSettings, 'projectId' | 'apiUrl' | 'apiKey' | 'functionId' | 'refreshBy' | 'allowInsecure'> &
  StoreSettings & { storeUrl?: string; tokens?: Token[] };

/**
 * Reads what is needed to look.
 *
 * @throws AccessTokenError configuration_invalid; CliError lock_unreadable, lock_tampered, lock_of_another_project
 */
export function readStatusSettings(file: string, env: Environment, envFiles?: readonly string[]): StatusSettings {
  const values = readConfiguration(file, () => STATUS_SETTINGS, env, envFiles).values as unknown as Read;
  const { projectId, tokens, apiUrl, apiKey, refreshBy, allowInsecure } = values;
  const { lock, signature } = readCheckedLock(file, apiKey);
  if (projectId !== undefined && lock.projectId !== undefined && projectId !== lock.projectId) {
    const message = `${lockFileOf(file)} tells of project ${lock.projectId}, not of ${projectId}.`;
    throw new CliError('lock_of_another_project', message);
  }
  const functionId = values.functionId ?? lock.functionId;
  const storeUrl = storeUrlOf(values, lock);
  const { urlToken } = lock;
  const isDoubtful = signature !== undefined && signature !== 'valid' && values.storeUrl === undefined;
  const isUnverified = isDoubtful && projectId !== undefined && urlToken !== undefined && apiUrl !== undefined;
  // No Function refreshes what is in Redis: without one that is named, the nodes do so themselves.
  const isRedisAlone = values.redisUrl !== undefined && (storeUrl === undefined || values.endpointSecret === undefined);
  const isKeptByChain = tokens !== undefined && !isRedisAlone;
  const hasChain = isKeptByChain || refreshBy === 'flow' || functionId !== undefined;
  return {
    projectId: projectId ?? lock.projectId,
    apiUrl,
    apiKey,
    functionId,
    refreshBy,
    allowInsecure,
    stores: storePlaces(values, storeUrl, hasChain && refreshBy === 'function'),
    missingForStore: storeUrl === undefined ? 'storeUrl' : 'endpointSecret',
    unverifiedStore: isUnverified ? { projectId, urlToken } : undefined,
    tokens: tokens?.map(watched) ?? [ONE_TOKEN],
    hasChain,
    secrets: secretsOf(values),
  };
}

function watched({ tokenUrl = '', provider, ...token }: Token): WatchedToken {
  const days = consentProvider(provider, tokenUrl)?.consent?.refreshTokenDays;
  return days === undefined ? token : { ...token, refreshTokenDays: days };
}
