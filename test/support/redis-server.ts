import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Redis } from 'ioredis';

const PROGRAM = 'redis-server';
const HOW_TO_INSTALL = `${PROGRAM} is not installed. Debian and Ubuntu: apt-get install redis-server`;
/** A port that was free a moment ago may be taken when the server starts. */
const MOST_STARTS = 3;
const START_TIMEOUT_MS = 10_000;

export interface RedisServerOptions {
  /** 0, the default, takes a free port. */
  port?: number;
  /** The default user's password; none by default. */
  password?: string;
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
    readonly port: number,
    private readonly password: string | undefined,
    private child: ChildProcess,
    private readonly folder: string,
  ) {}

  static async start({ port = 0, password }: RedisServerOptions = {}): Promise<RedisServer> {
    const folder = mkdtempSync(join(tmpdir(), 'access-token-redis-'));
    for (let attempt = 1; ; attempt += 1) {
      const chosen = port === 0 ? await freePort() : port;
      try {
        return new RedisServer(chosen, password, await launch(chosen, password, folder), folder);
      } catch (thrown) {
        if (port === 0 && attempt < MOST_STARTS) continue;
        rmSync(folder, { recursive: true, force: true });
        throw thrown;
      }
    }
  }

  /** With the password, if there is one. */
  get url(): string {
    return this.urlFor(this.password === undefined ? '' : `:${this.password}@`);
  }

  /** @param credentials such as `user:password@` */
  urlFor(credentials: string): string {
    return `redis://${credentials}127.0.0.1:${this.port}`;
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
    this.child = await launch(this.port, this.password, this.folder);
  }

  async close(): Promise<void> {
    for (const client of this.clients) client.disconnect();
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A port on which nobody listens at the moment. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function launch(port: number, password: string | undefined, folder: string): Promise<ChildProcess> {
  const settings = ['bind 127.0.0.1', `port ${port}`, 'save ""', 'appendonly no', `dir ${folder}`, 'maxclients 4000'];
  if (password !== undefined) settings.push(`requirepass ${password}`);
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
