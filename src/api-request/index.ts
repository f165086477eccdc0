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

/** A token to send, and how the result describes it. */
export interface TokenToSend {
  header: TokenHeader;
  told: UsedToken;
}

/** What became of a refused token: a new one, or the end of a sentence that says why there is none. */
export type Replacement = { token: TokenToSend } | { problem: string };

export interface CallEnvironment extends Pick<World, 'transport' | 'now' | 'sleep'> {
  /** Unix milliseconds by which everything must be done. */
  deadline: number;
  /** Whether http to other machines is allowed. */
  allowInsecure: boolean;
  /** Called at most once. */
  replaceToken: () => Promise<Replacement>;
}

/** Methods that may be sent twice without doing anything twice (RFC 9110 §9.2.2). */
const IDEMPOTENT: readonly string[] = ['GET', 'HEAD', 'PUT', 'DELETE'];
/** How long a server that asked for patience gets for its answer, at least, milliseconds. */
const SHORTEST_ANSWER_MS = 1000;

/**
 * Calls an API. If the API refuses the token, the token is replaced and the request sent once more. If a server is busy, methods that may
 * be repeated are sent again after the pause it asks for. A request that was not answered in time is never sent again.
 *
 * @throws AccessTokenError request_invalid, those of `send`, response_not_text, response_too_large
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
  // A binary body does not explain anything.
  const body = await readAnswer(response).then((answer) => answer.body, () => undefined);
  return isRefusedByBody(body, headers, settings);
}

/** @returns how long a busy server asks to be left alone, milliseconds */
function pauseOf({ status, headers }: HttpResponse, now: number): number | undefined {
  if (status !== 429 && status !== 503) return undefined;
  const at = parseRetryAfter(headers['retry-after'], now);
  return at === undefined ? undefined : at - now;
}

async function resultOf(response: HttpResponse, { includePaths }: RequestSettings, how: Pick<ApiResult, 'retried' | 'token'>): Promise<ApiResult> {
  const { status, headers, body } = await readAnswer(response);
  return { status, headers, body: includedPaths(body, includePaths), ...how };
}

/** The platform refuses a value that is too large, and the Flow would go on with the old one. */
function withinLimit(result: ApiResult, { maxBytes }: RequestSettings): ApiResult {
  const { status } = result;
  const bytes = bytesOf(JSON.stringify(result));
  if (bytes <= maxBytes) return result;
  const message = `The API answered ${status}, and the result has ${Math.ceil(bytes / 1000)} kB; ${maxBytes / 1000} kB are allowed.`;
  throw new AccessTokenError('response_too_large', message, { status });
}
