import type { ClientRequest, IncomingMessage } from 'http';
import type { RequestOptions } from 'https';

import type { Progress, Route } from './proxy';
import { isTransportError, normalizeHeaders, TransportError } from './transport';
import type { HttpRequest, HttpResponse, Transport } from './transport';

/** A token is a few kilobytes; an answer beyond this is a mistaken address or an attack. */
const LARGEST_ANSWER_BYTES = 1024 * 1024;

/** Some token endpoints refuse requests without a user agent, and answer with a form unless JSON is asked for. */
const DEFAULT_HEADERS = {
  accept: 'application/json, text/plain, */*',
  'accept-encoding': 'gzip, deflate, br',
  'user-agent': 'cognigy-access-token',
};

/** Z_SYNC_FLUSH: some servers cut off the end of a compressed answer, and all common clients tolerate that. */
const LENIENT = { finishFlush: 2, maxOutputLength: LARGEST_ANSWER_BYTES };

/** The nodes' transport: the client of Node.js itself, through a proxy if the environment names one. */
export const nodeTransport: Transport = async (request, timeoutMs) => {
  const progress: Progress = {};
  let timer: ReturnType<typeof setTimeout> | undefined;
  // The socket's timeout starts anew with each byte that arrives; this one does not.
  const timeUp = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new TransportError('timeout')), timeoutMs);
  });
  try {
    return await Promise.race([send(request, timeoutMs, progress), timeUp]);
  } catch (thrown) {
    // Otherwise an answer that never ends would keep its connection open.
    progress.open?.destroy();
    if (isTransportError(thrown)) throw thrown;
    const { failureOf } = await import('./failure');
    throw failureOf(thrown, progress);
  } finally {
    clearTimeout(timer);
  }
};

async function send({ method, url, headers, body, tls, asBytes }: HttpRequest, timeoutMs: number, progress: Progress): Promise<HttpResponse> {
  const scheme = /^https:/i.test(url) ? 'https' : 'http';
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  // With GET and DELETE, Node.js does not say by itself how long a body is.
  const length = text === '' ? undefined : { 'content-length': Buffer.byteLength(text) };
  const options: RequestOptions = { method, headers: { ...DEFAULT_HEADERS, ...length, ...headers }, timeout: timeoutMs };
  // A connection that other requests have left open may have been made with other certificates.
  if (tls !== undefined && scheme === 'https') Object.assign(options, { secureContext: tls, agent: false });
  let route: Route = { address: url, scheme, options };
  const proxy = readEnvironment(`${scheme}_proxy`, 'all_proxy');
  if (proxy !== undefined) {
    const { routeThrough } = await import('./proxy');
    route = await routeThrough(proxy, readEnvironment('no_proxy'), route, progress);
  }
  // TLS takes 2 ms to load, which a server in the same network, reached by http, need not cost.
  const client = route.scheme === 'https' ? await import('https') : await import('http');
  progress.open = client.request(route.address, route.options);
  progress.inClear = route.scheme === 'http';
  // Behind a proxy that answers, it is the server that is at fault.
  progress.open.once('response', () => (progress.atProxy = false));
  const answer = await exchange(progress.open, text);
  const bytes = await unpack(answer.body, answer.headers['content-encoding']);
  const { status } = answer;
  const read = () => bytes.toString('utf8').replace(/^\uFEFF/, '');
  if (status === 407 || (status === 400 && (scheme === 'http' || read().includes('SSL certificate')))) {
    const { refuseMisdirected } = await import('./failure');
    refuseMisdirected(status, read());
  }
  return { status, headers: answer.headers, data: asBytes ? bytes : read() };
}

/** The first of these variables that is set, as curl reads them: each in lower case before upper case. */
function readEnvironment(...names: string[]): string | undefined {
  const spellings = names.flatMap((name) => [name, name.toUpperCase()]);
  return spellings.map((name) => process.env[name]).find(Boolean);
}

type PackedResponse = Omit<HttpResponse, 'data'> & { body: Buffer };

function exchange(sent: ClientRequest, body: string): Promise<PackedResponse> {
  return new Promise((resolve, reject) => {
    sent.on('timeout', () => reject(new TransportError('timeout', 'ECONNABORTED')));
    sent.on('error', reject);
    sent.on('response', (response: IncomingMessage) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      response.on('error', reject);
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        bytes += chunk.length;
        if (bytes > LARGEST_ANSWER_BYTES) reject(Object.assign(new Error(), { code: 'ERR_BAD_RESPONSE' }));
      });
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, headers: normalizeHeaders(response.headers), body: Buffer.concat(chunks) });
      });
    });
    sent.end(body);
  });
}

/** Undoes the content coding (RFC 9110 §8.4.1). @throws if the body isn't in that coding, or is too large */
async function unpack(body: Buffer, coding = ''): Promise<Buffer> {
  if (body.length === 0 || !/^(?:(?:x-)?gzip|deflate|br)$/i.test(coding)) return body;
  const { brotliDecompressSync, inflateRawSync, unzipSync } = await import('zlib');
  if (/br/i.test(coding)) return brotliDecompressSync(body, { maxOutputLength: LARGEST_ANSWER_BYTES });
  // Some servers send deflate without the zlib format, which starts with this byte.
  return /deflate/i.test(coding) && body[0] !== 0x78 ? inflateRawSync(body, LENIENT) : unzipSync(body, LENIENT);
}
