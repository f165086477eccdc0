import axios from 'axios';
import type { CancelToken } from 'axios';

import { errorCodeOf, normalizeHeaders, TransportError } from './transport';
import type { HttpRequest, HttpResponse, Transport } from './transport';

/** A token is a few kilobytes; an answer beyond this is a mistaken address or an attack. */
const LARGEST_ANSWER_BYTES = 1024 * 1024;

/** The transport of the nodes: axios, with the proxy settings of the environment. */
export const axiosTransport: Transport = async (request, timeoutMs) => {
  // Not an AbortController: it is one of the globals that the platform's VM need not have.
  const { token, cancel } = axios.CancelToken.source();
  return withinTime(send(request, timeoutMs, token), timeoutMs, cancel);
};

async function send(request: HttpRequest, timeoutMs: number, cancelToken: CancelToken): Promise<HttpResponse> {
  try {
    const response = await axios.request<string>({
      method: request.method,
      url: request.url,
      headers: request.headers,
      data: typeof request.body === 'string' ? request.body : JSON.stringify(request.body),
      timeout: timeoutMs,
      cancelToken,
      maxRedirects: 0,
      maxContentLength: LARGEST_ANSWER_BYTES,
      responseType: 'text',
      transformRequest: (data: string) => data,
      transformResponse: (data: string) => data,
      validateStatus: () => true,
    });
    return { status: response.status, headers: normalizeHeaders(response.headers), data: response.data };
  } catch (thrown) {
    // An Axios error carries the whole request, client secret included: only its code goes on.
    const code = errorCodeOf(thrown);
    throw new TransportError(code === 'ECONNABORTED' || code === 'ETIMEDOUT' ? 'timeout' : 'network', code);
  }
}

/** Axios' own timeout restarts with each byte that arrives; this one does not. */
async function withinTime<T>(work: Promise<T>, timeoutMs: number, cancel: () => void): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const timeUp = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new TransportError('timeout'));
      // Otherwise an answer that never ends would keep its connection open.
      cancel();
    }, timeoutMs);
  });
  try {
    return await Promise.race([work, timeUp]);
  } finally {
    clearTimeout(timer);
  }
}
