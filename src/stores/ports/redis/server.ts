import { createHash } from 'crypto';

import { Redis } from 'ioredis';
import type { RedisOptions } from 'ioredis';

import type { AccessTokenError } from '../../../errors';
import { explainFault, passesSoon, replyOf, wordOf } from './faults';
import type { Script } from './scripts';

/** How long a hanging server gets to end a connection, milliseconds. */
const DISCONNECT_TIMEOUT_MS = 100;
/** A connection that ended without a reason. */
const CLOSED = { code: 'ECONNRESET' };

export interface Fault {
  /** What the command was rejected with, and what the connection reported. */
  causes: readonly unknown[];
  /** The reply of Redis itself, if there is one. */
  reply: string | undefined;
  error: Promise<AccessTokenError>;
  /** Whether the same command may succeed in the time that a node has. */
  passesSoon: boolean;
}

/** One connection to one server, opened with the first command. */
export class Server {
  /** Whether the connection has ended since the last command began. */
  wasCut = false;
  private readonly redis: Redis;
  /** Why the connection failed. The failed command only says that it is closed. */
  private reason: unknown;
  /** How often it has connected. */
  private connections = 0;

  /** @param url the server's address, unless the options have it */
  constructor(options: RedisOptions | ((server: Server) => RedisOptions), url?: string) {
    const all: RedisOptions = {
      ...(typeof options === 'function' ? options(this) : options),
      lazyConnect: true,
      // A node sends one or two commands. Nothing but the password goes before them.
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

  /** The socket that is connected or connecting. */
  get stream(): unknown {
    return this.redis.stream;
  }

  /**
   * Runs a script by its digest. Sends it in full if Redis doesn't know it (`NOSCRIPT`: it was never sent, or Redis has
   * restarted).
   *
   * @param isAsking whether `ASK` named this server, which then takes one command for a key that is being moved to it
   */
  async run(script: Script, keysAndArgs: ReadonlyArray<string | number>, isAsking = false): Promise<unknown> {
    const { redis } = this;
    // A client that has given up doesn't reconnect by itself, but a commit tries more than once.
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
    // If the database in the URL was refused, commands run in database 0.
    if (replyOf(this.reason) !== undefined) throw this.reason;
    return answer;
  }

  /** Sends a command outside a script. */
  call(command: string, ...args: (string | number)[]): Promise<unknown> {
    return this.redis.call(command, ...args);
  }

  /**
   * Waits until replicas have everything that this connection has written.
   *
   * @param timeoutMs milliseconds
   * @returns how many have it; `undefined` if the connection that wrote is gone, because a new one doesn't know
   */
  async acknowledged(replicas: number, timeoutMs: number): Promise<number | undefined> {
    const { connections } = this;
    const count = await this.call('WAIT', replicas, timeoutMs);
    return this.connections === connections ? Number(count) : undefined;
  }

  /**
   * Explains why a command failed.
   *
   * @param inClear whether the connection has no TLS
   * @param who the server, as the subject of a sentence
   */
  explain(thrown: unknown, inClear: boolean, who?: string): Fault {
    // A refused connection explains more than the command, which only says that the connection is closed.
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

/** The SHA-1 digest by which Redis knows a script. */
function digestOf(script: Script): string {
  const known = digests.get(script);
  if (known !== undefined) return known;
  const digest = createHash('sha1').update(script.lua).digest('hex');
  digests.set(script, digest);
  return digest;
}
