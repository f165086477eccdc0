import type { Redis } from 'ioredis';

import { RedisServer } from './redis-server';
import type { RedisServerOptions } from './redis-server';
import { TcpProxy } from './tcp-proxy';

export interface RedisNodeOptions extends RedisServerOptions {
  /** Puts a network that can break in front of it. Clients, replicas and Sentinels connect through that. */
  isBehindProxy?: boolean;
}

/** Settings that make replicas follow at once, and reveal soon if they can't. */
export const QUICK_REPLICATION = ['repl-diskless-sync-delay 0', 'repl-ping-replica-period 1'];

/** A server in a group. The others know it by one port. */
export class RedisNode {
  /** The tests' own connection, which does not go through the proxy. */
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

  /** The port that the others know. */
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

  /** A value from INFO. */
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

/** Finds the value after a name and a colon, in an answer that consists of lines. */
export function fieldOf(lines: string, name: string): string | undefined {
  return new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(lines)?.[1];
}
