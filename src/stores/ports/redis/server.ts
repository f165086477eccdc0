import { createHash } from 'crypto';

import { Redis } from 'ioredis';
import type { RedisOptions } from 'ioredis';

import type { AccessTokenError } from '../../../errors';
import { explainFault, passesSoon, replyOf, wordOf } from './faults';
import type { Script } from './scripts';

/** How long a hanging server may take to confirm that a connection ends, milliseconds. */
const DISCONNECT_TIMEOUT_MS = 100;
/** The connection ended without a reason. */
const CLOSED = { code: 'ECONNRESET' };

export interface Fault {
  /** The command's error, and what the connection reported. */
  causes: readonly unknown[];
  /** Redis's own answer, if there was one. */
  reply: string | undefined;
  error: Promise<AccessTokenError>;
  /** Whether the same command may succeed within the time that a node has. */
  passesSoon: boolean;
}

/** One connection to one server. The first command opens it. */
export class Server {
  /** Whether the connection ended after the last command began. */
  wasCut = false;
  private readonly redis: Redis;
  /** The failed command says only that the connection is closed. This says why. */
  private reason: unknown;
  /** How often it connected. */
  private connections = 0;

  /** @param url where the server is, unless the options say it */
  constructor(options: RedisOptions | ((server: Server) => RedisOptions), url?: string) {
    const all: RedisOptions = {
      ...(typeof options === 'function' ? options(this) : options),
      lazyConnect: true,
      // The node that opens this sends one or two commands. Only the password goes before them.
      disableClientInfo: true,
      enableReadyCheck: false,
      disconnectTimeout: DISCONNECT_TIMEOUT_MS,
    };
    this.redis = url === undefined ? new Redis(all) : new Redis(url, all);
    this.redis.on('connect', () => {
      this.reason = undefined;
      this.connections += 1;
    });
    this.redis.on('close', () => {
      this.wasCut = this.connections > 0;
    });
    this.redis.on('error', (error: unknown) => {
      this.reason = error;
    });
  }

  /** Why the last connection failed. */
  get failure(): unknown {
    return this.reason;
  }

  /** The socket that it is connected, or connecting, through. */
  get stream(): unknown {
    return this.redis.stream;
  }

  /**
   * Runs a script. If Redis lacks it (`NOSCRIPT`: it was never sent, or Redis was restarted), the script is sent in full.
   *
   * @param isAsking whether `ASK` named this server: it then accepts one command for a key that is moving
   */
  async run(script: Script, keysAndArgs: ReadonlyArray<string | number>, isAsking = false): Promise<unknown> {
    const { redis } = this;
    // A connection that gave up does not reconnect by itself, and a commit tries more than once.
    if (redis.status === 'end') redis.connect().catch(() => undefined);
    const asking = () => {
      if (isAsking) redis.call('ASKING').catch(() => undefined);
    };
    asking();
    const answer = await redis.evalsha(digestOf(script), script.keys, ...keysAndArgs).catch((thrown: unknown) => {
      if (wordOf(replyOf(thrown)) !== 'NOSCRIPT') throw thrown;
      asking();
      return redis.eval(script.lua, script.keys, ...keysAndArgs);
    });
    // If the URL's database was refused, commands would go on in database 0.
    if (replyOf(this.reason) !== undefined) throw this.reason;
    return answer;
  }

  /** Sends a command other than a script. */
  call(command: string, ...args: (string | number)[]): Promise<unknown> {
    return this.redis.call(command, ...args);
  }

  /**
   * Waits until replicas have everything that this connection wrote.
   *
   * @returns how many have it; `undefined` if the connection that wrote it is gone, because a new one knows nothing about it
   */
  async acknowledged(replicas: number, timeoutMs: number): Promise<number | undefined> {
    const { connections } = this;
    const count = await this.call('WAIT', replicas, timeoutMs);
    return this.connections === connections ? Number(count) : undefined;
  }

  /**
   * Describes a command that failed.
   *
   * @param inClear whether the connection has no TLS
   * @param who the server, as the subject of a sentence
   */
  explain(thrown: unknown, inClear: boolean, who?: string): Fault {
    // A refused connection explains more than its command, which says only that the connection is closed.
    const told = replyOf(this.reason) === undefined ? [thrown, this.reason] : [this.reason, thrown];
    const causes = [...told, ...(this.connections > 0 ? [CLOSED] : [])];
    return { causes, reply: causes.map(replyOf).find((reply) => reply !== undefined), error: explainFault(causes, inClear, who), passesSoon: passesSoon(causes) };
  }

  reconnect(): void {
    this.redis.disconnect(true);
  }

  close(): void {
    this.redis.disconnect();
  }
}

const digests = new Map<Script, string>();

/** The name by which Redis knows a script. */
function digestOf(script: Script): string {
  const known = digests.get(script);
  if (known !== undefined) return known;
  const digest = createHash('sha1').update(script.lua).digest('hex');
  digests.set(script, digest);
  return digest;
}
