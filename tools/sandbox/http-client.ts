import http from 'node:http';
import https from 'node:https';
import axios from 'axios';
import { copyJson, messageOf } from './json';

export interface HttpClientRequest {
  method?: string;
  url: string;
  headers?: Record<string, string>;
  data?: unknown;
}

export interface HttpClientResponse {
  status: number;
  statusText: string;
  headers: Record<string, unknown>;
  /** Parsed when the body is JSON, else text. */
  data: unknown;
}

/** What the platform gives Functions, transformers and Flows to call out with. */
export type HttpClient = (request: HttpClientRequest) => Promise<HttpClientResponse>;

/** A rejected request as code on the platform gets it: with the whole request, headers and secrets included. */
export class HttpClientError extends Error {
  constructor(
    message: string,
    readonly config: HttpClientRequest,
    readonly code?: string,
    readonly response?: HttpClientResponse,
  ) {
    super(message);
    this.name = 'HttpClientError';
  }
}

/** Adds the answer "a status outside 200 to 299 rejects" to a client that gives every status back. */
export function throwingOnErrorStatus(client: HttpClient): HttpClient {
  return async (request) => {
    const response = await client(request);
    if (response.status >= 200 && response.status < 300) return response;
    const message = `Request failed with status code ${response.status}`;
    throw new HttpClientError(message, request, 'ERR_BAD_RESPONSE', response);
  };
}

/**
 * A client that uses no proxy, follows no redirect and keeps no connection open. `close()` ends the requests that are
 * under way.
 * @throws HttpClientError when there is no answer
 */
export function createHttpClient(): HttpClient & { close: () => void } {
  const httpAgent = new http.Agent({ keepAlive: false });
  const httpsAgent = new https.Agent({ keepAlive: false });
  const instance = axios.create({
    proxy: false,
    maxRedirects: 0,
    httpAgent,
    httpsAgent,
    validateStatus: () => true,
  });
  const send: HttpClient = async (request) => {
    try {
      const { status, statusText, headers, data } = await instance.request<unknown>({
        method: request.method ?? 'GET',
        url: request.url,
        headers: request.headers ?? {},
        data: request.data,
      });
      return { status, statusText, headers: copyJson(headers), data };
    } catch (error) {
      const code = axios.isAxiosError(error) ? error.code : undefined;
      throw new HttpClientError(messageOf(error), request, code);
    }
  };
  const close = (): void => {
    httpAgent.destroy();
    httpsAgent.destroy();
  };
  return Object.assign(send, { close });
}
