import { isObject } from '../json';
import type { JsonObject } from '../json';

export type { JsonObject };

/** Certificates for TLS, as Node's client takes them: see `tls-context.ts`. */
export interface TlsContext {
  readonly context: unknown;
}

/** One outgoing request. */
export interface HttpRequest {
  /** POST, except for an API of its own kind. */
  method: string;
  url: string;
  /** Header names in lower case. */
  headers: Record<string, string>;
  /** Text goes out as it is, an object as JSON; an empty text is none. */
  body: string | JsonObject;
  /** Default: what this installation trusts, and no client certificate. */
  tls?: TlsContext;
  /** The answer's data as bytes, for a caller who reads its charset; by default as UTF-8. */
  asBytes?: true;
}

export interface HttpResponse {
  status: number;
  /** Header names in lower case. */
  headers: Record<string, string>;
  /** Text, or what the transport already parsed from JSON; bytes where they were asked for. */
  data: unknown;
}

/**
 * Sends one request and answers with whatever status came back. Redirects are never followed.
 *
 * @param timeoutMs milliseconds until the whole exchange must be over
 * @throws TransportError when there is no answer; nothing else
 */
export type Transport = (request: HttpRequest, timeoutMs: number) => Promise<HttpResponse>;

const TRANSPORT_ERROR = 'TransportError';

/** No answer came: the connection failed, or the time was up. */
export class TransportError extends Error {
  /**
   * @param kind what happened
   * @param reason the system's error code, such as `ECONNREFUSED`; never the foreign error's own text
   * @param words what happened, in words, if known
   * @param remedy what to do about just that
   */
  constructor(
    readonly kind: 'timeout' | 'network',
    readonly reason?: string,
    words: string = kind,
    readonly remedy?: string,
  ) {
    super(reason === undefined ? words : `${words} (${reason})`);
    this.name = TRANSPORT_ERROR;
  }
}

/**
 * Recognizes the class by its name: parts of the extension that are loaded on their own have copies of it, and the
 * platform may load them in a realm of their own, where even `Error` is another one.
 */
export function isTransportError(thrown: unknown): thrown is TransportError {
  return isObject(thrown) && thrown['name'] === TRANSPORT_ERROR;
}

/** Whether an answer was larger than a transport reads. */
export function isTooLarge(thrown: unknown): boolean {
  return isTransportError(thrown) && /BAD_RESPONSE|BUFFER_TOO_LARGE/.test(thrown.reason ?? '');
}

/** Header values as one string each, names in lower case; what is not text is left out. */
export function normalizeHeaders(headers: unknown): Record<string, string> {
  const normalized: Record<string, string> = {};
  for (const [name, value] of Object.entries(isObject(headers) ? headers : {})) {
    const text: unknown = Array.isArray(value) ? value.join(', ') : value;
    if (typeof text === 'string' || typeof text === 'number') normalized[name.toLowerCase()] = String(text);
  }
  return normalized;
}

/** The system's error code of a foreign error, if it looks like one: fit to be shown. */
export function errorCodeOf(thrown: unknown): string | undefined {
  const { code } = (thrown ?? {}) as { code?: unknown };
  return typeof code === 'string' && /^[A-Z][A-Z0-9_]{1,63}$/.test(code) ? code : undefined;
}
