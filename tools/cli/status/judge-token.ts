import { isErrorCode, redact, remedyFor } from '../../../src/errors';
import { expiresAt, isExpired, isExpiring, refreshAt } from '../../../src/lifetime';
import type { RefreshFailure, TokenRecord } from '../../../src/lifetime';
import type { StoreView } from '../../../src/stores';
import { describeDuration } from '../durations';
import { wrong } from './findings';
import type { WatchedToken } from './observation';
import type { Finding, TokenStatus } from './report';

/** Whoever has the Endpoint secret can write a code: characters. */
const LONGEST_CODE = 60;

/** @param findings takes up what is wrong */
export function judgeToken(
  { tokenName, refreshPercent }: WatchedToken,
  view: StoreView | undefined,
  findings: Finding[],
): TokenStatus {
  const common = { tokenName, refreshPercent };
  if (view === undefined) return { ...common, state: 'unknown' };
  const about = `token "${tokenName}"`;
  const { record, now } = view;
  const failure = view.failure && { ...view.failure, code: redact(view.failure.code, [], LONGEST_CODE) };
  if (record === null) findings.push(wrong(about, 'token_missing', 'The store has no such token.'));
  else if (isExpired(record, now)) {
    findings.push(wrong(about, 'token_expired', `It expired ${describeDuration(now - expiresAt(record))} ago.`));
  }
  if (failure !== undefined) findings.push(failedRefresh(about, failure, now));
  const shown = failure === undefined ? {} : { failure };
  if (record === null) return { ...common, state: 'missing', ...shown };
  return { ...common, state: stateOf(record, refreshPercent, now), ...timesOf(record, refreshPercent, now), ...shown };
}

function failedRefresh(about: string, { code, at, attempts }: RefreshFailure, now: number): Finding {
  const times = attempts === 1 ? 'once' : `${attempts} times in a row`;
  const message = `Its refresh failed ${times}, the last time ${describeDuration(now - at)} ago: ${code}.`;
  return wrong(about, 'refresh_failed', message, isErrorCode(code) ? remedyFor(code) : undefined);
}

function stateOf(record: TokenRecord, refreshPercent: number, now: number): TokenStatus['state'] {
  if (isExpired(record, now)) return 'expired';
  return isExpiring(record, refreshPercent, now) ? 'due' : 'valid';
}

function timesOf(record: TokenRecord, refreshPercent: number, now: number) {
  const issuedAt = record.timestamp * 1000;
  const expiry = expiresAt(record);
  // Zero or less: it came expired, and has no life to speak of.
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
