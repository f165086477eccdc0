import { toAccessTokenError } from '../errors';
import type { AccessTokenError } from '../errors';
import { isExpired, refreshAt } from '../lifetime';
import type { TokenRecord } from '../lifetime';
import { readTokenEndpointConfig } from '../oauth';
import type { FreshToken, Grant, TokenEndpointConfig } from '../oauth';
import type { EndpointStore } from '../stores/endpoint';
import type { BeatAnswer } from '../stores/protocol';
import type { CommitResult, StoredToken } from '../stores/token-store';
import { chooseGrant, fetchToken, noteFailure } from '../tokens';
import type { RefreshEnvironment } from '../tokens';
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
const COMMIT_PAUSE_MS = 5000;
const COMMIT_RESERVE = 1;
/** A token this hop has dealt with is not due again before this, so that no fault makes a tight loop. */
const SHORTEST_PAUSE_MS = 1000;

/**
 * Refreshes the token whose lease the beat granted, and commits it.
 *
 * @returns when that token is due next, Unix milliseconds
 * @throws AccessTokenError those of the store
 */
export async function refreshGranted(
  { tokenName, record }: NonNullable<BeatAnswer['granted']>,
  { schedule }: BeatAnswer,
  store: EndpointStore,
  chainConfig: RefreshByFunction,
  hop: Hop,
): Promise<HandledToken> {
  const { now, owner } = hop;
  const failure = schedule.find((entry) => entry.tokenName === tokenName)?.failure;
  try {
    const token = tokenOf(tokenName, chainConfig);
    const config = readTokenEndpointConfig(token, { allowInsecure: hop.config.allowInsecure ?? false });
    const stored = { record, failure };
    const grant = chooseGrant(stored, config, true);
    if (hop.workEnd - now() < timeFor(grant, hop)) {
      await store.release({ tokenName, owner, ifVersion: record?.version ?? 0 });
      return { tokenName, dueAt: now() };
    }
    const note = (message: string): void => hop.console.error(`[access-token] "${tokenName}": ${message}`);
    const fresh = await ask(grant, stored, config, { ...hop, note });
    const dueAt = await commit(tokenName, record, fresh, refreshPercentOf(token), store, hop);
    return { tokenName, dueAt: Math.max(dueAt, now() + SHORTEST_PAUSE_MS) };
  } catch (thrown) {
    return { tokenName, dueAt: await fail(tokenName, { record, failure }, toAccessTokenError(thrown), store, hop) };
  }
}

function timeFor(grant: Grant, { config }: Hop): number {
  const wanted = grant.grant_type === 'refresh_token' ? ROTATION_TIME_MS : CLIENT_CREDENTIALS_TIME_MS;
  return Math.min(wanted, config.functionTimeLimitSeconds * 1000 * REFRESH_TIME_SHARE);
}

/**
 * One try: what fails is tried again by the next hop, and the spare request is kept for a second commit
 * or trigger. A refused refresh token is noted too: the next hop's beat is the second look at the record.
 */
function ask(
  grant: Grant,
  stored: StoredToken,
  config: TokenEndpointConfig,
  { budget, now, random, sleep, note, transport, workEnd }: Hop & Pick<RefreshEnvironment, 'note'>,
): Promise<FreshToken> {
  const reserved = TRIGGER_RESERVE + COMMIT_RESERVE;
  const deadline = Math.min(workEnd - COMMIT_TIME_MS, now() + ROTATION_TIME_MS);
  return fetchToken(grant, stored, config, { deadline, maxAttempts: 1 }, {
    now,
    random,
    sleep,
    note,
    transport: budget.limit(transport, reserved),
  });
}

/** @returns when the refresh is tried again, Unix milliseconds */
async function fail(
  tokenName: string,
  { record, failure: previous }: StoredToken,
  error: AccessTokenError,
  store: EndpointStore,
  { now, random, owner, console }: Hop,
): Promise<number> {
  const failure = noteFailure({ error, previous, record, now: now(), random: random() });
  console.error(`[access-token] Refresh of "${tokenName}" failed. ${error.code}: ${error.message} ${error.remedy}`);
  await store.release({ tokenName, owner, ifVersion: record?.version ?? 0, failure });
  return failure.retryAt;
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
    // Long enough for a restart of the store, well within the lease: the token exists nowhere else.
    await hop.sleep(Math.max(0, Math.min(COMMIT_PAUSE_MS, (hop.workEnd - now()) / 2)));
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
