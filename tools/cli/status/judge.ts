import { redact } from '../../../src/errors';
import { expiresAt, isExpired, isExpiring, refreshAt } from '../../../src/lifetime';
import type { TokenRecord } from '../../../src/lifetime';
import type { StoreView } from '../../../src/stores';
import { dayOf, describeDuration } from '../durations';
import { failedRefresh, shownFailure } from './failed-refresh';
import { degraded, note, unknown, untold, wrong } from './findings';
import { judgeRedis } from './judge-redis';
import type { Observation, ObservedFunction, ObservedInstance, ObservedStore } from './observe';
import { authorizeAgain, refreshTokenEndsAt, WARN_BEFORE_MS } from './refresh-token';
import type { ChainStatus, Finding, FunctionStatus, StatusReport, StoreStatus, TokenStatus } from './report';
import type { WatchedToken } from './settings';
import { exitCodeOf, verdictOf } from './verdict';
import type { Exits } from './verdict';

type Trouble = typeof degraded | typeof wrong;

const STORE_NAMES = { endpoint: 'the Endpoint', redis: 'Redis' } as const;

/** Turns an observation into a report: what is wrong, what may go wrong, what can't be told, and what is well. */
export function judge({ now, projectId, tokens, store, function: seen }: Observation, exits: Exits = 'usual'): StatusReport {
  const findings: Finding[] = [];
  const views = 'views' in store ? store.views : new Map<string, never>();
  const seenStore = judgeStore(store, findings);
  // Each answer reports on the chain. The latest one counts.
  const [latest] = [...views.values()].sort((one, other) => other.now - one.now);
  const tokenStatuses = tokens.map((token) => judgeToken(token, views.get(token.tokenName), findings));
  // While all tokens are valid, bots are served: their nodes can refresh without the chain.
  const trouble = tokenStatuses.every(({ state }) => state === 'valid' || state === 'due') ? degraded : wrong;
  const chain = judgeChain(latest, seen !== undefined, trouble, findings);
  const instances = judgeFunction(seen, chain, trouble, findings);
  const verdict = verdictOf(findings);
  return {
    verdict,
    exitCode: exitCodeOf(verdict, exits),
    checkedAt: latest?.now ?? now,
    ...(projectId === undefined ? {} : { projectId }),
    store: seenStore,
    tokens: tokenStatuses,
    chain,
    function: instances,
    findings,
  };
}

/** @param findings collects why the store could not be asked, and what may go wrong with it */
function judgeStore(store: ObservedStore, findings: Finding[]): StoreStatus {
  const { kind, other } = store;
  const named = kind === undefined ? {} : { kind };
  if (kind !== undefined && other !== undefined) {
    const message = `The configuration names two stores. status watches ${STORE_NAMES[kind]}, not ${STORE_NAMES[other]}.`;
    findings.push(note('store', 'store_not_watched', message));
  }
  if ('obstacle' in store) {
    findings.push(unknown('store', store.obstacle));
    return { state: 'unknown', ...named };
  }
  const isPrecious = [...store.views.values()].some(({ record }) => record === null || record.token.refresh_token !== undefined);
  for (const answers of store.redis ?? []) findings.push(...judgeRedis(answers, isPrecious));
  return { state: 'reached', ...named };
}

/** @param findings collects what is wrong or may go wrong */
function judgeToken({ tokenName, refreshPercent, refreshTokenDays }: WatchedToken, view: StoreView | undefined, findings: Finding[]): TokenStatus {
  const common = { tokenName, refreshPercent };
  if (view === undefined) return { ...common, state: 'unknown' };
  const about = `token "${tokenName}"`;
  const { record, now } = view;
  const failure = view.failure && shownFailure(view.failure);
  if (record === null) findings.push(wrong(about, 'token_missing', 'The store has no such token.'));
  else if (isExpired(record, now)) {
    findings.push(wrong(about, 'token_expired', `It expired ${describeDuration(now - expiresAt(record))} ago.`));
  }
  const endsAt = record === null ? undefined : refreshTokenEndsAt(record, refreshTokenDays);
  if (failure !== undefined) findings.push(failedRefresh(tokenName, failure, record, endsAt, now));
  else if (endsAt !== undefined && endsAt - now < WARN_BEFORE_MS) {
    const message = `Its refresh token ${endsAt > now ? 'ends' : 'ended'} on ${dayOf(endsAt)}.`;
    findings.push(degraded(about, 'refresh_token_ends', message, authorizeAgain(tokenName)));
  }
  const shown = failure === undefined ? {} : { failure };
  if (record === null) return { ...common, state: 'missing', ...shown };
  const ends = endsAt === undefined ? {} : { refreshTokenEndsAt: endsAt };
  const validState = isExpiring(record, refreshPercent, now) ? 'due' : 'valid';
  return { ...common, state: isExpired(record, now) ? 'expired' : validState, ...timesOf(record, refreshPercent, now), ...ends, ...shown };
}

