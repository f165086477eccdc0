import { connect, createServer } from 'node:net';
import type { Server, Socket } from 'node:net';

import { PortClaim } from './ports';

/** The two ends of a connection through the proxy. */
type Pair = readonly [Socket, Socket];

/**
 * A real proxy for any protocol over TCP, like a cloud's load balancer. It forwards bytes to a port of this machine. When its
 * target changes, open connections stay where they are. It can also act as a network that breaks.
 */
export class TcpProxy {
  /** The port for new connections. */
  target: number;

  private readonly pairs = new Set<Pair>();
  private isSilent = false;
  private server: Server | undefined;

  private constructor(
    private readonly claim: PortClaim,
    target: number,
  ) {
    this.target = target;
  }

  /** @param target the port for new connections; may be set later, before the first connection */
  static async start(target = 0): Promise<TcpProxy> {
    const proxy = new TcpProxy(await PortClaim.make(), target);
    await proxy.listen();
    return proxy;
  }

  get port(): number {
    return this.claim.port;
  }

  /** How many connections are open. */
  get connections(): number {
    return this.pairs.size;
  }

  /** Drops the open connections, as a machine does when it restarts. */
  cut(): void {
    for (const pair of this.pairs) for (const socket of pair) reset(socket);
  }

  /** Drops the open connections, and refuses new ones until `restore`. */
  async refuse(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    this.cut();
    if (server !== undefined) await new Promise((resolve) => server.close(resolve));
  }

  /** Silently delivers nothing in either direction, until `restore`. */
  silence(): void {
    this.isSilent = true;
    for (const pair of this.pairs) for (const socket of pair) socket.pause();
  }

  /** Ends `refuse` and `silence`. What was sent meanwhile arrives now, because TCP would retransmit it. */
  async restore(): Promise<void> {
    this.isSilent = false;
    for (const pair of this.pairs) for (const socket of pair) socket.resume();
    if (this.server === undefined) await this.listen();
  }

  async close(): Promise<void> {
    await this.refuse();
    this.claim.release();
  }

  private async listen(): Promise<void> {
    const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (client) => this.passOn(client));
    this.server = server;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.port, '127.0.0.1', resolve);
    });
  }

  private passOn(client: Socket): void {
    const origin = connect({ port: this.target, host: '127.0.0.1', allowHalfOpen: true });
    const pair: Pair = [client, origin];
    this.pairs.add(pair);
    for (const [from, to] of [pair, [origin, client] as const]) {
      from.setNoDelay(true);
      from.on('data', (chunk) => to.write(chunk));
      from.on('end', () => to.end());
      from.on('error', () => undefined);
      from.on('close', (hadError) => {
        this.pairs.delete(pair);
        if (hadError) reset(to);
        else if (!to.destroyed) to.destroySoon();
      });
      if (this.isSilent) from.pause();
      else from.resume();
    }
  }
}

/** Closes a socket with a reset, unless it is about to end: Node.js would keep that one for ever. */
function reset(socket: Socket): void {
  if (socket.destroyed || socket.writableEnded) socket.destroy();
  else socket.resetAndDestroy();
}
