import { errorCodeOf, normalizeHeaders, parseRetryAfter } from '../../../src/http';

import { ApiFailure, describeAnswer } from './failure';
import { Misfit } from './shape';
import type { Reader, Strike } from './shape';

export interface ClientOptions {
  /** The API's URL without a path. */
  baseUrl: string;
  apiKey: string;
  /** Strikes secrets out of the API's texts. */
  strike: Strike;
  /** The limit for one request, milliseconds. */
  timeoutMs: number;
  /** Unix milliseconds */
  now: () => number;
}

export type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';

/** Larger answers are refused. The largest one expected is a Function's code as a JSON text. */
const LARGEST_ANSWER_BYTES = 8 * 1024 * 1024;
/** Uploads may take this many times longer than other requests. */
const UPLOAD_FACTOR = 4;
/** Errors that a retry would not cure: an unknown host name, a certificate that is not trusted. */
const FINAL_NETWORK_ERROR = /^ENOTFOUND$|CERT|SIGNATURE|^EPROTO$|^ERR_TLS/;

/**
 * Sends one request to the management API. Cognigy's own client is not used: after a lost connection it repeats every request, even one
 * that creates something; it ignores `Retry-After`; its errors contain the whole request; and it takes 11 MB.
 *
 * @param path such as `/new/v2.0/functions?projectId=64…`
 * @param read checks the answer's body
 * @throws ApiFailure if there is no answer, for every status but 2xx, and for an unexpected body
 */
export async function sendRequest<T>(
  method: Method,
  path: string,
  body: unknown,
  options: ClientOptions,
  read: Reader<T>,
): Promise<T> {
  // Loaded with the first request: `--help` needs none.
  const { default: axios } = await import('axios');
  const call = `${method} ${path.split('?')[0] ?? ''}`;
  const timeout = options.timeoutMs * (body instanceof FormData ? UPLOAD_FACTOR : 1);
  const response = await axios
    .request<unknown>({
      method,
      url: `${options.baseUrl}${path}`,
      headers: { accept: 'application/json', 'cache-control': 'no-cache', 'x-api-key': options.apiKey },
      data: body,
      timeout,
      // Axios restarts its own timeout with each byte that arrives. This one keeps running.
      signal: AbortSignal.timeout(timeout),
      // A redirect would send the API key to another host.
      maxRedirects: 0,
      maxContentLength: LARGEST_ANSWER_BYTES,
      validateStatus: () => true,
    })
    .catch((thrown: unknown) => {
      // An Axios error contains the whole request. Only its code is passed on.
      const code = errorCodeOf(thrown) ?? 'no answer';
      throw new ApiFailure(call, undefined, code, !FINAL_NETWORK_ERROR.test(code));
    });
  const { status } = response;
  if (status >= 200 && status < 300) {
    try {
      return read(response.data, options.strike);
    } catch (error) {
      throw error instanceof Misfit ? new ApiFailure(call, status, error.message, false) : error;
    }
  }
  const retryAt = parseRetryAfter(normalizeHeaders(response.headers)['retry-after'], options.now());
  const isTransient = status === 408 || status === 429 || (status >= 500 && status !== 501);
  throw new ApiFailure(call, status, describeAnswer(response.data, options.strike), isTransient, retryAt);
}
