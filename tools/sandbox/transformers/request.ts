import type { HttpClient } from '../http-client';
import { isJsonObject } from '../json';

export interface TransformerRequestRules {
  http: HttpClient;
  /** Whether a URL belongs to an Endpoint of this installation. Transformers may not call those. */
  isEndpointUrl(url: string): boolean;
  maxRequests: number;
}

/**
 * The `httpRequest` of one handler run. Its options are those of the `request` library (`uri` or `url`, `body` or `data`,
 * `json`, `resolveWithFullResponse`). It resolves to the body.
 */
export function createTransformerRequest(rules: TransformerRequestRules): (options: unknown) => Promise<unknown> {
  let sent = 0;
  return async (options) => {
    if (!isJsonObject(options)) throw new Error('httpRequest needs an object');
    const url = options.uri ?? options.url;
    if (typeof url !== 'string') throw new Error('httpRequest needs a uri');
    if (rules.isEndpointUrl(url)) throw new Error('a transformer may not call an Endpoint');
    if (sent >= rules.maxRequests) throw new Error(`a transformer may send ${rules.maxRequests} HTTP request`);
    sent += 1;
    const response = await rules.http({
      url,
      method: typeof options.method === 'string' ? options.method : 'GET',
      headers: isJsonObject(options.headers) ? (options.headers as Record<string, string>) : {},
      data: options.body ?? options.data,
    });
    if (options.resolveWithFullResponse !== true) return response.data;
    const { status, headers, data } = response;
    return { statusCode: status, headers, body: data };
  };
}
