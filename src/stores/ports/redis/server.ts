import { createHash } from 'crypto';

import { Redis } from 'ioredis';
import type { RedisOptions } from 'ioredis';

import type { AccessTokenError } from '../../../errors';
import { explainFault, passesSoon, replyOf, wordOf } from './faults';
import type { Script } from './scripts';

/** A server that hangs does not get longer than this, milliseconds, to agree that a connection ends. */
const DISCONNECT_TIMEOUT_MS = 100;
/** A connection that ended without a word. */
const CLOSED = { code: 'ECONNRESET' };

export interface Fault {
  /** What the command was rejected with, and what the connection told. */
  causes: readonly unknown[];
  /** What Redis itself has answered, if it has. */
  reply: string | undefined;
  error: Promise<AccessTokenError>;
  /** Whether the same command may succeed within the time that a node has. */
  passesSoon: boolean;
}

/** One connection to one server, made with the first command. */
export class Server {
  /** Whether the connection ended since the last command began. */
  wasCut = false;
  private readonly redis: Redis;
  /** The command that fails says only that the connection is closed; this says why. */
  private reason: unknown;
  /** How often it has connected. */
  private connections = 0;

  /** @param url where the server is, unless the options say so */
  constructor(options: RedisOptions | ((server: Server) => RedisOptions), url?: string) {
    const all: RedisOptions = {
      ...(typeof options === 'function' ? options(this) : options),
      lazyConnect: true,
      // The node that opens this asks once or twice: nothing goes before its command but the password.
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

  /** What it is connected, or connecting, by. */
  get stream(): unknown {
    return this.redis.stream;
  }

  /**
   * Runs a script. One that Redis does not have (`NOSCRIPT`: it was never sent, or Redis was restarted) is sent in full.
   *
   * @param isAsking whether the server has been named by `ASK`: it then takes one command for a key that is on its way
   */
  async run(script: Script, keysAndArgs: ReadonlyArray<string | number>, isAsking = false): Promise<unknown> {
    const { redis } = this;
    // What has given up connecting does not start again by itself, and whoever commits tries more than once.
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
    // Commands go on in database 0 where the one in the URL was refused.
    if (replyOf(this.reason) !== undefined) throw this.reason;
    return answer;
  }

  /** Sends a command that is no script. */
  call(command: string, ...args: (string | number)[]): Promise<unknown> {
    return this.redis.call(command, ...args);
  }

  /**
   * Waits until replicas have all that this connection has written.
   *
   * @returns how many have it; `undefined` where the connection that wrote is gone, and another one knows nothing of it
   */
  async acknowledged(replicas: number, timeoutMs: number): Promise<number | undefined> {
    const { connections } = this;
    const count = await this.call('WAIT', replicas, timeoutMs);
    return this.connections === connections ? Number(count) : undefined;
  }

  /**
   * What to say of a command that failed.
   *
   * @param inClear whether the connection goes without TLS
   * @param who the server, as the subject of a sentence
   */
  explain(thrown: unknown, inClear: boolean, who?: string): Fault {
    // A connection that was refused comes before what a command met on it: the command says only that it is closed.
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

/** The name that Redis knows a script by. */
function digestOf(script: Script): string {
  const known = digests.get(script);
  if (known !== undefined) return known;
  const digest = createHash('sha1').update(script.lua).digest('hex');
  digests.set(script, digest);
  return digest;
}
