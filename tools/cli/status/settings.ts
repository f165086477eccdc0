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

/** A token of the configuration. */
export interface WatchedToken {
  tokenName: string;
  /** 1 to 99. */
  refreshPercent: number;
  /** How many days a refresh token lives, if that is known of the provider. */
  refreshTokenDays?: number | undefined;
}

/** What `status` reads from the configuration file, and from the lock file that deploy writes beside it. */
export interface StatusSettings {
  projectId?: string | undefined;
  tokens: WatchedToken[];
  /** The stores that the configuration names. The first one is watched. */
  stores: readonly StorePlace[];
  /** The missing key, if the configuration names no store. */
  missingForStore: 'storeUrl' | 'endpointSecret';
  apiUrl?: string | undefined;
  apiKey?: string | undefined;
  functionId?: string | undefined;
  /** Set if the store's URL comes from a lock file without a valid signature. Then the Endpoint must be looked up in the project first. */
  unverifiedStore?: { projectId: string; urlToken: string } | undefined;
  refreshBy: 'function' | 'flow';
  allowInsecure?: boolean | undefined;
  /** Whether there should be a chain, or only a store. */
  hasChain: boolean;
  /** Struck out of every text that is shown. */
  secrets: readonly string[];
}

const STATUS_SETTINGS: ConfigKeys = {
  ...optional('projectId', 'storeUrl', 'endpointBaseUrl', 'endpointType', 'endpointSecret', 'redisUrl', 'keyPrefix', 'encryptionKey', 'apiUrl', 'apiKey', 'functionId'),
  tokens: { kind: { tokens: { tokenName: TOKEN_KEYS.tokenName, refreshPercent: TOKEN_KEYS.refreshPercent, tokenUrl: withoutNeed(TOKEN_KEYS.tokenUrl), provider: CONSENT_KEYS.provider } } },
  refreshBy: { ...ALL_SETTINGS.refreshBy, fallback: 'function' },
  allowInsecure: ALL_SETTINGS.allowInsecure,
};

/** Watched if a configuration has no `tokens`. */
const ONE_TOKEN: WatchedToken = { tokenName: DEFAULT_TOKEN_NAME, refreshPercent: DEFAULT_REFRESH_PERCENT };

type Token = WatchedToken & { tokenUrl?: string; provider?: string };

type Read = Pick<StatusSettings, 'projectId' | 'apiUrl' | 'apiKey' | 'functionId' | 'refreshBy' | 'allowInsecure'> &
  StoreSettings & { storeUrl?: string; tokens?: Token[] };

/**
 * Reads the settings for a look.
 *
 * @throws AccessTokenError configuration_invalid; CliError lock_unreadable, lock_tampered, lock_of_another_project
 */
export function readStatusSettings(file: string, env: Environment, envFiles?: readonly string[]): StatusSettings {
  const values = readConfiguration(file, () => STATUS_SETTINGS, env, envFiles).values as unknown as Read;
  const { projectId, tokens, apiUrl, apiKey, refreshBy, allowInsecure } = values;
  const { lock, signature } = readCheckedLock(file, apiKey);
  if (projectId !== undefined && lock.projectId !== undefined && projectId !== lock.projectId) {
    const message = `${lockFileOf(file)} belongs to the project ${lock.projectId}, the configuration to ${projectId}.`;
    throw new CliError('lock_of_another_project', message);
  }
  const functionId = values.functionId ?? lock.functionId;
  const storeUrl = storeUrlOf(values, lock);
  const { urlToken } = lock;
  const isDoubtful = signature !== undefined && signature !== 'valid' && values.storeUrl === undefined;
  const isUnverified = isDoubtful && projectId !== undefined && urlToken !== undefined && apiUrl !== undefined;
  // A Function can't refresh tokens in Redis. If the configuration names no Function either, the nodes refresh on their own.
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
