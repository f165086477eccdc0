import type { IHttpAdapter, IHttpRequest, IHttpResponse } from '@cognigy/rest-api-client';

import { errorCodeOf, normalizeHeaders, parseRetryAfter } from '../../../src/http';

import { ApiFailure, describeAnswer } from './failure';

export interface AdapterOptions {
  baseUrl: string;
  apiKey: string;
  /** What must not be shown, in all its forms. */
  secrets: readonly string[];
  /** Milliseconds that one request may take. */
  timeoutMs: number;
  /** Unix milliseconds */
  now: () => number;
}

/** The largest answer that makes sense: a Function's code, quoted. */
const LARGEST_ANSWER_BYTES = 8 * 1024 * 1024;
/** Uploads take longer than other requests, by this factor. */
const UPLOAD_FACTOR = 4;
/** A name that does not exist, or a certificate that is not trusted, stays so. */
const FINAL_NETWORK_ERROR = /^ENOTFOUND$|CERT|SIGNATURE|^EPROTO$|^ERR_TLS/;

/**
 * Sends one request for the vendor's client, and throws what failed as an `ApiFailure`. It takes the place of the
 * client's own adapter, which repeats every request after a lost connection, creates included, forgets
 * `Retry-After`, and whose errors carry the whole request.
 */
export function createHttpAdapter(options: AdapterOptions): IHttpAdapter {
  const request = (input: IHttpRequest): Promise<IHttpResponse> => send(input, options);
  const as = (method: IHttpRequest['method']) => (input: IHttpRequest) => request({ ...input, method });
  return {
    request,
    get: as('GET'),
    post: as('POST'),
    put: as('PUT'),
    patch: as('PATCH'),
    head: as('HEAD'),
    // The client hands its configuration over; everything that is needed is here already.
    setConfig: () => undefined,
  };
}

async function send({ method, url, headers, data }: IHttpRequest, options: AdapterOptions): Promise<IHttpResponse> {
  // Loaded with the first request: `--help` needs none.
  const { default: axios } = await import('axios');
  const call = `${method} ${url.split('?')[0] ?? ''}`;
  const isUpload = typeof data === 'object' && data !== null && 'getHeaders' in data;
  const timeout = options.timeoutMs * (isUpload ? UPLOAD_FACTOR : 1);
  const response = await axios
    .request<unknown>({
      method,
      url: `${options.baseUrl}${url}`,
      headers: { ...headers, 'x-api-key': options.apiKey },
      data: data as unknown,
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
  const { status, statusText } = response;
  if (status < 200 || status >= 300) {
    const retryAt = parseRetryAfter(normalizeHeaders(response.headers)['retry-after'], options.now());
    throw new ApiFailure(call, status, describeAnswer(response.data, options.secrets), isTransient(status), retryAt);
  }
  return { data: response.data, status, statusText, headers: response.headers };
}

function isTransient(status: number): boolean {
  return status === 408 || status === 429 || (status >= 500 && status !== 501);
}
