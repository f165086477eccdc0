import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TlsOptions } from 'node:tls';

export interface ReceivedRequest {
  method: string | undefined;
  url: string | undefined;
  headers: IncomingMessage['headers'];
  body: Buffer;
}

export type Answer = (response: ServerResponse, request: ReceivedRequest) => void;

/** TLS settings, with other options of Node's. If absent, the server speaks HTTP. */
export interface LoopbackTls extends TlsOptions {
  key: string;
  cert: string;
}

/** A real HTTP server on a loopback port. It keeps the requests that it got. */
export class LoopbackServer {
  readonly requests: ReceivedRequest[] = [];
  /** Answers the next requests. */
  answer: Answer = (response) => response.end();

  private readonly server: Server;

  private constructor(private readonly tls: LoopbackTls | undefined) {
    const onRequest = this.receive.bind(this);
    // Only the client closes idle connections. If the server did, a client that stalls might just be writing.
    const options = { keepAliveTimeout: 0 };
    this.server = tls === undefined ? createServer(options, onRequest) : createTlsServer({ ...options, ...tls }, onRequest);
  }

  static async start(tls?: LoopbackTls): Promise<LoopbackServer> {
    const server = new LoopbackServer(tls);
    await new Promise<void>((resolve) => server.server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get url(): string {
    return `${this.tls === undefined ? 'http' : 'https'}://127.0.0.1:${this.port}`;
  }

  stop(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) => {
      this.server.close(() => resolve());
    });
  }

  private receive(request: IncomingMessage, response: ServerResponse): void {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method, url, headers } = request;
      const received = { method, url, headers, body: Buffer.concat(chunks) };
      this.requests.push(received);
      this.answer(response, received);
    });
  }
}
