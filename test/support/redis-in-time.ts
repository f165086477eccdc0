import { createHash } from 'node:crypto';
import { connect } from 'node:net';
import type { Socket, TcpNetConnectOpts } from 'node:net';
import { Duplex } from 'node:stream';

import { LOAD, SAVE } from '../../src/stores/ports/redis/scripts';
import type { VirtualClock } from '../../tools/sandbox/virtual-clock';

/** `createConnection` of Node's module `net`, with which the extension's Redis client opens its connections. */
export type Connect = (options: TcpNetConnectOpts) => Duplex;

type Reply = number | string | null | Reply[];

/** How long an answer takes, milliseconds. */
const LATENCY_MS = 10;
const TIME = "redis.pcall('TIME')";

/**
 * Redis on a virtual clock, without a server. It understands what the store sends, and keeps hashes. Only fast tests use it;
 * with `connectInTime`, the same tests run against a real server.
 */
export class RedisDouble {
  private readonly hashes = new Map<string, { fields: Map<string, string>; until: number }>();
  private readonly digests = new Map<string, string>();

  constructor(private readonly clock: VirtualClock) {}

  readonly connect: Connect = () => new DoubleSocket(this.clock, (command) => this.answer(command));

  private answer([name = '', ...args]: string[]): string {
    const [text = '', keys, ...rest] = args;
    switch (name.toUpperCase()) {
      case 'EVALSHA': {
        const lua = this.digests.get(text);
        return lua === undefined ? '-NOSCRIPT No matching script.\r\n' : encoded(this.run(lua, rest));
      }
      case 'EVAL':
        expect(keys).toBe('1');
        this.digests.set(createHash('sha1').update(text).digest('hex'), text);
        return encoded(this.run(text, rest));
      default:
        throw new Error(`The double knows nothing of ${name}.`);
    }
  }

  private run(lua: string, [key = '', ...args]: string[]): Reply {
    if (this.fieldsOf(key).until <= this.clock.now()) this.hashes.delete(key);
    if (lua === LOAD.lua) return this.load(key, args);
    if (lua === SAVE.lua) return this.save(key, args);
    throw new Error('The double does not know this script.');
  }

  private load(key: string, names: string[]): Reply {
    const now = this.clock.now();
    const { fields } = this.fieldsOf(key);
    return [String(Math.floor(now / 1000)), String((now % 1000) * 1000), names.map((name) => fields.get(name) ?? null)];
  }

  private save(key: string, [kept = '', compared, ...rest]: string[]): Reply {
    const { fields, until } = this.fieldsOf(key);
    const [expected, written] = [pairs(rest.slice(0, 2 * Number(compared))), pairs(rest.slice(2 * Number(compared)))];
    if (expected.some(([name, value]) => (fields.get(name) ?? '') !== value)) return 0;
    const changed = new Map([...fields, ...written].filter(([name]) => !written.some(([other, value]) => other === name && value === '')));
    this.hashes.set(key, { fields: changed, until: kept === 'never' ? Infinity : kept === '' ? until : Number(kept) });
    return 1;
  }

  private fieldsOf(key: string) {
    return this.hashes.get(key) ?? { fields: new Map<string, string>(), until: Infinity };
  }
}

function pairs(list: string[]): [string, string][] {
  return Array.from({ length: list.length / 2 }, (_, index) => [list[2 * index] ?? '', list[2 * index + 1] ?? '']);
}

/** A reply in RESP, the protocol of Redis. */
function encoded(reply: Reply): string {
  if (reply === null) return '$-1\r\n';
  if (typeof reply === 'number') return `:${reply}\r\n`;
  if (typeof reply === 'string') return `$${Buffer.byteLength(reply)}\r\n${reply}\r\n`;
  return `*${reply.length}\r\n${reply.map(encoded).join('')}`;
}

/** Reads the commands that a client has written, each as a list of texts. */
function commandsIn(written: Buffer): string[][] {
  const commands: string[][] = [];
  let at = 0;
  const number = () => {
    const end = written.indexOf('\r\n', at);
    const value = Number(written.toString('latin1', at + 1, end));
    at = end + 2;
    return value;
  };
  while (at < written.length) {
    const parts = Array.from({ length: number() }, () => {
      const length = number();
      at += length + 2;
      return written.toString('utf8', at - length - 2, at - 2);
    });
    commands.push(parts);
  }
  return commands;
}

class DoubleSocket extends Duplex {
  constructor(
    private readonly clock: VirtualClock,
    private readonly answer: (command: string[]) => string,
    readonly connecting = false,
  ) {
    super();
  }

  setNoDelay(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  /** The client has its own time limit. */
  setTimeout(): this {
    return this;
  }

  override _read(): void {
    // `_write` pushes the replies.
  }

  override _write(written: Buffer, _: string, done: () => void): void {
    const replies = commandsIn(written).map(this.answer).join('');
    this.clock.setTimeout(() => {
      if (!this.destroyed && !this.readableEnded) this.push(replies);
    }, LATENCY_MS);
    done();
  }

  override _final(done: () => void): void {
    this.push(null);
    done();
  }
}

/** A server that gives the same reply to everything, such as `-LOADING …`. */
export function replying(clock: VirtualClock, reply: string): Connect {
  return () => new DoubleSocket(clock, () => `${reply}\r\n`);
}

/** An address where nobody listens. */
export function refusing(clock: VirtualClock): Connect {
  return () => {
    const socket = new DoubleSocket(clock, () => '', true);
    const error = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    clock.setTimeout(() => socket.destroy(error), LATENCY_MS);
    return socket;
  };
}

/**
 * Connects to a real Redis server, and makes it use the time of a virtual clock: in the script that asks for the time, the
 * question is replaced by that time. The clock stands still while Redis works.
 */
export function connectInTime(clock: VirtualClock): Connect {
  return (options) => {
    const socket: Socket = connect(options);
    const heard = (event: string): Promise<void> =>
      new Promise((resolve) => {
        const done = () => {
          socket.off(event, done).off('close', done);
          resolve();
        };
        socket.on(event, done).on('close', done);
      });
    void clock.track(heard('connect'));
    const write: (text: string) => boolean = socket.write.bind(socket);
    return Object.assign(socket, {
      write: (text: string | Buffer) => {
        void clock.track(heard('data'));
        return write(withTime(String(text), clock.now()));
      },
    });
  };
}

function withTime(written: string, now: number): string {
  const lua = LOAD.lua.replace(TIME, `{'${Math.floor(now / 1000)}', '${(now % 1000) * 1000}'}`);
  return written.replace(bulk(LOAD.lua), () => bulk(lua));
}

function bulk(text: string): string {
  return `$${Buffer.byteLength(text)}\r\n${text}\r\n`;
}
