import { errorCodeOf, normalizeHeaders, parseRetryAfter } from '../../../src/http';

import { ApiFailure, describeAnswer } from './failure';
import { Misfit } from './shape';
import type { Reader, Strike } from './shape';

export interface ClientOptions {
  /** Without a path. */
  baseUrl: string;
  apiKey: string;
  /** Removes text that must not be shown. */
  strike: Strike;
  /** Time limit of one request, milliseconds. */
  timeoutMs: number;
  /** Unix milliseconds */
  now: () => number;
}

export type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';

/** The largest useful answer: a Function's code, quoted. */
const LARGEST_ANSWER_BYTES = 8 * 1024 * 1024;
/** Uploads take longer than other requests, by this factor. */
const UPLOAD_FACTOR = 4;
/** A missing host name or an untrusted certificate will not get better. */
const FINAL_NETWORK_ERROR = /^ENOTFOUND$|CERT|SIGNATURE|^EPROTO$|^ERR_TLS/;

/**
 * Sends one request to the management API. The vendor's client does not fit: it repeats every request after a lost
 * connection, creates included, ignores `Retry-After`, puts the whole request into its errors, and has 11 MB.
 *
 * @param path such as `/new/v2.0/functions?projectId=64…`
 * @param read checks the body of the answer
 * @throws ApiFailure if there is no answer, if the status is not 2xx, or if the body does not fit
 */
export async function sendRequest<T>(
  method: Method,
  path: string,
  body: unknown,
  options: ClientOptions,
  read: Reader<T>,
): Promise<T> {
  // Loaded with the first request, because `--help` needs none.
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
      // Axios' own timeout restarts with each byte that arrives; this one does not.
      signal: AbortSignal.timeout(timeout),
      // A redirect would carry the API key elsewhere.
      maxRedirects: 0,
      maxContentLength: LARGEST_ANSWER_BYTES,
      validateStatus: () => true,
    })
    .catch((thrown: unknown) => {
      // An Axios error carries the whole request: only its code goes on.
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
