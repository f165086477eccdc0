import { connect, createServer } from 'node:net';
import type { Server, Socket } from 'node:net';

import { PortClaim } from './ports';

/** The two ends of a connection through the proxy. */
type Pair = readonly [Socket, Socket];

/**
 * A real proxy for any protocol over TCP, such as a cloud's load balancer: it passes bytes on to a port of this machine.
 * Connections that are open stay where they are when it leads elsewhere, and it can be a network that breaks.
 */
export class TcpProxy {
  /** Where new connections lead. */
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

  /** @param target the port that it leads to; may be given later, before the first connection */
  static async start(target = 0): Promise<TcpProxy> {
    const proxy = new TcpProxy(await PortClaim.make(), target);
    await proxy.listen();
    return proxy;
  }

  get port(): number {
    return this.claim.port;
  }

  /** How many connections there are. */
  get connections(): number {
    return this.pairs.size;
  }

  /** Loses the connections that are open, as a restarted machine does. */
  cut(): void {
    for (const pair of this.pairs) for (const socket of pair) reset(socket);
  }

  /** Loses the connections that are open, and refuses others until `restore`. */
  async refuse(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    this.cut();
    if (server !== undefined) await new Promise((resolve) => server.close(resolve));
  }

  /** Delivers nothing any more, in either direction, and says nothing of it, until `restore`. */
  silence(): void {
    this.isSilent = true;
    for (const pair of this.pairs) for (const socket of pair) socket.pause();
  }

  /** Mends what `refuse` and `silence` broke. What was sent meanwhile arrives now, as TCP would send it again. */
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

/** One that is about to end can't be reset any more: Node.js would keep it for ever. */
function reset(socket: Socket): void {
  if (socket.destroyed || socket.writableEnded) socket.destroy();
  else socket.resetAndDestroy();
}
