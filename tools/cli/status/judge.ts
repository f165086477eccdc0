import { isErrorCode, redact, remedyFor } from '../../../src/errors';
import { expiresAt, isExpired, isExpiring, refreshAt } from '../../../src/lifetime';
import type { RefreshFailure, TokenRecord } from '../../../src/lifetime';
import type { StoreView } from '../../../src/stores';
import { dayOf, describeDuration } from '../durations';
import { note, unknown, untold, wrong } from './findings';
import type { Observation, ObservedFunction, ObservedInstance } from './observe';
import { exitCodeOf, verdictOf } from './report';
import type { ChainStatus, Finding, FunctionStatus, StatusReport, TokenStatus } from './report';
import { authorizeAgain, isRefreshTokenRefused, refreshTokenEndsAt, WARN_BEFORE_MS } from './refresh-token';
import type { WatchedToken } from './settings';

/** Anybody who has the Endpoint secret can write a code: characters. */
const LONGEST_CODE = 60;

/** Turns what was seen into a report: what is wrong, what can't be told, and what is well. */
export function judge({ now, tokens, store, function: seen }: Observation): StatusReport {
  const findings: Finding[] = [];
  const views = 'views' in store ? store.views : new Map<string, never>();
  if ('obstacle' in store) findings.push(unknown('store', store.obstacle));
  // Each answer reports on the chain: the latest one counts.
  const [latest] = [...views.values()].sort((one, other) => other.now - one.now);
  const tokenStatuses = tokens.map((token) => judgeToken(token, views.get(token.tokenName), findings));
  const chain = judgeChain(latest, seen !== undefined, findings);
  const instances = judgeFunction(seen, chain, findings);
  const verdict = verdictOf(findings);
  const checkedAt = latest?.now ?? now;
  return { verdict, exitCode: exitCodeOf(verdict), checkedAt, tokens: tokenStatuses, chain, function: instances, findings };
}

/** @param findings takes up what is wrong */
function judgeToken({ tokenName, refreshPercent, refreshTokenDays }: WatchedToken, view: StoreView | undefined, findings: Finding[]): TokenStatus {
  const common = { tokenName, refreshPercent };
  if (view === undefined) return { ...common, state: 'unknown' };
  const about = `token "${tokenName}"`;
  const { record, now } = view;
  const failure = view.failure && { ...view.failure, code: redact(view.failure.code, [], LONGEST_CODE) };
  if (record === null) findings.push(wrong(about, 'token_missing', 'The store has no such token.'));
  else if (isExpired(record, now)) {
    findings.push(wrong(about, 'token_expired', `It expired ${describeDuration(now - expiresAt(record))} ago.`));
  }
  const endsAt = record === null ? undefined : refreshTokenEndsAt(record, refreshTokenDays);
  if (failure !== undefined) findings.push(failedRefresh(about, tokenName, failure, record, endsAt, now));
  else if (endsAt !== undefined && endsAt - now < WARN_BEFORE_MS) {
    const message = `Its refresh token ${endsAt > now ? 'ends' : 'ended'} on ${dayOf(endsAt)}.`;
    findings.push(note(about, 'refresh_token_ends', message, authorizeAgain(tokenName)));
  }
  const shown = failure === undefined ? {} : { failure };
  if (record === null) return { ...common, state: 'missing', ...shown };
  const ends = endsAt === undefined ? {} : { refreshTokenEndsAt: endsAt };
  const validState = isExpiring(record, refreshPercent, now) ? 'due' : 'valid';
  return { ...common, state: isExpired(record, now) ? 'expired' : validState, ...timesOf(record, refreshPercent, now), ...ends, ...shown };
}

