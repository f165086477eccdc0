import { createServer } from 'node:net';
import type { Server } from 'node:net';

/**
 * The first of the tests' ports, which come in pairs. They are below the ports that systems assign (from 32768 on Linux, from
 * 49152 elsewhere), so that no other program gets one of them as a free port.
 */
const FIRST_PORT = 20_000;
const PAIRS = 6000;

/** A port that no other test takes, even while nobody listens on it. */
export class PortClaim {
  private constructor(
    readonly port: number,
    /** Listens on the other port of the pair, which claims both ports for this process. */
    private readonly mark: Server,
  ) {}

  static async make(): Promise<PortClaim> {
    for (;;) {
      const port = FIRST_PORT + 2 * Math.floor(Math.random() * PAIRS);
      const mark = await listen(port + 1);
      if (mark === undefined) continue;
      // The port itself may belong to a program that knows nothing about pairs.
      const probe = await listen(port);
      probe?.close();
      if (probe !== undefined) return new PortClaim(port, mark.unref());
      mark.close();
    }
  }

  release(): void {
    this.mark.close();
  }
}

/** A port on which nobody listens while this process lives. */
export async function freePort(): Promise<number> {
  return (await PortClaim.make()).port;
}

/** @returns `undefined` if somebody else listens */
function listen(port: number): Promise<Server | undefined> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(undefined));
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}
