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
import { storeUrlOf } from '../store-url';

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
  tokens: WatchedToken[];
  storeUrl?: string | undefined;
  endpointSecret?: string | undefined;
  apiUrl?: string | undefined;
  apiKey?: string | undefined;
  functionId?: string | undefined;
  /** The store's URL comes from a lock file whose signature can't be checked: is that Endpoint in the project at all? */
  unverifiedStore?: { projectId: string; urlToken: string } | undefined;
  refreshBy: 'function' | 'flow';
  allowInsecure?: boolean | undefined;
  /** Whether there is a chain to be looked after, or only a store. */
  hasChain: boolean;
}

const STATUS_SETTINGS: ConfigKeys = {
  ...optional('projectId', 'storeUrl', 'endpointBaseUrl', 'endpointType', 'endpointSecret', 'apiUrl', 'apiKey', 'functionId'),
  tokens: { kind: { tokens: { tokenName: TOKEN_KEYS.tokenName, refreshPercent: TOKEN_KEYS.refreshPercent, tokenUrl: withoutNeed(TOKEN_KEYS.tokenUrl), provider: CONSENT_KEYS.provider } } },
  refreshBy: { ...ALL_SETTINGS.refreshBy, fallback: 'function' },
  allowInsecure: ALL_SETTINGS.allowInsecure,
};

/** A configuration without `tokens` has one token, of the default name. */
const ONE_TOKEN: WatchedToken = { tokenName: DEFAULT_TOKEN_NAME, refreshPercent: DEFAULT_REFRESH_PERCENT };

type Token = WatchedToken & { tokenUrl?: string; provider?: string };

type Read = Omit<StatusSettings, 'tokens' | 'hasChain'> & { tokens?: Token[]; projectId?: string };

/**
 * Reads what is needed to look.
 *
 * @throws AccessTokenError configuration_invalid; CliError lock_unreadable, lock_tampered, lock_of_another_project
 */
export function readStatusSettings(file: string, env: Environment, envFiles?: readonly string[]): StatusSettings {
  const { projectId, tokens, ...settings } = readConfiguration(file, () => STATUS_SETTINGS, env, envFiles).values as unknown as Read;
  const { lock, signature } = readCheckedLock(file, settings.apiKey);
  if (projectId !== undefined && lock.projectId !== undefined && projectId !== lock.projectId) {
    const message = `${lockFileOf(file)} tells of project ${lock.projectId}, not of ${projectId}.`;
    throw new CliError('lock_of_another_project', message);
  }
  const functionId = settings.functionId ?? lock.functionId;
  const { urlToken } = lock;
  const isDoubtful = signature !== undefined && signature !== 'valid' && settings.storeUrl === undefined;
  const isUnverified = isDoubtful && projectId !== undefined && urlToken !== undefined && settings.apiUrl !== undefined;
  return {
    ...settings,
    functionId,
    storeUrl: storeUrlOf(settings, lock),
    unverifiedStore: isUnverified ? { projectId, urlToken } : undefined,
    tokens: tokens?.map(watched) ?? [ONE_TOKEN],
    hasChain: tokens !== undefined || settings.refreshBy === 'flow' || functionId !== undefined,
  };
}

function watched({ tokenUrl = '', provider, ...token }: Token): WatchedToken {
  const days = consentProvider(provider, tokenUrl)?.consent?.refreshTokenDays;
  return days === undefined ? token : { ...token, refreshTokenDays: days };
}