function timesOf(record: TokenRecord, refreshPercent: number, now: number) {
  const issuedAt = record.timestamp * 1000;
  const expiry = expiresAt(record);
  // Zero or less: the token had already expired when it came.
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
 * @param isUsed whether the configuration has a chain. If not, a chain that reports is shown, but a missing one is no finding
 * @param trouble the level of a finding that no chain works
 * @param findings collects what is wrong and what can't be told
 */
function judgeChain(view: StoreView | undefined, isUsed: boolean, trouble: Trouble, findings: Finding[]): ChainStatus {
  // The reason why the store could not be asked is reported already.
  if (view === undefined) return { state: isUsed ? 'unknown' : 'not_used' };
  const { chain, now } = view;
  if (chain === undefined || chain === null) {
    if (!isUsed) return { state: 'not_used' };
    const isOlder = chain === undefined;
    findings.push(
      isOlder
        ? untold('chain', 'chain_not_told', 'The transformer is too old to report on the chain.')
        : trouble('chain', 'chain_never_ran', 'No chain has ever reported to the store.'),
    );
    return { state: isOlder ? 'unknown' : 'never' };
  }
  const { chainId, hop, at, dueBy } = chain;
  const heartbeatAgeMs = Math.max(0, now - at);
  const isLate = now >= dueBy;
  if (isLate && isUsed) {
    const [lateness, age] = [now - dueBy, heartbeatAgeMs].map(describeDuration);
    findings.push(trouble('chain', 'chain_late', `Its heartbeat has been late for ${lateness}; the last one was ${age} ago.`));
  }
  return { state: isLate ? 'late' : 'on_time', chainId: redact(chainId, []), hop, at, heartbeatAgeMs, dueBy };
}

/**
 * @param chain if the chain is on time, the error of an earlier hop is no finding
 * @param trouble the level of a finding that no chain works
 * @param findings collects what is wrong and what can't be told
 */
function judgeFunction(seen: ObservedFunction | undefined, chain: ChainStatus, trouble: Trouble, findings: Finding[]): FunctionStatus {
  if (seen === undefined) return { state: 'not_used' };
  const named = {
    ...(seen.functionId === undefined ? {} : { functionId: seen.functionId }),
    ...('name' in seen && seen.name !== undefined ? { name: seen.name } : {}),
  };
  if ('obstacle' in seen) {
    findings.push(unknown('function', seen.obstacle));
    return { state: 'unknown', ...named };
  }
  const { instances } = seen;
  const count = (status: string) => instances.filter((instance) => instance.status === status).length;
  const [active, queued] = [count('active'), count('queued')];
  const isRunning = active + queued > 0;
  if (!isRunning) findings.push(trouble('function', 'no_instance', 'No instance of the Function is active or queued.'));
  const endOf = ({ createdAt, finishedAt }: ObservedInstance) => finishedAt ?? createdAt;
  const [failed] = instances.filter(({ status }) => status === 'error').sort((one, other) => endOf(other) - endOf(one));
  const lastError = failed && { at: endOf(failed), message: failed.error ?? 'no reason was given' };
  if (lastError !== undefined && !(isRunning && chain.state === 'on_time')) {
    findings.push(note('function', 'instance_failed', `Its last failed instance said: ${lastError.message}`));
  }
  const state = isRunning ? 'running' : 'stopped';
  return { state, ...named, active, queued, ...(lastError === undefined ? {} : { lastError }) };
}
