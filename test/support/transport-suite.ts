import dns from 'node:dns';
import { createServer as createTcpServer } from 'node:net';
import type { AddressInfo, Server as TcpServer, Socket } from 'node:net';
import { inspect } from 'node:util';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';

import { isTransportError } from '../../src/http';
import type { HttpRequest, Transport, TransportError } from '../../src/http';
import { LoopbackServer } from './loopback-server';
import { clearProxyVariables } from './proxy-variables';

const CANARY = 'canary-secret-9c41';
const LARGEST_ANSWER_BYTES = 1024 * 1024;
/** More than any machine needs, milliseconds. */
const PATIENCE_MS = 120_000;
const SHORT_MS = 20;
/** A reserved port that nobody uses. A port that a server has just freed might be taken by the next one. */
const UNUSED_PORT = 1;

/**
 * What the nodes' HTTP client must do, with servers on loopback. The suite runs for its source and for the built file.
 *
 * @param transport the transport under test
 */
export function describeTransport(transport: Transport): void {
  let server: LoopbackServer;
  const tcpServers: TcpServer[] = [];
  let restoreVariables: () => void;

  beforeAll(async () => {
    server = await LoopbackServer.start();
  });

  beforeEach(() => {
    // If the machine has a proxy, these requests must not use it.
    restoreVariables = clearProxyVariables();
    server.requests.length = 0;
    server.answer = (response) => response.end('{}');
  });

  afterEach(async () => {
    restoreVariables();
    jest.restoreAllMocks();
    await Promise.all(tcpServers.splice(0).map((tcp) => new Promise((resolve) => tcp.close(resolve))));
  });

  afterAll(() => server.stop());

  function request(changes: Partial<HttpRequest> = {}): HttpRequest {
    return {
      method: 'POST',
      url: `${server.url}/token`,
      headers: { 'content-type': 'application/x-www-form-urlencoded', authorization: `Basic ${CANARY}` },
      body: `grant_type=client_credentials&client_secret=${CANARY}`,
      ...changes,
    };
  }

  /** The error that a failing request rejects with. */
  async function failureOf(sent: HttpRequest, timeoutMs = PATIENCE_MS): Promise<TransportError> {
    try {
      const answer = await transport(sent, timeoutMs);
      throw new Error(`There was an answer: ${answer.status}`);
    } catch (thrown) {
      if (!isTransportError(thrown)) throw thrown;
      // The error must never carry the request.
      expect(inspect(thrown, { depth: 9, showHidden: true })).not.toContain(CANARY);
      return thrown;
    }
  }

  /** Replaces the system's resolver. */
  function lookUp(answer: (respond: (error: Error | null, addresses?: object[]) => void) => void): jest.SpyInstance {
    const lookup = jest.spyOn(dns, 'lookup') as unknown as jest.SpyInstance;
    return lookup.mockImplementation((_host, _options, respond: Parameters<typeof answer>[0]) => answer(respond));
  }

  /** Starts a TCP server without HTTP. @returns its port */
  async function startTcp(onConnection: (socket: Socket) => void, host = '127.0.0.1'): Promise<number> {
    const tcp = createTcpServer((socket) => {
      // The other side may disconnect first. Some of these tests are about that.
      socket.on('error', () => socket.destroy());
      onConnection(socket);
    });
    tcpServers.push(tcp);
    await new Promise<void>((resolve) => tcp.listen(0, host, resolve));
    return (tcp.address() as AddressInfo).port;
  }

  describe('the request', () => {
    it('puts a text on the wire byte for byte', async () => {
      const body = 'a=%C3%BC&b=1+2&empty=&raw=ü€😀';
      await transport(request({ body, url: `${server.url}/oauth2/token?tenant=a%20b` }), PATIENCE_MS);
      expect(server.requests).toHaveLength(1);
      const [received] = server.requests;
      expect(received).toMatchObject({ method: 'POST', url: '/oauth2/token?tenant=a%20b' });
      expect(received?.body.equals(Buffer.from(body, 'utf8'))).toBe(true);
      expect(received?.headers).toMatchObject({
        'content-type': 'application/x-www-form-urlencoded',
        authorization: `Basic ${CANARY}`,
        'content-length': String(Buffer.byteLength(body)),
      });
    });

    it('puts an object on the wire as JSON', async () => {
      const body = { token: { access_token: 'ü' }, list: [1, null], text: '"\\\n' };
      await transport(request({ body, headers: { 'content-type': 'application/json' } }), PATIENCE_MS);
      expect(server.requests[0]?.body.toString('utf8')).toBe(JSON.stringify(body));
      expect(server.requests[0]?.headers['content-type']).toBe('application/json');
    });

    const texts = [' {"already": "JSON" }\n', 'not JSON'];

    it.each(texts)('leaves a text that is sent as JSON as it is: %p', async (body) => {
      await transport(request({ body, headers: { 'content-type': 'application/json' } }), PATIENCE_MS);
      expect(server.requests[0]?.body.toString('utf8')).toBe(body);
    });

    it('has a user agent, and asks for JSON', async () => {
      await transport(request(), PATIENCE_MS);
      expect(server.requests[0]?.headers['user-agent']).toMatch(/^[a-z-]+/);
      expect(server.requests[0]?.headers.accept).toContain('application/json');
    });

    it('reaches a name with a trailing dot', async () => {
      const answering = lookUp((respond) => respond(null, [{ address: '127.0.0.1', family: 4 }]));
      await transport(request({ url: `http://login.example.:${server.port}/token` }), PATIENCE_MS);
      expect(answering.mock.calls).toEqual([['login.example.', expect.anything(), expect.anything()]]);
      expect(server.requests[0]?.headers.host).toBe(`login.example.:${server.port}`);
    });

    it('reaches an IPv6 address', async () => {
      const answer = 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n';
      const port = await startTcp((socket) => socket.once('data', () => socket.end(answer)), '::1');
      expect(await transport(request({ url: `http://[::1]:${port}/token` }), PATIENCE_MS)).toMatchObject({ status: 200 });
    });

    it('sends an empty text as an empty body', async () => {
      await transport(request({ body: '' }), PATIENCE_MS);
      expect(server.requests[0]?.body).toHaveLength(0);
    });
  });

  describe('the answer', () => {
    it.each([200, 201, 204, 304, 400, 401, 404, 429, 500, 503])('passes status %d through', async (status) => {
      server.answer = (response) => response.writeHead(status).end();
      const answer = await transport(request(), PATIENCE_MS);
      expect(answer).toMatchObject({ status, data: '' });
    });

    it.each([301, 302, 303, 307, 308])('does not follow a %d', async (status) => {
      server.answer = (response) => response.writeHead(status, { Location: `${server.url}/elsewhere` }).end('moved');
      const answer = await transport(request(), PATIENCE_MS);
      expect(answer).toMatchObject({ status, data: 'moved', headers: { location: `${server.url}/elsewhere` } });
      expect(server.requests.map(({ url }) => url)).toEqual(['/token']);
    });

    it('has its header names in lower case', async () => {
      const sent = { 'Retry-After': '7', 'Content-Type': 'text/html', 'Set-Cookie': ['a=1', 'b=2'] };
      server.answer = (response) => response.writeHead(429, sent).end();
      const { headers } = await transport(request(), PATIENCE_MS);
      expect(headers).toMatchObject({ 'retry-after': '7', 'content-type': 'text/html', 'set-cookie': 'a=1, b=2' });
    });

    it.each(['{"access_token": "ü",  "expires_in":60}', '[1]', 'null', '12345678901234567890', '"text"', 'not JSON', ''])(
      'stays the text %p',
      async (text) => {
        server.answer = (response) => response.writeHead(200, { 'Content-Type': 'application/json' }).end(text);
        expect((await transport(request(), PATIENCE_MS)).data).toBe(text);
      },
    );

    it.each([
      ['gzip', 'gzip', gzipSync],
      ['deflate', 'deflate', deflateSync],
      // Not what the name means (RFC 9110 §8.4.1.2), but some servers send it.
      ['deflate without the zlib format', 'deflate', deflateRawSync],
      ['brotli', 'br', brotliCompressSync],
    ])('is unpacked when it is packed with %s', async (_, encoding, pack) => {
      const text = '{"access_token":"packed"}';
      server.answer = (response) => response.writeHead(200, { 'Content-Encoding': encoding }).end(pack(text));
      expect((await transport(request(), PATIENCE_MS)).data).toBe(text);
      expect(server.requests[0]?.headers['accept-encoding']).toContain(encoding);
    });

    it('may be as large as a megabyte', async () => {
      server.answer = (response) => response.end('x'.repeat(LARGEST_ANSWER_BYTES));
      expect((await transport(request(), PATIENCE_MS)).data).toHaveLength(LARGEST_ANSWER_BYTES);
    });
  });

  describe('what is no answer', () => {
    it('is one of more than a megabyte', async () => {
      server.answer = (response) => response.end('x'.repeat(LARGEST_ANSWER_BYTES + 1));
      const error = await failureOf(request());
      expect(error).toMatchObject({ kind: 'network', message: 'its answer is larger than 1 MB (ERR_BAD_RESPONSE)' });
      expect(error.remedy).toContain('Check the URL');
    });

    it.each([
      ['gzip', gzipSync],
      ['br', brotliCompressSync],
    ])('is one that unpacks to more than a megabyte (%s)', async (encoding, pack) => {
      const packed = pack('x'.repeat(LARGEST_ANSWER_BYTES + 1));
      expect(packed.length).toBeLessThan(LARGEST_ANSWER_BYTES / 100);
      server.answer = (response) => response.writeHead(200, { 'Content-Encoding': encoding }).end(packed);
      expect((await failureOf(request())).message).toBe('its answer is larger than 1 MB (ERR_BUFFER_TOO_LARGE)');
    });

    it.each(['gzip', 'deflate', 'br'])('is one that only says it is packed (%s)', async (encoding) => {
      server.answer = (response) => response.writeHead(200, { 'Content-Encoding': encoding }).end(CANARY);
      expect((await failureOf(request())).message).toMatch(/^its answer is not compressed as it says \(/);
    });

    it('is one that ends before it is complete', async () => {
      server.answer = (response) => {
        response.writeHead(200, { 'Content-Length': '100' });
        response.write('{"access_token":"half', () => response.destroy());
      };
      expect((await failureOf(request())).message).toBe('it closed the connection before its answer was complete (ECONNRESET)');
    });

    describe('is one that takes too long:', () => {
      let timers: { ms: number | undefined; fire: () => void }[];
      let setTimer: jest.SpyInstance;

      beforeEach(() => {
        timers = [];
        // The test decides when the timers fire.
        setTimer = jest.spyOn(global, 'setTimeout').mockImplementation((fire, ms) => {
          timers.push({ ms, fire });
          return {} as NodeJS.Timeout;
        });
      });

      afterEach(() => setTimer.mockRestore());

      /** Lets the time limit end. */
      function endTime(): void {
        const limit = timers.pop();
        expect(limit).toHaveProperty('ms', PATIENCE_MS);
        limit?.fire();
      }

      it('it does not start', async () => {
        const arrived = new Promise<void>((resolve) => (server.answer = () => resolve()));
        const failure = failureOf(request());
        await arrived;
        endTime();
        expect(await failure).toMatchObject({ kind: 'timeout', reason: undefined });
      });

      it('it does not end, and its connection is closed', async () => {
        let closed: Promise<void> | undefined;
        const begun = new Promise<void>((resolve) => {
          server.answer = (response) => {
            closed = new Promise((close) => response.on('close', close));
            response.writeHead(200, { 'Content-Type': 'application/json' }).write(' ', () => resolve());
          };
        });
        const failure = failureOf(request());
        await begun;
        endTime();
        expect(await failure).toMatchObject({ kind: 'timeout', reason: undefined });
        // If nothing closed it, the test would reach its own time limit.
        await closed;
      });

      it("nothing moves for so long, by the socket's own clock", async () => {
        server.answer = () => undefined;
        expect(await failureOf(request(), SHORT_MS)).toMatchObject({ kind: 'timeout', reason: 'ECONNABORTED' });
      });
    });

    it("is a connection that the system's own time limit ends", async () => {
      lookUp((respond) => respond(Object.assign(new Error(CANARY), { code: 'ETIMEDOUT' })));
      const error = await failureOf(request({ url: 'http://login.example/' }));
      expect(error).toMatchObject({ kind: 'timeout', reason: 'ETIMEDOUT' });
    });

    it('is a connection that is refused', async () => {
      const error = await failureOf(request({ url: `http://127.0.0.1:${UNUSED_PORT}/` }));
      expect(error).toMatchObject({ kind: 'network', reason: 'ECONNREFUSED', message: 'nothing listens there (ECONNREFUSED)' });
    });

    it('is a connection that is reset', async () => {
      const port = await startTcp((socket) => socket.once('data', () => socket.resetAndDestroy()));
      const error = await failureOf(request({ url: `http://127.0.0.1:${port}/` }));
      expect(error.message).toBe('it closed the connection without an answer; it may speak TLS at that port (ECONNRESET)');
      expect(error.remedy).toContain('https');
    });

    it('is something other than HTTP', async () => {
      const port = await startTcp((socket) => socket.once('data', () => socket.end(`SSH-2.0 ${CANARY}\r\n`)));
      const error = await failureOf(request({ url: `http://127.0.0.1:${port}/` }));
      expect(error.message).toMatch(/^its answer is not HTTP \(HPE_/);
    });

    it('is a TLS handshake with a server that has none', async () => {
      const error = await failureOf(request({ url: `https://127.0.0.1:${server.port}/` }));
      expect(error).toMatchObject({ kind: 'network', message: 'it does not speak TLS at that port (EPROTO)' });
      expect(error.remedy).toContain('https');
    });

    it('is a TLS alert', async () => {
      const port = await startTcp((socket) => socket.once('data', () => socket.end(Buffer.from('15030100020246', 'hex'))));
      const error = await failureOf(request({ url: `http://127.0.0.1:${port}/` }));
      expect(error.message).toBe('it speaks TLS at that port (HPE_INVALID_CONSTANT)');
    });

    // Pages of nginx, Go, Apache and Tomcat.
    it.each([
      '<html><title>400 The plain HTTP request was sent to HTTPS port</title></html>',
      'Client sent an HTTP request to an HTTPS server.\n',
      "Reason: You're speaking plain HTTP to an SSL-enabled server port.<br />",
      'Bad Request\nThis combination of host and port requires TLS.\n',
    ])('is one of a server that expects TLS: %p', async (text) => {
      server.answer = (response) => response.writeHead(400).end(text);
      expect((await failureOf(request())).message).toBe('it speaks TLS at that port (HTTP 400)');
      // A token endpoint's refusal, which may also mention a port.
      server.answer = (response) => response.writeHead(401).end(text);
      expect(await transport(request(), PATIENCE_MS)).toMatchObject({ status: 401, data: text });
    });

    it("is a proxy's: nobody else asks for authentication with 407", async () => {
      server.answer = (response) => response.writeHead(407).end(CANARY);
      const error = await failureOf(request());
      expect(error.message).toBe('the proxy asks for a user name and password, or refuses the given ones (HTTP 407)');
      expect(error.remedy).toContain('HTTPS_PROXY');
    });
  });
}
