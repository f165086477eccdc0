import http from 'node:http';
import https from 'node:https';
import axios from 'axios';
import { HttpClientError, type HttpClient } from './http-client';
import { copyJson, messageOf } from './json';

/**
 * A client that uses no proxy, follows no redirect and keeps no connection open. `close()` aborts the requests that are
 * under way.
 * @throws HttpClientError if there is no answer
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
