import { AccessTokenError } from '../errors';
import { isTooLarge, isTransportError, noAnswer } from '../http';
import type { HttpResponse, Transport } from '../http';
import { redirected, refused } from './redirect';
import type { ApiRequest } from './request';

/** What sending a request needs. */
export interface Sending {
  transport: Transport;
  /** Unix milliseconds. */
  now: () => number;
  /** The time by which the answer must be there, redirects included, Unix milliseconds. */
  deadline: number;
  /** Whether http to other machines is allowed. */
  allowInsecure: boolean;
  /** Statuses that the caller wants to see even if they redirect. */
  wanted: readonly number[];
}

/** An answer, and whether the server that sent it had got the token. */
export interface Received {
  response: HttpResponse;
  sawToken: boolean;
}

const MOST_REDIRECTS = 5;

/**
 * Sends a request and follows redirects.
 *
 * @throws AccessTokenError api_timeout, api_unreachable, response_too_large, redirect_refused
 */
export async function send(first: ApiRequest, { transport, now, deadline, allowInsecure, wanted }: Sending): Promise<Received> {
  let request = first;
  for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects += 1) {
    const response = await exchange(request, transport, deadline - now());
    const next = wanted.includes(response.status) ? undefined : redirected(request, response, allowInsecure);
    if (next === undefined) return { response, sawToken: request.tokenHeader !== undefined };
    request = next;
  }
  throw refused(`more than ${MOST_REDIRECTS} times`);
}

async function exchange({ tokenHeader: _, ...request }: ApiRequest, transport: Transport, timeoutMs: number): Promise<HttpResponse> {
  try {
    if (timeoutMs > 0) return await transport(request, timeoutMs);
  } catch (thrown) {
    if (isTooLarge(thrown)) throw new AccessTokenError('response_too_large', 'The answer of the API is larger than 1 MB.');
    if (!isTransportError(thrown) || thrown.kind !== 'timeout') throw noAnswer('api_unreachable', 'The API', thrown);
  }
  throw new AccessTokenError('api_timeout', 'The API did not answer in time.', { transient: true });
}
