import { createServer, request as httpRequest } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';

import type { LoopbackTls } from './loopback-server';

/** What a proxy was asked to do. */
export interface ProxiedRequest {
  method: string | undefined;
  /** The URL to fetch; for a tunnel, its host and port. */
  url: string | undefined;
  headers: IncomingMessage['headers'];
  /** What the client sent into a tunnel, unchanged. */
  tunnelled: Buffer[];
}

/** A real proxy on a loopback port. It forwards HTTP requests and opens tunnels (RFC 9110 §9.3.6). */
export class ForwardProxy {
  readonly requests: ProxiedRequest[] = [];
  /** The only `Proxy-Authorization` that it accepts. If absent, it accepts all requests. */
  authorization: string | undefined;

  private readonly sockets = new Set<Duplex>();
  private readonly server: Server;

  private constructor(private readonly tls: LoopbackTls | undefined) {
    const onRequest = this.passOn.bind(this);
    this.server = tls === undefined ? createServer({ keepAliveTimeout: 0 }, onRequest) : createTlsServer(tls, onRequest);
    this.server.on('connect', (request, socket, head) => this.openTunnel(request, socket, head));
  }

  /** @param tls makes clients speak TLS to the proxy */
  static async start(tls?: LoopbackTls): Promise<ForwardProxy> {
    const proxy = new ForwardProxy(tls);
    await new Promise<void>((resolve) => proxy.server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get url(): string {
    return this.urlFor('');
  }

  /** @param credentials such as `user:password@` */
  urlFor(credentials: string): string {
    return `${this.tls === undefined ? 'http' : 'https'}://${credentials}127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    this.server.closeAllConnections();
    return new Promise((resolve) => {
      this.server.close(() => resolve());
    });
  }

  private keep({ method, url, headers }: IncomingMessage): ProxiedRequest {
    const kept = { method, url, headers, tunnelled: [] };
    this.requests.push(kept);
    return kept;
  }

  private refuses({ headers }: IncomingMessage): boolean {
    return this.authorization !== undefined && headers['proxy-authorization'] !== this.authorization;
  }

  private passOn(request: IncomingMessage, response: ServerResponse): void {
    const { method, url = '', headers: received } = this.keep(request);
    if (this.refuses(request)) {
      response.writeHead(407, { 'proxy-authenticate': 'Basic realm="proxy"' }).end();
      return;
    }
    const headers = { ...received };
    // Meant only for this proxy (RFC 9110 §11.7.2).
    delete headers['proxy-authorization'];
    const onward = httpRequest(url, { method, headers, agent: false }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.writeHead(502).end());
    request.pipe(onward);
  }

  private openTunnel(request: IncomingMessage, client: Duplex, head: Buffer): void {
    const { url, tunnelled } = this.keep(request);
    if (this.refuses(request)) {
      client.end('HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="proxy"\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    const { hostname, port } = new URL(`http://${url ?? ''}`);
    const origin = connect(Number(port), hostname, () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      origin.write(head);
      client.on('data', (chunk: Buffer) => tunnelled.push(chunk));
      client.pipe(origin).pipe(client);
    });
    for (const socket of [client, origin]) {
      this.sockets.add(socket);
      // Either side may disconnect first. Then the other one is closed too.
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        this.sockets.delete(socket);
        client.destroy();
        origin.destroy();
      });
    }
  }
}
