import { AccessTokenError, toAccessTokenError } from '../errors';
import { isExpired, refreshAt } from '../lifetime';
import type { TokenRecord } from '../lifetime';
import { readTokenEndpointConfig } from '../oauth';
import type { FreshToken, Grant, TokenEndpointConfig } from '../oauth';
import type { EndpointStore } from '../stores/endpoint';
import type { BeatAnswer } from '../stores/protocol';
import type { CommitResult } from '../stores/token-store';
import { chooseGrant, fallBackToClientCredentials, noteFailure, refreshWith } from '../tokens';
import type { RefreshByFunction } from './config';
import { refreshPercentOf, tokenOf, TRIGGER_RESERVE } from './context';
import type { Hop } from './context';
import type { HandledToken } from './schedule';

/** An answer that comes too late is lost, and with it a rotated refresh token: don't ask with less time than this. */
const ROTATION_TIME_MS = 20_000;
/** Nothing is lost with a late answer to client credentials: just enough for a quick one. */
const CLIENT_CREDENTIALS_TIME_MS = 2000;
/** Of an instance with a short time limit, a refresh may claim this share. */
const REFRESH_TIME_SHARE = 0.25;
const COMMIT_TIME_MS = 1000;
const COMMIT_RESERVE = 1;
/** A token this hop has dealt with is not due again before this, so that no fault makes a tight loop. */
const SHORTEST_PAUSE_MS = 1000;

/**
 * Refreshes the token whose lease the beat granted, and commits it.
 *
 * @returns when that token is due next, Unix milliseconds
 */
export async function refreshGranted(
  { tokenName, record }: NonNullable<BeatAnswer['granted']>,
  { schedule }: BeatAnswer,
  store: EndpointStore,
  chainConfig: RefreshByFunction,
  hop: Hop,
): Promise<HandledToken> {
  const { now, random, owner, console } = hop;
  const failure = schedule.find((entry) => entry.tokenName === tokenName)?.failure;
  try {
    const token = tokenOf(tokenName, chainConfig);
    const config = readTokenEndpointConfig(token, { allowInsecure: hop.config.allowInsecure ?? false });
    const grant = chooseGrant({ record, failure }, config, true);
    if (hop.workEnd - now() < timeFor(grant, hop)) {
      await store.release({ tokenName, owner });
      return { tokenName, dueAt: now() };
    }
    const fresh = await fetchToken(grant, record, config, hop);
    const dueAt = await commit(tokenName, record, fresh, refreshPercentOf(token), store, hop);
    return { tokenName, dueAt: Math.max(dueAt, now() + SHORTEST_PAUSE_MS) };
  } catch (thrown) {
    const error = toAccessTokenError(thrown);
    const noted = noteFailure({ error, previous: failure, record, now: now(), random: random() });
    console.error(`[access-token] Refresh of "${tokenName}" failed. ${error.code}: ${error.message} ${error.remedy}`);
    await store.release({ tokenName, owner, failure: noted });
    return { tokenName, dueAt: noted.retryAt };
  }
}

function timeFor(grant: Grant, { config }: Hop): number {
  const wanted = grant.grant_type === 'refresh_token' ? ROTATION_TIME_MS : CLIENT_CREDENTIALS_TIME_MS;
  return Math.min(wanted, config.functionTimeLimitSeconds * 1000 * REFRESH_TIME_SHARE);
}

/**
 * The beat has just read the record under the lease, so a refused refresh token needs no second look
 * in this hop: where there is a record, the failure is noted and the next hop's beat is that look.
 */
async function fetchToken(
  grant: Grant,
  record: TokenRecord | null,
  config: TokenEndpointConfig,
  hop: Hop,
): Promise<FreshToken> {
  const { budget, now, random, sleep, transport, workEnd } = hop;
  const reserved = TRIGGER_RESERVE + COMMIT_RESERVE;
  const environment = { now, random, sleep, transport: budget.limit(transport, reserved) };
  const deadline = Math.min(workEnd - COMMIT_TIME_MS, now() + ROTATION_TIME_MS);
  // A rotated refresh token must reach the store: the spare request is kept for a second commit.
  const maxAttempts = grant.grant_type === 'refresh_token' ? 1 : Math.max(1, budget.left - reserved);
  try {
    return await refreshWith(grant, config, { deadline, maxAttempts }, environment);
  } catch (thrown) {
    const refused = thrown instanceof AccessTokenError && thrown.code === 'invalid_grant';
    if (!refused || grant.grant_type !== 'refresh_token' || record !== null) throw thrown;
    return fallBackToClientCredentials(thrown, config, { deadline, maxAttempts: 1 }, environment);
  }
}

/** @returns when the token is due next, Unix milliseconds */
async function commit(
  tokenName: string,
  record: TokenRecord | null,
  { token, timestamp }: FreshToken,
  refreshPercent: number,
  store: EndpointStore,
  hop: Hop,
): Promise<number> {
  const { owner, budget, now, log } = hop;
  const fresh = { token, timestamp };
  const write = (ifVersion: number) => store.commit({ tokenName, owner, ifVersion, record: fresh });
  const ifVersion = record?.version ?? 0;
  let result: CommitResult;
  try {
    result = await write(ifVersion);
  } catch (thrown) {
    if (!toAccessTokenError(thrown).transient || budget.left <= TRIGGER_RESERVE) throw thrown;
    result = await write(ifVersion);
  }
  // What lies there by now (perhaps nothing) may be of no use to anybody: the fresh token goes in its place.
  if (result.status === 'version_conflict' && isUseless(result.record, now()) && budget.left > TRIGGER_RESERVE) {
    result = await write(result.record?.version ?? 0);
  }
  if (result.status === 'committed') {
    const dueAt = refreshAt(fresh, refreshPercent);
    const seconds = Math.round((dueAt - now()) / 1000);
    log(`Refreshed "${tokenName}", version ${result.version}; due again in ${seconds} s.`);
    return dueAt;
  }
  log(`"${tokenName}" had been refreshed elsewhere.`);
  return result.record === null ? now() : refreshAt(result.record, refreshPercent);
}

function isUseless(record: TokenRecord | null, now: number): boolean {
  return record === null || isExpired(record, now);
}
