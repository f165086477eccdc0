import { isErrorCode, redact, remedyFor } from '../../../src/errors';
import type { ErrorCode } from '../../../src/errors';
import { isExpired } from '../../../src/lifetime';
import type { RefreshFailure, TokenRecord } from '../../../src/lifetime';
import { dayOf, describeDuration } from '../durations';
import { degraded, wrong } from './findings';
import { authorizeAgain, isRefreshTokenRefused } from './refresh-token';
import type { FailureStatus, Finding } from './report';

/** The longest texts to show, characters. Anybody with the Endpoint secret can write them. */
const LONGEST_CODE = 60;
const LONGEST_MESSAGE = 300;
const LONGEST_HOST = 259;

/**
 * Failures that may pass by themselves. Any other failure lasts until somebody changes something, so a token that is still valid will
 * expire without a refresh.
 */
const PASSING: readonly ErrorCode[] = [
  'token_endpoint_unavailable',
  'token_endpoint_unreachable',
  // A web page instead of an answer, for example during maintenance.
  'token_response_invalid',
  'access_token_missing',
  // The server returns the same token until it expires.
  'token_already_expired',
  'store_unreachable',
  'store_timeout',
  'store_error',
  'refresh_in_progress',
  'time_budget_exceeded',
  'unexpected_error',
];

/** Makes the note about a failure safe to show. Its texts come from outside. */
export function shownFailure(note: RefreshFailure): FailureStatus {
  const { at, attempts, retryAt } = note;
  const { since, message, status, host }: Partial<Record<keyof RefreshFailure, unknown>> = note;
  return {
    code: redact(note.code, [], LONGEST_CODE),
    at,
    attempts,
    retryAt,
    ...(typeof since === 'number' ? { since } : {}),
    ...(typeof message === 'string' ? { message: redact(message, [], LONGEST_MESSAGE) } : {}),
    ...(typeof status === 'number' ? { status } : {}),
    ...(typeof host === 'string' ? { host: redact(host, [], LONGEST_HOST) } : {}),
  };
}

/** @returns what happened, such as `login.example.com, HTTP 401: The token endpoint answered invalid_client.` */
export function answerOf({ host, status, message }: FailureStatus): string | undefined {
  const who = [host, status === undefined ? undefined : `HTTP ${status}`].filter((part) => part !== undefined).join(', ');
  const parts = [who, message].filter((part) => part !== undefined && part !== '');
  return parts.length === 0 ? undefined : parts.join(': ');
}

/**
 * Makes the finding for a failed refresh.
 *
 * @param endsAt when the refresh token was expected to expire, Unix milliseconds
 * @param now Unix milliseconds
 */
export function failedRefresh(
  tokenName: string,
  failure: FailureStatus,
  record: TokenRecord | null,
  endsAt: number | undefined,
  now: number,
): Finding {
  const { code, at, attempts, since } = failure;
  const isValid = record !== null && !isExpired(record, now);
  const level = isValid && isPassing(code) ? degraded : wrong;
  const times = attempts === 1 ? 'once' : `${attempts} times in a row`;
  const first = since === undefined ? '' : `, the first time ${describeDuration(now - since)} ago`;
  const answer = answerOf(failure);
  const isRefused = isRefreshTokenRefused(failure, record);
  const sentences = [
    `Its refresh failed ${times}${first}, the last time ${describeDuration(now - at)} ago: ${code}.`,
    ...(answer === undefined ? [] : [answer]),
    ...(isRefused && endsAt !== undefined ? [`The refresh token was expected to live until ${dayOf(endsAt)}.`] : []),
  ];
  const ownRemedy = isErrorCode(code) ? remedyFor(code) : undefined;
  return level(`token "${tokenName}"`, 'refresh_failed', sentences.join(' '), isRefused ? authorizeAgain(tokenName) : ownRemedy);
}

/** Whether a failure may pass by itself. A code that only a later version knows gets the benefit of the doubt. */
function isPassing(code: string): boolean {
  return !isErrorCode(code) || PASSING.includes(code);
}