function failedRefresh(
  about: string,
  tokenName: string,
  failure: RefreshFailure,
  record: TokenRecord | null,
  endsAt: number | undefined,
  now: number,
): Finding {
  const { code, at, attempts } = failure;
  const times = attempts === 1 ? 'once' : `${attempts} times in a row`;
  const message = `Its refresh failed ${times}, the last time ${describeDuration(now - at)} ago: ${code}.`;
  if (isRefreshTokenRefused(failure, record)) {
    const end = endsAt === undefined ? '' : ` The refresh token was to live until ${dayOf(endsAt)}.`;
    return wrong(about, 'refresh_failed', message + end, authorizeAgain(tokenName));
  }
  return wrong(about, 'refresh_failed', message, isErrorCode(code) ? remedyFor(code) : undefined);
}

function timesOf(record: TokenRecord, refreshPercent: number, now: number) {
  const issuedAt = record.timestamp * 1000;
  const expiry = expiresAt(record);
  // Zero or less: it was expired when it came.
  const share = expiry > issuedAt ? (now - issuedAt) / (expiry - issuedAt) : 1;
  return {
    version: record.version,
    issuedAt,
    refreshAt: refreshAt(record, refreshPercent),
    expiresAt: expiry,
    expiresInMs: expiry - now,
    lifePercent: Math.floor(Math.min(1, Math.max(0, share)) * 100),
  };
}

/**
 * @param isUsed whether the configuration has a chain; an unknown one is shown, but not missed
 * @param findings takes up what is wrong and what can't be told
 */
function judgeChain(view: StoreView | undefined, isUsed: boolean, findings: Finding[]): ChainStatus {
  // Why the store could not be asked is reported already.
  if (view === undefined) return { state: isUsed ? 'unknown' : 'not_used' };
  const { chain, now } = view;
  if (chain === undefined || chain === null) {
    if (!isUsed) return { state: 'not_used' };
    const isOlder = chain === undefined;
    findings.push(
      isOlder
        ? untold('chain', 'chain_not_told', 'The transformer is an older one, which does not tell of the chain.')
        : wrong('chain', 'chain_never_ran', 'No chain has ever reported to the store.'),
    );
    return { state: isOlder ? 'unknown' : 'never' };
  }
  const { chainId, hop, at, dueBy } = chain;
  const heartbeatAgeMs = Math.max(0, now - at);
  const isLate = now >= dueBy;
  if (isLate && isUsed) {
    const [lateness, age] = [now - dueBy, heartbeatAgeMs].map(describeDuration);
    findings.push(wrong('chain', 'chain_late', `Its heartbeat has been late for ${lateness}; the last one was ${age} ago.`));
  }
  return { state: isLate ? 'late' : 'on_time', chainId: redact(chainId, []), hop, at, heartbeatAgeMs, dueBy };
}

/**
 * @param chain an error of an earlier hop is history where the chain is on time
 * @param findings takes up what is wrong and what can't be told
 */
function judgeFunction(seen: ObservedFunction | undefined, chain: ChainStatus, findings: Finding[]): FunctionStatus {
  if (seen === undefined) return { state: 'not_used' };
  const named = seen.functionId === undefined ? {} : { functionId: seen.functionId };
  if ('obstacle' in seen) {
    findings.push(unknown('function', seen.obstacle));
    return { state: 'unknown', ...named };
  }
  const { instances } = seen;
  const count = (status: string) => instances.filter((instance) => instance.status === status).length;
  const [active, queued] = [count('active'), count('queued')];
  const isRunning = active + queued > 0;
  if (!isRunning) findings.push(wrong('function', 'no_instance', 'No instance of the Function is active or queued.'));
  const endOf = ({ createdAt, finishedAt }: ObservedInstance) => finishedAt ?? createdAt;
  const [failed] = instances.filter(({ status }) => status === 'error').sort((one, other) => endOf(other) - endOf(one));
  const lastError = failed && { at: endOf(failed), message: failed.error ?? 'no reason was given' };
  if (lastError !== undefined && !(isRunning && chain.state === 'on_time')) {
    findings.push(note('function', 'instance_failed', `Its last instance that failed said: ${lastError.message}`));
  }
  const state = isRunning ? 'running' : 'stopped';
  return { state, ...named, active, queued, ...(lastError === undefined ? {} : { lastError }) };
}
