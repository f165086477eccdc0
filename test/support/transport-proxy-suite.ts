import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

import type { HttpRequest, HttpResponse, Transport } from '../../src/http';
import { createCertificate } from './certificate';
import type { Certificate } from './certificate';
import { runProgram } from './child-program';
import { ForwardProxy } from './forward-proxy';
import { LoopbackServer } from './loopback-server';
import { clearProxyVariables } from './proxy-variables';

const POST = join(__dirname, 'post.cjs');
const CANARY = 'canary-secret-2b70';
const PROXY_CREDENTIALS = 'proxy-user:canary-proxy-password';
const PROXY_AUTHORIZATION = `Basic ${Buffer.from(PROXY_CREDENTIALS).toString('base64')}`;
/** More than any machine needs. */
const PATIENCE_MS = 120_000;

type Environment = Record<string, string>;
type ChildAnswer = HttpResponse | { error: { kind: string; reason?: string } };

function requestTo(url: string): HttpRequest {
  const headers = { 'content-type': 'application/x-www-form-urlencoded', authorization: `Basic ${CANARY}` };
  return { method: 'POST', url: `${url}/token`, headers, body: `client_secret=${CANARY}` };
}

/** What is asked of the HTTP client of the nodes where there is a proxy. */
export function describeTransportWithProxy(transport: Transport): void {
  let origin: LoopbackServer;
  let proxy: ForwardProxy;
  let restoreVariables: () => void;

  beforeAll(async () => {
    [origin, proxy] = await Promise.all([LoopbackServer.start(), ForwardProxy.start()]);
    origin.answer = (response) => response.end('from the origin');
  });

  beforeEach(() => {
    restoreVariables = clearProxyVariables();
    for (const { requests } of [origin, proxy]) requests.length = 0;
  });

  afterEach(() => restoreVariables());

  afterAll(() => Promise.all([origin.stop(), proxy.stop()]));

  function post(url: string): Promise<HttpResponse> {
    return transport(requestTo(url), PATIENCE_MS);
  }

  describe('a proxy of the environment, for http', () => {
    it('is used, read when the request is made', async () => {
      expect((await post(origin.url)).data).toBe('from the origin');
      expect(proxy.requests).toHaveLength(0);
      process.env['HTTP_PROXY'] = proxy.url;
      expect((await post(origin.url)).data).toBe('from the origin');
      expect(proxy.requests).toHaveLength(1);
      expect(proxy.requests[0]).toMatchObject({ method: 'POST', url: `${origin.url}/token` });
      expect(proxy.requests[0]?.headers.host).toBe(`127.0.0.1:${origin.port}`);
      expect(origin.requests.map(({ body }) => body.toString())).toEqual(Array(2).fill(requestTo(origin.url).body));
    });

    it.each(['http_proxy', 'HTTP_PROXY', 'all_proxy', 'ALL_PROXY'])('is named by %s', async (variable) => {
      process.env[variable] = proxy.url;
      expect((await post(origin.url)).data).toBe('from the origin');
      expect(proxy.requests).toHaveLength(1);
    });

    it.each(['https_proxy', 'HTTPS_PROXY'])('is not named by %s', async (variable) => {
      process.env[variable] = proxy.url;
      expect((await post(origin.url)).data).toBe('from the origin');
      expect(proxy.requests).toHaveLength(0);
    });

    it('gets its credentials', async () => {
      process.env['HTTP_PROXY'] = proxy.urlFor(`${PROXY_CREDENTIALS}@`);
      expect((await post(origin.url)).data).toBe('from the origin');
      expect(proxy.requests[0]?.headers).toMatchObject({
        'proxy-authorization': PROXY_AUTHORIZATION,
        authorization: `Basic ${CANARY}`,
      });
    });

    const exempting = ['127.0.0.1', '*', 'other.example, 127.0.0.1'];

    it.each(exempting)('is passed over with NO_PROXY=%s, credentials too', async (hosts) => {
      process.env['HTTP_PROXY'] = proxy.urlFor(`${PROXY_CREDENTIALS}@`);
      process.env['NO_PROXY'] = hosts;
      expect((await post(origin.url)).data).toBe('from the origin');
      expect(proxy.requests).toHaveLength(0);
      expect(origin.requests[0]?.headers).not.toHaveProperty('proxy-authorization');
    });

    it('is used with a NO_PROXY for other hosts', async () => {
      process.env['HTTP_PROXY'] = proxy.url;
      process.env['NO_PROXY'] = 'other.example';
      await post(origin.url);
      expect(proxy.requests).toHaveLength(1);
    });
  });

  describe('a proxy of the environment, for https', () => {
    it('that refuses the tunnel has its refusal in the place of an answer', async () => {
      const seen: string[] = [];
      const refusing = createServer((socket) =>
        socket.on('data', (chunk) => {
          seen.push(chunk.toString('latin1'));
          socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n');
        }),
      );
      await new Promise<void>((resolve) => void refusing.listen(0, '127.0.0.1', resolve));
      try {
        process.env['HTTPS_PROXY'] = `http://127.0.0.1:${(refusing.address() as AddressInfo).port}`;
        expect((await post('https://login.example.com')).status).toBe(403);
        expect(seen.join('')).toMatch(/^CONNECT login\.example\.com:443 HTTP\/1\.1\r\n/);
        expect(seen.join('')).not.toContain(CANARY);
      } finally {
        await new Promise((resolve) => refusing.close(resolve));
      }
    });
  });
}

