import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { RequestListener } from 'node:http';

export interface LoopbackServer {
  /** `http://127.0.0.1:<port>`. */
  origin: string;
  /** Ends open connections too. */
  close(): Promise<void>;
}

/**
 * Serves on 127.0.0.1 only; port 0 takes a free one. An idle connection stays open until its client closes it: where the
 * server closed it, a client that was held up for some seconds would lose the message it had just written.
 */
export async function listenOnLoopback(listener: RequestListener, port: number): Promise<LoopbackServer> {
  const server = http.createServer({ keepAliveTimeout: 0 }, listener);
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
