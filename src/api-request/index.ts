import { AccessTokenError, reportOf } from '../errors';
import { parseRetryAfter } from '../http';
import type { HttpResponse } from '../http';
import { bytesOf } from '../json';
import type { RequestSettings } from '../settings/request';
import type { World } from '../world';
import { readAnswer } from './answer';
import { apiError } from './api-error';
import { includedPaths } from './included-paths';
import { isRefusedByBody, isRefusedByStatus } from './refused-token';
import { buildRequest } from './request';
import type { TokenHeader } from './request';
import type { ApiResult, UsedToken } from './result';
import { send } from './send';
import type { Received } from './send';

export type { ApiResult } from './result';

/** A token to send, and what the result says about it. */
export interface TokenToSend {
  header: TokenHeader;
  told: UsedToken;
}

/** The outcome of replacing a refused token: another token, or the end of a sentence that says why there is none. */
export type Replacement = { token: TokenToSend } | { problem: string };

export interface CallEnvironment extends Pick<World, 'transport' | 'now' | 'sleep'> {
  /** The time by which everything must be done, Unix milliseconds. */
  deadline: number;
  /** Whether http to other machines is allowed. */
  allowInsecure: boolean;
  /** Called at most once. */
  replaceToken: () => Promise<Replacement>;
}

/** RFC 9110 §9.2.2: sending these twice has the same effect as sending them once. */
const IDEMPOTENT: readonly string[] = ['GET', 'HEAD', 'PUT', 'DELETE'];
/** After the pause that a busy server asked for, it gets at least this long to answer, milliseconds. */
const SHORTEST_ANSWER_MS = 1000;

/**
 * Calls an API. If the API refuses the token, the token is replaced and the request is sent once more. If a busy server
 * asks for a pause, an idempotent request is sent once more after it. A request that timed out is never sent again.
 *
 * @throws AccessTokenError request_invalid, the errors of `send`, response_not_text, response_too_large
 */
export async function callApi(settings: RequestSettings, first: TokenToSend, environment: CallEnvironment): Promise<ApiResult> {
  const { now, sleep, deadline } = environment;
  let token = first;
  let problem: string | undefined;
  let canReplace = true;
  let canWait = IDEMPOTENT.includes(settings.method);
  for (let requests = 1; ; requests += 1) {
    const sending = { ...environment, deadline: Math.min(deadline, now() + settings.timeoutSeconds * 1000), wanted: settings.retryStatuses };
    const received = await send(buildRequest(settings, token.header), sending);
    const isRefused = await isTokenRefused(received, settings);
    if (isRefused && canReplace) {
      canReplace = false;
      const replacement = await environment.replaceToken();
      if ('token' in replacement) {
        token = replacement.token;
        continue;
      }
      problem = replacement.problem;
    }
    const pause = canWait && !isRefused ? pauseOf(received.response, now()) : undefined;
    if (pause === undefined || now() + pause + SHORTEST_ANSWER_MS > deadline) {
      const result = await resultOf(received.response, settings, { retried: requests > 1, token: token.told });
      return withinLimit(isRefused || result.status >= 400 ? { ...result, error: reportOf(apiError(result, problem)) } : result, settings);
    }
    canWait = false;
    await sleep(pause);
  }
}

/** A server that never got the token can't have refused it. */
async function isTokenRefused({ response, sawToken }: Received, settings: RequestSettings): Promise<boolean> {
  const { status, headers } = response;
  if (!sawToken) return false;
  if (isRefusedByStatus(status, headers, settings)) return true;
  if (settings.retryPath === undefined) return false;
  // An answer that isn't text says nothing about the token.
  const body = await readAnswer(response).then((answer) => answer.body, () => undefined);
  return isRefusedByBody(body, headers, settings);
}

/** @returns the pause that a busy server asks for, milliseconds */
function pauseOf({ status, headers }: HttpResponse, now: number): number | undefined {
  if (status !== 429 && status !== 503) return undefined;
  const at = parseRetryAfter(headers['retry-after'], now);
  return at === undefined ? undefined : at - now;
}

async function resultOf(response: HttpResponse, { includePaths }: RequestSettings, how: Pick<ApiResult, 'retried' | 'token'>): Promise<ApiResult> {
  const { status, headers, body } = await readAnswer(response);
  return { status, headers, body: includedPaths(body, includePaths), ...how };
}

/** The platform refuses a value that is too large, and the Flow would go on with the old one. So it is an error. */
function withinLimit(result: ApiResult, { maxBytes }: RequestSettings): ApiResult {
  const { status } = result;
  const bytes = bytesOf(JSON.stringify(result));
  if (bytes <= maxBytes) return result;
  const message = `The API answered ${status}, and the result has ${Math.ceil(bytes / 1000)} kB. The limit is ${maxBytes / 1000} kB.`;
  throw new AccessTokenError('response_too_large', message, { status });
}
