import { createServer as createTlsServer } from 'node:https';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import type { TlsOptions } from 'node:tls';
import { join } from 'node:path';

import { isTransportError } from '../../src/http';
import type { HttpRequest, HttpResponse, Transport, TransportError } from '../../src/http';
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
/** A reserved port that nobody uses. */
const UNREACHABLE = 'http://127.0.0.1:1';
/** More than any machine needs, milliseconds. */
const PATIENCE_MS = 120_000;

type Environment = Record<string, string>;
type ChildAnswer = HttpResponse | { error: { kind: string; reason?: string; message: string; remedy?: string } };

function requestTo(url: string): HttpRequest {
  const headers = { 'content-type': 'application/x-www-form-urlencoded', authorization: `Basic ${CANARY}` };
  return { method: 'POST', url: `${url}/token`, headers, body: `client_secret=${CANARY}` };
}

/** What the nodes' HTTP client must do with a proxy. @param transport the transport under test */
export function describeTransportWithProxy(transport: Transport): void {
  let origin: LoopbackServer;
  let proxy: ForwardProxy;
  let restoreVariables: () => void;

  beforeAll(async () => {
    [origin, proxy] = await Promise.all([LoopbackServer.start(), ForwardProxy.start()]);
  });

  beforeEach(() => {
    restoreVariables = clearProxyVariables();
    for (const { requests } of [origin, proxy]) requests.length = 0;
    proxy.authorization = undefined;
    origin.answer = (response) => response.end('from the origin');
  });

  afterEach(() => restoreVariables());

  afterAll(() => Promise.all([origin.stop(), proxy.stop()]));

  function post(url: string): Promise<HttpResponse> {
    return transport(requestTo(url), PATIENCE_MS);
  }

  /** The error that a failing request rejects with. */
  async function failureOf(url: string): Promise<TransportError> {
    const thrown = await post(url).then(({ status }) => new Error(`There was an answer: ${status}`), (error: unknown) => error);
    if (!isTransportError(thrown)) throw thrown;
    return thrown;
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

    // As curl sends them: text that is not percent-encoded stays unchanged.
    it.each([
      ['bot:p%40ss', 'bot:p@ss'],
      ['b%C3%B6t:%23%2F%25%3f%3A%20', 'böt:#/%?: '],
      ['bot', 'bot:'],
      [':secret', ':secret'],
      ['bot:50%zz', 'bot:50%zz'],
      ['b%3Aot:p%2Bq+r', 'b:ot:p+q+r'],
    ])('gets the credentials %s decoded', async (credentials, decoded) => {
      proxy.authorization = `Basic ${Buffer.from(decoded).toString('base64')}`;
      process.env['HTTP_PROXY'] = proxy.urlFor(`${credentials}@`);
      expect((await post(origin.url)).data).toBe('from the origin');
    });

    it('that wants other credentials is what has refused', async () => {
      proxy.authorization = 'Basic b3RoZXI=';
      process.env['HTTP_PROXY'] = proxy.urlFor(`${PROXY_CREDENTIALS}@`);
      const error = await failureOf(origin.url);
      expect(error.message).toBe('the proxy asks for a user name and password, or refuses the given ones (HTTP 407)');
      expect(error.remedy).toContain('HTTP_PROXY');
      expect(origin.requests).toHaveLength(0);
    });

    it('needs no scheme', async () => {
      process.env['HTTP_PROXY'] = proxy.url.replace('http://', '');
      expect((await post(origin.url)).data).toBe('from the origin');
      expect(proxy.requests).toHaveLength(1);
    });

    it.each([
      ['http_proxy', 'HTTP_PROXY'],
      ['HTTP_PROXY', 'all_proxy'],
      ['all_proxy', 'ALL_PROXY'],
    ])('is named by %s before %s', async (first, second) => {
      process.env[first] = proxy.url;
      process.env[second] = UNREACHABLE;
      expect((await post(origin.url)).data).toBe('from the origin');
    });

    it('is named by the next variable where one is empty', async () => {
      process.env['http_proxy'] = '';
      process.env['all_proxy'] = proxy.url;
      await post(origin.url);
      expect(proxy.requests).toHaveLength(1);
    });

    it.each([
      [UNREACHABLE, "the proxy can't be used: nothing listens there (ECONNREFUSED)"],
      ['socks5://127.0.0.1:1080', "the proxy's address is not a valid http(s) URL"],
      ['http://bot:canary#p/w@127.0.0.1:3128', "the proxy's address is not a valid http(s) URL"],
    ])('that can not be used is named: %s', async (url, message) => {
      process.env['HTTP_PROXY'] = url;
      const error = await failureOf(origin.url);
      expect(error.message).toBe(message);
      expect(error.remedy).toContain('HTTP_PROXY');
      expect(JSON.stringify([error, error.message, error.stack])).not.toContain('canary');
    });

    it('is not what is at fault when the answer behind it is too large', async () => {
      process.env['HTTP_PROXY'] = proxy.url;
      origin.answer = (response) => response.end('x'.repeat(2 ** 21));
      expect((await failureOf(origin.url)).message).toBe('its answer is larger than 1 MB (ERR_BAD_RESPONSE)');
    });

    const exempting = ['127.0.0.1', '*', 'other.example, 127.0.0.1', '127.0.0.0/8'];

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
    it.each([
      ['403 Forbidden', 'the proxy does not let the connection through (HTTP 403)'],
      ['407 Proxy Authentication Required', 'the proxy asks for a user name and password, or refuses the given ones (HTTP 407)'],
      ['502 Bad Gateway', 'the proxy does not let the connection through (HTTP 502)'],
    ])('that refuses the tunnel is what has refused: %s', async (status, message) => {
      const seen: string[] = [];
      const refusing = createServer((socket) =>
        socket.on('data', (chunk) => {
          seen.push(chunk.toString('latin1'));
          socket.end(`HTTP/1.1 ${status}\r\nContent-Length: 0\r\n\r\n`);
        }),
      );
      await new Promise<void>((resolve) => void refusing.listen(0, '127.0.0.1', resolve));
      try {
        process.env['HTTPS_PROXY'] = `http://127.0.0.1:${(refusing.address() as AddressInfo).port}`;
        expect((await failureOf('https://login.example.com')).message).toBe(message);
        expect(seen.join('')).toMatch(/^CONNECT login\.example\.com:443 HTTP\/1\.1\r\n/);
        expect(seen.join('')).not.toContain(CANARY);
      } finally {
        await new Promise((resolve) => refusing.close(resolve));
      }
    });
  });
}

