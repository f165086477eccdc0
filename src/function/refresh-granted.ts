import { toAccessTokenError } from '../errors';
import { DEFAULT_REFRESH_PERCENT, refreshAt } from '../lifetime';
import { logError, logOf } from '../log';
import type { Grant } from '../oauth';
import { giveUp, grantsOf, nameInUse, ownPart, refreshUnderLease, release } from '../refresh';
import type { GrantedLease, Marks, RefreshOutcome } from '../refresh';
import type { EndpointClient } from '../stores/protocol/endpoint-client';
import type { BeatAnswer } from '../stores/protocol/wire';
import { byStoreClock } from '../world';
import type { ChainToken, RefreshByFunction } from './config';
import { endpointOf, marksOf, refreshPercentOf, tokenOf, TRIGGER_RESERVE } from './context';
import type { Hop } from './context';
import type { HandledToken } from './schedule';

/**
 * The least time for a request with a refresh token, milliseconds. If the answer comes too late, a rotated refresh
 * token is lost.
 */
const ROTATION_TIME_MS = 11_000;
/** The least time for client credentials, milliseconds: enough for a quick answer. A late one loses nothing. */
const CLIENT_CREDENTIALS_TIME_MS = 2000;
/** A refresh may take this share of an instance with a short time limit. */
const REFRESH_TIME_SHARE = 0.25;
const COMMIT_TIME_MS = 1000;
/**
 * The pause before a second commit, milliseconds: long enough for a restart of the store, well within the lease. The
 * token exists nowhere else.
 */
const COMMIT_PAUSE_MS = 5000;
const COMMIT_RESERVE = 1;
/** If the store doesn't know about a failure, the chain leaves the token alone for this long, milliseconds. */
const UNNOTED_PAUSE_MS = 60_000;
/** The token of this hop isn't due again before this, milliseconds, so that no fault causes a tight loop. */
const SHORTEST_PAUSE_MS = 1000;

/**
 * Refreshes the token whose lease the heartbeat was granted. It tries once, because the next hop tries again. The spare
 * request is kept for a second commit or trigger. A refused refresh token counts as a failure too: the next hop's
 * heartbeat reads the record again.
 *
 * @param clockAheadMs how far the store's clock is ahead, milliseconds
 * @returns when that token is due next, by the store's clock
 */
export async function refreshGranted(
  { tokenName, record }: NonNullable<BeatAnswer['granted']>,
  { schedule }: BeatAnswer,
  store: EndpointClient,
  chainConfig: RefreshByFunction,
  hop: Hop,
  clockAheadMs: number,
): Promise<HandledToken> {
  const there = { ...byStoreClock(hop, clockAheadMs), log: logOf(tokenName, hop.log) };
  const failure = schedule.find((entry) => entry.tokenName === tokenName)?.failure;
  const token = tokenOf(tokenName, chainConfig);
  const { boundTo, settings } = marksOf(token, hop);
  const marks = { boundTo, settings };
  const lease = { tokenName, owner: hop.owner, stored: ownPart({ record, failure }, marks), ...marks };
  let dueAt: number;
  try {
    dueAt = await refresh(lease, token, store, { ...there, workEnd: hop.workEnd + clockAheadMs });
  } catch (thrown) {
    // This token's configuration is wrong. The other tokens are refreshed anyway.
    const outcome = await giveUp(toAccessTokenError(thrown), lease, store, there);
    dueAt = dueAfter(outcome, there);
    tell(outcome, dueAt, there);
  }
  return { tokenName, dueAt };
}

/** @returns when the token is due next, Unix milliseconds */
async function refresh(lease: GrantedLease & Marks, token: ChainToken, store: EndpointClient, hop: Hop): Promise<number> {
  const { budget, now, workEnd } = hop;
  const config = endpointOf(token, hop);
  const refreshPercent = refreshPercentOf(token);
  if (workEnd - now() < timeFor(grantsOf({ ...lease, config }, store)[0], hop)) {
    await release(lease, store, hop);
    return now();
  }
  const deadline = Math.min(workEnd - COMMIT_TIME_MS, now() + ROTATION_TIME_MS);
  const outcome = await refreshUnderLease(
    { ...lease, refreshPercent, config, budget: { deadline, maxAttempts: 1 } },
    {
      deadline: workEnd,
      commitPause: () => (budget.left > TRIGGER_RESERVE ? Math.min(COMMIT_PAUSE_MS, Math.max(0, workEnd - now()) / 2) : undefined),
    },
    store,
    { ...hop, transport: budget.limit(hop.transport, TRIGGER_RESERVE + COMMIT_RESERVE) },
  );
  if (outcome.kind === 'refreshed' && lease.stored.isForeign) logError(hop.log, nameInUse(lease));
  const dueAt = dueAfter(outcome, hop, refreshPercent);
  tell(outcome, dueAt, hop);
  return dueAt;
}

function timeFor({ isSingleUse }: Grant, { config }: Hop): number {
  const wanted = isSingleUse ? ROTATION_TIME_MS : CLIENT_CREDENTIALS_TIME_MS;
  return Math.min(wanted, config.functionTimeLimitSeconds * 1000 * REFRESH_TIME_SHARE);
}

/**
 * Logs the outcome.
 *
 * @param dueAt Unix milliseconds
 */
function tell(outcome: RefreshOutcome, dueAt: number, { log, now }: Hop): void {
  if (outcome.kind === 'failed') return logError(log, outcome.error, 'The refresh failed. ');
  const { record, warning } = outcome;
  if (outcome.kind === 'elsewhere') log('info', 'refreshed_elsewhere', 'Another worker refreshed it first.');
  else if (warning === undefined) log('info', 'refreshed', `Due again in ${Math.round((dueAt - now()) / 1000)} s.`, { version: record.version });
  if (warning !== undefined) logError(log, warning, 'Refreshed, but not stored. ');
}

/** @returns when the token is due next, Unix milliseconds */
function dueAfter(outcome: RefreshOutcome, { now }: Hop, refreshPercent = DEFAULT_REFRESH_PERCENT): number {
  const soonest = now() + SHORTEST_PAUSE_MS;
  // If the store doesn't know about the failure, it would grant the token again at the next heartbeat.
  if (outcome.kind === 'failed') return Math.max(outcome.failure.retryAt, outcome.isNoted ? soonest : now() + UNNOTED_PAUSE_MS);
  const isLost = outcome.kind === 'refreshed' && outcome.warning !== undefined;
  return isLost ? now() + COMMIT_PAUSE_MS : Math.max(soonest, refreshAt(outcome.record, refreshPercent));
}
