import { DEFAULT_REFRESH_PERCENT } from '../../../src/lifetime';
import { DEFAULT_TOKEN_NAME } from '../../../src/stores';
import { CliError } from '../cli-error';
import { readConfiguration } from '../config';
import { configurationError, memberPath } from '../problems';
import type { Problem } from '../problems';
import { isObject, readObject } from '../read-object';
import type { Settings } from '../read-object';
import { apiUrl, endpointSecret, flag, idOf, oneOf, refreshPercent, text, tokenName, url } from '../readers';
import { resolveReferences } from '../references';
import type { Environment } from '../references';
import { lockFileOf, readCheckedLock } from '../lock';
import { storeUrlOf } from '../store-url';

/** A token that the configuration wants kept. */
export interface WatchedToken {
  tokenName: string;
  /** 1 to 99. */
  refreshPercent: number;
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

const STATUS_SETTINGS: Settings = {
  projectId: { read: idOf('the project') },
  storeUrl: { read: url },
  endpointBaseUrl: { read: url },
  endpointType: { read: text },
  endpointSecret: { read: endpointSecret },
  apiUrl: { read: apiUrl },
  apiKey: { read: text },
  functionId: { read: idOf('the Function') },
  refreshBy: { read: oneOf('function', 'flow'), fallback: 'function' },
  allowInsecure: { read: flag },
};

const WATCHED_SETTINGS: Settings = {
  tokenName: { read: tokenName, fallback: DEFAULT_TOKEN_NAME },
  refreshPercent: { read: refreshPercent, fallback: DEFAULT_REFRESH_PERCENT },
};

/**
 * Reads what is needed to look: the client secrets need not be in the environment for that.
 *
 * @throws AccessTokenError configuration_invalid; CliError lock_unreadable, lock_tampered, lock_of_another_project
 */
export function readStatusSettings(file: string, env: Environment): StatusSettings {
  let listed: unknown;
  const { values } = readConfiguration(
    file,
    ({ tokens }) => {
      listed = tokens;
      return STATUS_SETTINGS;
    },
    env,
  );
  const { projectId, ...settings } = values as Omit<StatusSettings, 'tokens' | 'hasChain'> & { projectId?: string };
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
    tokens: readWatchedTokens(listed, file, env),
    hasChain: listed !== undefined || settings.refreshBy === 'flow' || functionId !== undefined,
  };
}

/** Without a list there is one token, under its default name: a store needs no list. */
function readWatchedTokens(listed: unknown, file: string, env: Environment): WatchedToken[] {
  const problems: Problem[] = [];
  const entries: unknown[] = listed === undefined ? [{}] : Array.isArray(listed) ? listed : [];
  if (entries.length === 0) problems.push({ path: 'tokens', message: 'must be a list of at least one token' });
  const tokens = entries.map((entry, index) => {
    const path = memberPath('tokens', index);
    const needed = isObject(entry) ? only(entry, Object.keys(WATCHED_SETTINGS)) : entry;
    const resolved = resolveReferences(needed, path, env, problems);
    return readObject(resolved, WATCHED_SETTINGS, { path, allowInsecure: false, problems, warnings: [] });
  });
  if (problems.length > 0) throw configurationError(file, problems);
  return tokens as unknown as WatchedToken[];
}

function only(entry: Record<string, unknown>, keys: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(entry).filter(([key]) => keys.includes(key)));
}