/**
 * What the HTTP client must do over TLS, with a proxy and without. The tests use child processes, because Node.js reads from
 * the environment which certificates to trust when it starts.
 *
 * @param fileOf returns the file that a process loads the transport from
 * @param name the file's export that is the transport
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

    it('gets an encoded password decoded', async () => {
      proxy.authorization = `Basic ${Buffer.from('bot:p@ss').toString('base64')}`;
      expect(await postInChild(origin.url, { HTTPS_PROXY: proxy.urlFor('bot:p%40ss@') })).toMatchObject({ status: 200 });
      const refused = await postInChild(origin.url, { HTTPS_PROXY: proxy.urlFor('bot:p%2540ss@') });
      expect(refused).toMatchObject({ error: { kind: 'network', reason: 'HTTP 407', message: expect.stringContaining('the proxy asks') as string } });
      proxy.authorization = undefined;
    });

    it('may be spoken to with TLS', async () => {
      const secure = await ForwardProxy.start(certificate);
      try {
        expect(await postInChild(origin.url, { HTTPS_PROXY: secure.url })).toMatchObject({ status: 200, data: 'from the origin' });
        expect(secure.requests).toHaveLength(1);
      } finally {
        await secure.stop();
      }
    });

    it.each(['with', 'without'])('makes no certificate trusted (%s it)', async (which) => {
      const env = { NODE_EXTRA_CA_CERTS: '', ...(which === 'with' ? { HTTPS_PROXY: proxy.url } : {}) };
      const message = 'its certificate is self-signed (DEPTH_ZERO_SELF_SIGNED_CERT)';
      const remedy = expect.stringContaining('NODE_EXTRA_CA_CERTS') as string;
      expect(await postInChild(origin.url, env)).toEqual({ error: { kind: 'network', reason: 'DEPTH_ZERO_SELF_SIGNED_CERT', message, remedy } });
      expect(origin.requests).toHaveLength(0);
    });
  });
  describe('a server', () => {
    /** The message for a failing request to an https server with these settings. */
    async function messageFor(options: TlsOptions, path = ''): Promise<string> {
      const server = createTlsServer({ ...certificate, ...options }, (_, response) => response.end());
      await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
      try {
        const answer = await postInChild(`https://127.0.0.1:${(server.address() as AddressInfo).port}${path}`, {});
        return 'error' in answer ? answer.error.message : String(answer.status);
      } finally {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
    }

    it('whose TLS is too old is named', async () => {
      const options = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
      expect(await messageFor(options)).toMatch(/^it speaks only TLS versions that are too old \((?:EPROTO|ERR_SSL_\w+)\)$/);
    });

    it('that asks for a client certificate is named', async () => {
      const asking = { requestCert: true, rejectUnauthorized: true };
      expect(await messageFor(asking)).toMatch(/^it asks for a client certificate \(/);
      expect(await messageFor({ ...asking, maxVersion: 'TLSv1.2' })).toMatch(/a client certificate \(/);
    });

    it('whose certificate is for another host is named', async () => {
      const other = await createCertificate({ host: 'other.example' });
      try {
        const trusting = { NODE_EXTRA_CA_CERTS: other.file };
        const server = await LoopbackServer.start(other);
        const answer = await postInChild(server.url, trusting);
        expect(answer).toMatchObject({ error: { message: 'its certificate is for another host name (ERR_TLS_CERT_ALTNAME_INVALID)' } });
        await server.stop();
      } finally {
        other.remove();
      }
    });

    it('whose certificate has expired is named', async () => {
      const old = await createCertificate({ notAfter: new Date('2020-02-01') });
      try {
        const server = await LoopbackServer.start(old);
        const answer = await postInChild(server.url, { NODE_EXTRA_CA_CERTS: old.file });
        expect(answer).toMatchObject({ error: { message: 'its certificate has expired (CERT_HAS_EXPIRED)' } });
        await server.stop();
      } finally {
        old.remove();
      }
    });
  });
}
