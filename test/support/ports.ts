import { createServer } from 'node:net';
import type { Server } from 'node:net';

/**
 * The ports for these tests, in pairs. They are below those that systems give out by themselves (from 32768 on Linux,
 * from 49152 elsewhere), so that nobody else's free port is one of them.
 */
const FIRST_PORT = 20_000;
const PAIRS = 6000;

/** A port that no other test takes, also while nobody listens on it. */
export class PortClaim {
  private constructor(
    readonly port: number,
    /** Listens on the other port of the pair: that makes both of them this process's. */
    private readonly mark: Server,
  ) {}

  static async make(): Promise<PortClaim> {
    for (;;) {
      const port = FIRST_PORT + 2 * Math.floor(Math.random() * PAIRS);
      const mark = await listen(port + 1);
      if (mark === undefined) continue;
      // The port itself may be that of a program which knows nothing of pairs.
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

/** A port on which nobody listens as long as this process lives. */
export async function freePort(): Promise<number> {
  return (await PortClaim.make()).port;
}

/** @returns `undefined` where somebody else listens */
function listen(port: number): Promise<Server | undefined> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(undefined));
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}
