import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Redis } from 'ioredis';

import type { Certificate } from './certificate';
import { sleep } from './sleep';

const PROGRAM = 'redis-server';
const PORT_TAKEN = 'Address already in use';
const HOW_TO_INSTALL = `${PROGRAM} is not installed. Debian and Ubuntu: apt-get install redis-server`;
/** Only there to end a start that hangs, milliseconds. */
const START_TIMEOUT_MS = 120_000;
/** While another program holds the port: how often that is looked at, milliseconds. */
const PAUSE_MS = 50;
/**
 * The ports for these tests, in pairs. They are below those that systems give out by themselves (from 32768 on Linux,
 * from 49152 elsewhere), so that nobody else's free port is one of them.
 */
const FIRST_PORT = 20_000;
const PAIRS = 6000;

export interface RedisServerOptions {
  /** The default user's password; none by default. */
  password?: string;
  /** To speak TLS; in clear by default. */
  tls?: Certificate;
  /** Admits only clients with a certificate of this authority. */
  clientAuthority?: Certificate;
  /** More settings, as lines of its configuration file. */
  settings?: readonly string[];
}

/**
 * Groups tests that need a real Redis server. Without one they are skipped, with a line that says what to
 * install; where the environment says `CI=true` they fail.
 */
export function describeWithRedis(name: string, body: () => void): void {
  const isInstalled = spawnSync(PROGRAM, ['--version'], { stdio: 'ignore' }).status === 0;
  if (isInstalled) {
    describe(name, body);
    return;
  }
  if (process.env['CI'] === 'true') {
    test(`${name}: needs a Redis server`, () => {
      throw new Error(HOW_TO_INSTALL);
    });
    return;
  }
  process.stderr.write(`\n*** TESTS SKIPPED (${name}): ${HOW_TO_INSTALL}\n\n`);
  describe.skip(name, body);
}

/** A real Redis server on a loopback port: nothing is kept on disk, a restart comes back empty. */
export class RedisServer {
  private readonly clients: Redis[] = [];

  private constructor(
    private readonly claim: PortClaim,
    private readonly options: RedisServerOptions,
    private child: ChildProcess,
    private readonly folder: string,
  ) {}

  static async start(options: RedisServerOptions = {}): Promise<RedisServer> {
    const folder = mkdtempSync(join(tmpdir(), 'access-token-redis-'));
    const claim = await PortClaim.make();
    try {
      return new RedisServer(claim, options, await launch(claim.port, options, folder), folder);
    } catch (thrown) {
      claim.release();
      rmSync(folder, { recursive: true, force: true });
      throw thrown;
    }
  }

  get port(): number {
    return this.claim.port;
  }

  /** With the password, if there is one. */
  get url(): string {
    const { password } = this.options;
    return this.urlFor(password === undefined ? '' : `:${password}@`);
  }

  /** @param credentials such as `user:password@` */
  urlFor(credentials: string): string {
    return `${this.options.tls === undefined ? 'redis' : 'rediss'}://${credentials}127.0.0.1:${this.port}`;
  }

  /** A client of the tests' own, past all that is tested. */
  client(): Redis {
    const client = new Redis(this.url, { retryStrategy: () => 50, maxRetriesPerRequest: null, disconnectTimeout: 10 });
    // A server that is down on purpose is no news.
    client.on('error', () => undefined);
    this.clients.push(client);
    return client;
  }

  /** Stops answering, as a machine that is overloaded or cut off. */
  pause(): void {
    this.child.kill('SIGSTOP');
  }

  resume(): void {
    this.child.kill('SIGCONT');
  }

  /** Ends the server at once, as a crash does. */
  async kill(): Promise<void> {
    const { child } = this;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await exited;
  }

  /** Starts again, on the same port and empty. */
  async restart(): Promise<void> {
    await this.kill();
    this.child = await launch(this.port, this.options, this.folder);
  }

  /** Otherwise they would connect again after each restart. */
  disconnectClients(): void {
    for (const client of this.clients.splice(0)) client.disconnect();
  }

  async close(): Promise<void> {
    this.disconnectClients();
    await this.kill();
    this.claim.release();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A port that no other test takes, also while nobody listens on it. */
class PortClaim {
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

/** Starts the program; on a port that another program holds, a connection's end for instance, once that lets it go. */
async function launch(port: number, options: RedisServerOptions, folder: string): Promise<ChildProcess> {
  const end = Date.now() + START_TIMEOUT_MS;
  for (;;) {
    try {
      return await launchOnce(port, options, folder);
    } catch (thrown) {
      if (!String(thrown).includes(PORT_TAKEN) || Date.now() >= end) throw thrown;
      await sleep(PAUSE_MS);
    }
  }
}

async function launchOnce(port: number, options: RedisServerOptions, folder: string): Promise<ChildProcess> {
  const { password, tls, clientAuthority } = options;
  const settings = ['bind 127.0.0.1', 'save ""', 'appendonly no', `dir ${folder}`, 'maxclients 4000', ...(options.settings ?? [])];
  if (password !== undefined) settings.push(`requirepass ${password}`);
  if (tls === undefined) settings.push(`port ${port}`);
  else {
    writeFileSync(join(folder, 'key.pem'), tls.key);
    settings.push('port 0', `tls-port ${port}`, `tls-cert-file ${tls.file}`, `tls-key-file ${join(folder, 'key.pem')}`, `tls-ca-cert-file ${(clientAuthority ?? tls).file}`, `tls-auth-clients ${clientAuthority === undefined ? 'no' : 'yes'}`);
  }
  // "-" reads the settings from standard input, where no list of processes shows the password.
  const child = spawn(PROGRAM, ['-'], { stdio: ['pipe', 'pipe', 'ignore'] });
  child.stdin.end(`${settings.join('\n')}\n`);
  const killWithParent = () => void child.kill('SIGKILL');
  process.once('exit', killWithParent);
  child.once('exit', () => process.removeListener('exit', killWithParent));
  let log = '';
  await new Promise<void>((resolve, reject) => {
    const fail = (why: string) => {
      clearTimeout(timer);
      child.kill('SIGKILL');
      reject(new Error(`${PROGRAM} ${why}: ${log.slice(-1000)}`));
    };
    const timer = setTimeout(() => fail('did not start in time'), START_TIMEOUT_MS);
    child.once('error', ({ message }) => fail(message));
    child.once('exit', () => fail('ended'));
    child.stdout.on('data', (data: Buffer) => {
      log = (log + data.toString('utf8')).slice(-4000);
      if (!log.includes('Ready to accept connections')) return;
      clearTimeout(timer);
      resolve();
    });
  });
  return child;
}