/**
 * What is asked of it over TLS, with a proxy and without: in processes, since which certificates are trusted is read from
 * the environment when one starts.
 *
 * @param fileOf the file that a process loads the transport from
 * @param name what the file exports it as
 */
export function describeTransportOverTls(fileOf: () => string, name: string): void {
  let certificate: Certificate;
  let origin: LoopbackServer;
  let proxy: ForwardProxy;

  beforeAll(async () => {
    certificate = await createCertificate();
    [origin, proxy] = await Promise.all([LoopbackServer.start(certificate), ForwardProxy.start()]);
    origin.answer = (response) => response.end('from the origin');
  });

  beforeEach(() => {
    for (const { requests } of [origin, proxy]) requests.length = 0;
  });

  afterAll(async () => {
    certificate.remove();
    await Promise.all([origin.stop(), proxy.stop()]);
  });

  /** Sends a request from a process that trusts the origin's certificate, unless the environment says otherwise. */
  function postInChild(url: string, env: Environment): Promise<ChildAnswer> {
    const trusting = { NODE_EXTRA_CA_CERTS: certificate.file, ...env };
    return runProgram({ file: POST, args: [fileOf(), name, JSON.stringify(requestTo(url))], env: trusting });
  }

  describe('a proxy of the environment, for https', () => {
    it('opens a tunnel to the origin, and sees nothing of what goes through', async () => {
      const answer = await postInChild(origin.url, { HTTPS_PROXY: proxy.url });
      expect(answer).toMatchObject({ status: 200, data: 'from the origin' });
      expect(proxy.requests).toHaveLength(1);
      const [tunnel] = proxy.requests;
      expect(tunnel).toMatchObject({ method: 'CONNECT', url: `127.0.0.1:${origin.port}` });
      expect(JSON.stringify(tunnel?.headers)).not.toContain(CANARY);
      const passed = Buffer.concat(tunnel?.tunnelled ?? []);
      expect(passed.length).toBeGreaterThan(0);
      expect(passed.toString('latin1')).not.toContain(CANARY);
      expect(origin.requests).toHaveLength(1);
      expect(origin.requests[0]).toMatchObject({ url: '/token', headers: { authorization: `Basic ${CANARY}` } });
      expect(origin.requests[0]?.body.toString()).toBe(requestTo(origin.url).body);
    });

    it('gets its credentials, and the origin does not', async () => {
      const answer = await postInChild(origin.url, { HTTPS_PROXY: proxy.urlFor(`${PROXY_CREDENTIALS}@`) });
      expect(answer).toMatchObject({ status: 200 });
      expect(proxy.requests[0]?.headers).toHaveProperty('proxy-authorization', PROXY_AUTHORIZATION);
      expect(origin.requests[0]?.headers).not.toHaveProperty('proxy-authorization');
    });

    it('is passed over with NO_PROXY', async () => {
      const env = { HTTPS_PROXY: proxy.urlFor(`${PROXY_CREDENTIALS}@`), NO_PROXY: '127.0.0.1' };
      expect(await postInChild(origin.url, env)).toMatchObject({ status: 200, data: 'from the origin' });
      expect(proxy.requests).toHaveLength(0);
      expect(origin.requests[0]?.headers).not.toHaveProperty('proxy-authorization');
    });

    it.each(['with', 'without'])('makes no certificate trusted (%s it)', async (which) => {
      const env = { NODE_EXTRA_CA_CERTS: '', ...(which === 'with' ? { HTTPS_PROXY: proxy.url } : {}) };
      const error = { kind: 'network', reason: 'DEPTH_ZERO_SELF_SIGNED_CERT' };
      expect(await postInChild(origin.url, env)).toEqual({ error });
      expect(origin.requests).toHaveLength(0);
    });
  });
}
