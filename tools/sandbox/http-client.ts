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
  /** The parsed body if it is JSON, else its text. */
  data: unknown;
}

/** The HTTP client that the platform gives to Functions, transformers and Flows. */
export type HttpClient = (request: HttpClientRequest) => Promise<HttpClientResponse>;

/** The error of a rejected request. As on the platform, it has the whole request, headers and secrets included. */
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

/** Wraps a client so that a status outside 200 to 299 rejects. */
export function throwingOnErrorStatus(client: HttpClient): HttpClient {
  return async (request) => {
    const response = await client(request);
    if (response.status >= 200 && response.status < 300) return response;
    const message = `Request failed with status code ${response.status}`;
    throw new HttpClientError(message, request, 'ERR_BAD_RESPONSE', response);
  };
}
