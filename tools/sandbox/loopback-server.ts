import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { IncomingMessage, RequestListener } from 'node:http';
import type { Duplex } from 'node:stream';

export interface LoopbackServer {
  /** `http://127.0.0.1:<port>`. */
  origin: string;
  /** Closes the server and its open connections. */
  close(): Promise<void>;
}

type Upgrade = (request: IncomingMessage, connection: Duplex, head: Buffer) => void;

/**
 * Serves on 127.0.0.1 only. Port 0 takes a free one. The server never closes an idle connection: otherwise a client that
 * stalled for some seconds could lose the message that it has just written.
 *
 * @param upgrade takes connections that want another protocol. Without it, they are closed.
 */
export async function listenOnLoopback(listener: RequestListener, port: number, upgrade?: Upgrade): Promise<LoopbackServer> {
  const server = http.createServer({ keepAliveTimeout: 0 }, listener);
  if (upgrade !== undefined) server.on('upgrade', upgrade);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const { port: actual } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${actual}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
