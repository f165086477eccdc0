import type { Redis } from 'ioredis';

import { RedisServer } from './redis-server';
import type { RedisServerOptions } from './redis-server';
import { TcpProxy } from './tcp-proxy';

export interface RedisNodeOptions extends RedisServerOptions {
  /** Puts a network in front of it that can break; clients, replicas and Sentinels are told to go through that. */
  isBehindProxy?: boolean;
}

/** Settings with which replicas follow at once, and with which it is noticed soon when they can't. */
export const QUICK_REPLICATION = ['repl-diskless-sync-delay 0', 'repl-ping-replica-period 1'];

/** A server among others, which is known to them by one port. */
export class RedisNode {
  /** A connection of the tests' own, past the proxy. */
  readonly admin: Redis;

  private constructor(
    readonly server: RedisServer,
    private readonly network: TcpProxy | undefined,
  ) {
    this.admin = server.client();
  }

  static async start({ isBehindProxy = false, ...options }: RedisNodeOptions): Promise<RedisNode> {
    if (!isBehindProxy) return new RedisNode(await RedisServer.start(options), undefined);
    const proxy = await TcpProxy.start();
    const name = options.isClustered === true ? 'cluster' : 'replica';
    const settings = [...(options.settings ?? []), `${name}-announce-ip 127.0.0.1`, `${name}-announce-port ${proxy.port}`];
    const server = await RedisServer.start({ ...options, settings });
    proxy.target = server.port;
    return new RedisNode(server, proxy);
  }

  /** The port by which the others know it. */
  get port(): number {
    return this.network?.port ?? this.server.port;
  }

  get proxy(): TcpProxy {
    if (this.network === undefined) throw new Error('This server was started without a proxy.');
    return this.network;
  }

  get isRunning(): boolean {
    return this.server.isRunning;
  }

  /** A number or word that INFO tells of it. */
  async info(section: string, name: string): Promise<string | undefined> {
    return fieldOf(await this.admin.info(section), name);
  }

  kill(): Promise<void> {
    return this.server.kill();
  }

  restart(): Promise<void> {
    return this.server.restart();
  }

  async close(): Promise<void> {
    await this.server.close();
    await this.network?.close();
  }
}

/** What an answer of lines says after a name and a colon. */
export function fieldOf(lines: string, name: string): string | undefined {
  return new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(lines)?.[1];
}
