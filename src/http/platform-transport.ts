import { errorCodeOf, isTransportError, normalizeHeaders, TransportError } from './transport';
import type { HttpResponse, Transport } from './transport';

/** What the platform gives Functions, and the form of a node in the editor. */
export interface PlatformApi {
  /** Whether a status other than 2xx rejects is not documented: both are understood. */
  httpRequest(request: {
    method: string;
    url: string;
    headers: Record<string, string>;
    data: unknown;
    maxRedirects: number;
  }): Promise<unknown>;
}

export interface PlatformTimers {
  setTimeout: (callback: () => void, ms: number) => unknown;
  /** Not every platform version has it. */
  clearTimeout?: ((timer: unknown) => void) | undefined;
}

/** The platform's `api.httpRequest` as a transport, with a time limit of its own. */
export function platformTransport({
  api,
  setTimeout,
  clearTimeout,
}: PlatformTimers & { api: PlatformApi }): Transport {
  return async (request, timeoutMs) => {
    const { method, url, headers, body } = request;
    let timer: unknown;
    try {
      const answer = api.httpRequest({ method, url, headers, data: body, maxRedirects: 0 });
      // Made after the call: if the call throws, nobody would handle this rejection.
      const timeUp = new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(new TransportError('timeout')), timeoutMs);
      });
      return readAnswer(await Promise.race([answer, timeUp]));
    } catch (thrown) {
      if (isTransportError(thrown)) throw thrown;
      return readThrown(thrown);
    } finally {
      clearTimeout?.(timer);
    }
  };
}

/** Some clients throw on a status other than 2xx, and carry the answer in the error. */
function readThrown(thrown: unknown): HttpResponse {
  const { response } = (thrown ?? {}) as { response?: unknown };
  for (const candidate of [response, thrown, { status: statusIn(thrown) }]) {
    const { status, statusCode } = (candidate ?? {}) as { status?: unknown; statusCode?: unknown };
    if (typeof (status ?? statusCode) === 'number') return readAnswer(candidate);
  }
  throw new TransportError('network', errorCodeOf(thrown));
}

/** Where an error came through a copy, its text ("… status code 401") is all that is left of the answer. */
function statusIn(thrown: unknown): number | undefined {
  const { message } = (thrown ?? {}) as { message?: unknown };
  const [, digits] = /\bstatus(?: code)?:? ([1-5]\d{2})\b/i.exec(typeof message === 'string' ? message : '') ?? [];
  return digits === undefined ? undefined : Number(digits);
}

function readAnswer(answer: unknown): HttpResponse {
  const { status, statusCode, headers, data, body } = (answer ?? {}) as Record<string, unknown>;
  const code = status ?? statusCode;
  if (typeof code !== 'number') throw new TransportError('network', 'NO_STATUS');
  // Only proxies answer it (RFC 9110 §15.5.8).
  if (code === 407) throw new TransportError('network', 'HTTP 407', 'a proxy refused');
  return { status: code, headers: normalizeHeaders(headers), data: data ?? body };
}
