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
