import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { IncomingMessage, RequestListener } from 'node:http';
import type { Duplex } from 'node:stream';

export interface LoopbackServer {
  /** `http://127.0.0.1:<port>`. */
  origin: string;
  /** Ends open connections too. */
  close(): Promise<void>;
}

type Upgrade = (request: IncomingMessage, connection: Duplex, head: Buffer) => void;

/**
 * Serves on 127.0.0.1 only; port 0 takes a free one. An idle connection stays open until its client closes it: where the
 * server closed it, a client that was held up for some seconds would lose the message it had just written.
 *
 * @param upgrade takes connections that want another protocol; without it they are closed
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
