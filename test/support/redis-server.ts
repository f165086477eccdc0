import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Redis } from 'ioredis';

import type { Certificate } from './certificate';
import { PortClaim } from './ports';
import { launch } from './redis-program';
import type { Launch, RedisProgram } from './redis-program';

export { describeWithRedis } from './redis-program';

export interface RedisServerOptions {
  /** Default: `redis-server`. */
  program?: RedisProgram;
  /** The default user's password, also of the server that it replicates. Default: none. */
  password?: string;
  /** The certificate to speak TLS with. Default: no TLS. */
  tls?: Certificate;
  /** Accept only clients with a certificate of this authority. */
  clientAuthority?: Certificate;
  /** Whether to listen on a Unix socket too. */
  hasSocket?: boolean;
  /** Whether it is a node of a cluster. Then it gets a port for the other nodes. */
  isClustered?: boolean;
  /** Whether it is a Sentinel. */
  isSentinel?: boolean;
  /** More settings, as lines of its configuration file. */
  settings?: readonly string[];
}

/** A real Redis server on a loopback port. It keeps nothing on disk, so it is empty after a restart. */
export class RedisServer {
  private readonly clients: Redis[] = [];

  private constructor(
    private readonly claims: readonly PortClaim[],
    private readonly options: RedisServerOptions,
    private readonly starting: Launch,
    private child: ChildProcess,
  ) {}

  static async start(options: RedisServerOptions = {}): Promise<RedisServer> {
    const folder = mkdtempSync(join(tmpdir(), 'access-token-redis-'));
    const claims = await Promise.all(Array.from({ length: options.isClustered === true ? 2 : 1 }, () => PortClaim.make()));
    const { program = 'redis-server', isSentinel = false } = options;
    const settings = settingsOf(options, folder, claims.map(({ port }) => port));
    const starting = { program, isSentinel, settings, folder };
    try {
      return new RedisServer(claims, options, starting, await launch(starting));
    } catch (thrown) {
      for (const claim of claims) claim.release();
      rmSync(folder, { recursive: true, force: true });
      throw thrown;
    }
  }

  get port(): number {
    return this.claims[0]?.port ?? NaN;
  }

  /** The port for the other nodes of the cluster. */
  get busPort(): number {
    return this.claims[1]?.port ?? NaN;
  }

  /** The URL, with the password if there is one. */
  get url(): string {
    const { password } = this.options;
    return this.urlFor(password === undefined ? '' : `:${encodeURIComponent(password)}@`);
  }

  /** The path of its Unix socket, if it has one. */
  get socket(): string {
    return socketIn(this.starting.folder);
  }

  /** @param credentials such as `user:password@` */
  urlFor(credentials: string): string {
    return `${this.options.tls === undefined ? 'redis' : 'rediss'}://${credentials}127.0.0.1:${this.port}`;
  }

  /** The tests' own client. With TLS, it authenticates with the server's certificate. */
  client(): Redis {
    const { tls } = this.options;
    const client = new Redis(this.url, {
      retryStrategy: () => 50,
      maxRetriesPerRequest: null,
      disconnectTimeout: 10,
      ...(tls === undefined ? {} : { tls: { key: tls.key, cert: tls.cert, rejectUnauthorized: false } }),
    });
    // Tests take servers down on purpose, so errors are ignored.
    client.on('error', () => undefined);
    this.clients.push(client);
    return client;
  }

  get isRunning(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Stops answering, like a machine that is overloaded or cut off. */
  pause(): void {
    this.child.kill('SIGSTOP');
  }

  resume(): void {
    this.child.kill('SIGCONT');
  }

  /** Ends the server at once, as a crash does. */
  async kill(): Promise<void> {
    const { child } = this;
    if (!this.isRunning) return;
    const exited = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await exited;
  }

  /** Starts again, on the same port and empty. */
  async restart(): Promise<void> {
    await this.kill();
    this.child = await launch(this.starting);
  }

  /** Disconnects the clients, which would otherwise reconnect after each restart. */
  disconnectClients(): void {
    for (const client of this.clients.splice(0)) client.disconnect();
  }

  async close(): Promise<void> {
    this.disconnectClients();
    await this.kill();
    for (const claim of this.claims) claim.release();
    rmSync(this.starting.folder, { recursive: true, force: true });
  }
}

function settingsOf(options: RedisServerOptions, folder: string, [port = NaN, busPort = NaN]: number[]): string[] {
  const { password, tls, clientAuthority, hasSocket = false, isClustered = false, isSentinel = false } = options;
  const settings = ['bind 127.0.0.1', 'maxclients 4000', ...(options.settings ?? [])];
  if (!isSentinel) settings.push('save ""', 'appendonly no');
  if (password !== undefined) settings.push(`requirepass ${password}`, ...(isSentinel ? [] : [`masterauth ${password}`]));
  if (hasSocket) settings.push(`unixsocket ${socketIn(folder)}`, 'unixsocketperm 700');
  if (isClustered) settings.push('cluster-enabled yes', 'cluster-config-file nodes.conf', `cluster-port ${busPort}`);
  if (tls === undefined) return [...settings, `port ${port}`];
  const keyFile = join(folder, 'key.pem');
  writeFileSync(keyFile, tls.key, { mode: 0o600 });
  settings.push('port 0', `tls-port ${port}`, `tls-cert-file ${tls.file}`, `tls-key-file ${keyFile}`, `tls-ca-cert-file ${(clientAuthority ?? tls).file}`, `tls-auth-clients ${clientAuthority === undefined ? 'no' : 'yes'}`);
  // Its own connections to other servers use TLS too.
  settings.push('tls-replication yes', ...(isClustered ? ['tls-cluster yes'] : []));
  return settings;
}

function socketIn(folder: string): string {
  return join(folder, 'redis.sock');
}
