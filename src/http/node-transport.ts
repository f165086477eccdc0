import type { IncomingMessage } from 'http';

import { errorCodeOf, isTransportError, normalizeHeaders, TransportError } from './transport';
import type { HttpRequest, HttpResponse, Transport } from './transport';

/** A token is a few kilobytes; an answer beyond this is a mistaken address or an attack. */
const LARGEST_ANSWER_BYTES = 1024 * 1024;

/** Some token endpoints refuse requests without a user agent, and answer with a form unless JSON is asked for. */
const DEFAULT_HEADERS = {
  accept: 'application/json, text/plain, */*',
  'accept-encoding': 'gzip, deflate, br',
  'user-agent': 'cognigy-access-token',
};

/** Z_SYNC_FLUSH: some servers leave out the end of a packed answer, as all common clients tolerate. */
const LENIENT = { finishFlush: 2, maxOutputLength: LARGEST_ANSWER_BYTES };

/** The transport of the nodes: the client of Node.js itself, or axios where the environment names a proxy. */
export const nodeTransport: Transport = async (request, timeoutMs) => {
  const scheme = /^https:/i.test(request.url) ? 'https' : 'http';
  if (namesProxy(scheme)) {
    // It also reads NO_PROXY, and goes without the proxy where that names the host.
    const { axiosTransport } = await import('./axios-transport');
    return axiosTransport(request, timeoutMs);
  }
  try {
    const { status, headers, body } = await exchange(request, timeoutMs, scheme);
    const text = await unpack(body, headers['content-encoding']);
    return { status, headers, data: text.toString('utf8').replace(/^\uFEFF/, '') };
  } catch (thrown) {
    if (isTransportError(thrown)) throw thrown;
    // The system's own text may quote the request or the answer: only the code goes on.
    const code = errorCodeOf(thrown);
    throw new TransportError(code === 'ETIMEDOUT' ? 'timeout' : 'network', code);
  }
};

/** Whether a proxy is set for this scheme, as proxy-from-env reads it. */
function namesProxy(scheme: string): boolean {
  const names = [`${scheme}_proxy`, 'all_proxy'].flatMap((name) => [name, name.toUpperCase()]);
  return names.some((name) => Boolean(process.env[name]));
}

type PackedResponse = Omit<HttpResponse, 'data'> & { body: Buffer };

async function exchange(request: HttpRequest, timeoutMs: number, scheme: 'http' | 'https'): Promise<PackedResponse> {
  // TLS takes 2 ms to load, which a server in the same network, reached by http, need not cost.
  const client = scheme === 'https' ? await import('https') : await import('http');
  return new Promise((resolve, reject) => {
    const { method, url, headers, body } = request;
    const sent = client.request(url, { method, headers: { ...DEFAULT_HEADERS, ...headers }, timeout: timeoutMs });
    const end = (error: Error): void => {
      clearTimeout(timer);
      reject(error);
      // Otherwise an answer that never ends would keep its connection open.
      sent.destroy();
    };
    // The socket's timeout starts anew with each byte that arrives; this one does not.
    const timer = setTimeout(() => end(new TransportError('timeout')), timeoutMs);
    sent.on('timeout', () => end(new TransportError('timeout', 'ECONNABORTED')));
    sent.on('error', end);
    sent.on('response', (response: IncomingMessage) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      response.on('error', end);
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        bytes += chunk.length;
        if (bytes > LARGEST_ANSWER_BYTES) end(new TransportError('network', 'ERR_BAD_RESPONSE'));
      });
      response.on('end', () => {
        clearTimeout(timer);
        resolve({ status: response.statusCode ?? 0, headers: normalizeHeaders(response.headers), body: Buffer.concat(chunks) });
      });
    });
    sent.end(typeof body === 'string' ? body : JSON.stringify(body));
  });
}

/** Undoes the content coding (RFC 9110 §8.4.1). @throws where the body is not in that coding, or too large */
async function unpack(body: Buffer, coding = ''): Promise<Buffer> {
  if (body.length === 0 || !/^(?:(?:x-)?gzip|deflate|br)$/i.test(coding)) return body;
  const { brotliDecompressSync, inflateRawSync, unzipSync } = await import('zlib');
  if (/br/i.test(coding)) return brotliDecompressSync(body, { maxOutputLength: LARGEST_ANSWER_BYTES });
  // Some servers send deflate without the zlib format, which starts with this byte.
  return /deflate/i.test(coding) && body[0] !== 0x78 ? inflateRawSync(body, LENIENT) : unzipSync(body, LENIENT);
}
