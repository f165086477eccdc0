import { createHash } from 'node:crypto';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';

import type { Redis } from 'ioredis';

import { LOAD, SAVE } from '../../../src/stores/ports/redis/scripts';
import type { Script } from '../../../src/stores/ports/redis/scripts';
import { LoopbackServer } from '../../support/loopback-server';

/** Where a refresh is stopped. Everything up to this point has happened, and nothing after it. */
export type StopPoint =
  | 'the lease is taken'
  | 'the request has left'
  | 'the server has answered'
  | 'the answer has arrived'
  | 'the token is stored';

/** A promise that is resolved from outside. */
class Moment {
  resolve: () => void = () => undefined;
  readonly reached = new Promise<void>((resolve) => {
    this.resolve = resolve;
  });
}

/** The name that a script is called by once Redis has it, see `loadScripts`. */
function nameOf({ lua }: Script): string {
  return createHash('sha1').update(lua).digest('hex');
}

/** Loads the scripts into Redis, so that each call is one command with the script's name. */
export async function loadScripts(redis: Redis): Promise<void> {
  for (const { lua } of [LOAD, SAVE]) await redis.script('LOAD', lua);
}

/** Only a commit writes this: a record, which is longer than the name of a field. */
const COMMITTED = /\r\nrecord\r\n\$\d{2,}\r\n/;

/** A proxy between a worker and Redis. It forwards everything up to the stop point. */
export class RedisProxy {
  private readonly moment = new Moment();
  private readonly sockets = new Set<Socket>();
  private readonly server: Server;

  private constructor(
    private readonly redisPort: number,
    private readonly stop: StopPoint,
  ) {
    this.server = createServer((worker) => this.join(worker));
  }

  static async start(redisPort: number, stop: StopPoint): Promise<RedisProxy> {
    const proxy = new RedisProxy(redisPort, stop);
    await new Promise<void>((resolve) => void proxy.server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get url(): string {
    return `redis://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  get reached(): Promise<void> {
    return this.moment.reached;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private join(worker: Socket): void {
    const redis = connect(this.redisPort, '127.0.0.1');
    let sent = '';
    let isHeld = false;
    for (const socket of [worker, redis]) {
      this.sockets.add(socket);
      socket.on('error', () => socket.destroy());
    }
    worker.on('close', () => redis.destroy());
    worker.on('data', (data) => {
      sent += data.toString('latin1');
      if (COMMITTED.test(sent) && this.stop === 'the answer has arrived') this.moment.resolve();
      else redis.write(data);
    });
    redis.on('data', (data) => {
      isHeld ||= this.stop === 'the lease is taken' && sent.includes(nameOf(SAVE));
      isHeld ||= this.stop === 'the token is stored' && COMMITTED.test(sent);
      if (isHeld) this.moment.resolve();
      else worker.write(data);
    });
  }
}

export interface PassedTokenRequest {
  grantType: string | null;
  status: number;
}

/** A proxy between workers and the token endpoint. It forwards everything, but the first request only up to the stop point. */
export class TokenEndpointProxy {
  /** The requests that have been answered, with their statuses. */
  readonly passed: PassedTokenRequest[] = [];
  private readonly moment = new Moment();
  private requests = 0;

  private constructor(
    private readonly loopback: LoopbackServer,
    private readonly tokenUrl: string,
    private readonly stop: StopPoint,
    private readonly allowsClientCredentials: boolean,
  ) {
    loopback.answer = (response, request) => {
      this.requests += 1;
      void this.pass(request.body.toString('utf8'), request.headers.authorization ?? '', this.requests === 1).then(
        (answer) => {
          if (answer === undefined) return;
          response.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.body);
        },
      );
    };
  }

  static async start(
    tokenUrl: string,
    stop: StopPoint,
    { allowsClientCredentials = true }: { allowsClientCredentials?: boolean } = {},
  ): Promise<TokenEndpointProxy> {
    return new TokenEndpointProxy(await LoopbackServer.start(), tokenUrl, stop, allowsClientCredentials);
  }

  get url(): string {
    return this.loopback.url;
  }

  get reached(): Promise<void> {
    return this.moment.reached;
  }

  close(): Promise<void> {
    return this.loopback.stop();
  }

  /** @returns the answer; `undefined` if it is held back */
  private async pass(
    body: string,
    authorization: string,
    isFirst: boolean,
  ): Promise<{ status: number; body: string } | undefined> {
    if (isFirst && this.stop === 'the request has left') {
      this.moment.resolve();
      return undefined;
    }
    const grantType = new URLSearchParams(body).get('grant_type');
    if (grantType === 'client_credentials' && !this.allowsClientCredentials) {
      this.passed.push({ grantType, status: 400 });
      return { status: 400, body: '{"error":"unauthorized_client"}' };
    }
    const headers = { authorization, 'content-type': 'application/x-www-form-urlencoded' };
    const response = await fetch(this.tokenUrl, { method: 'POST', headers, body });
    const answer = { status: response.status, body: await response.text() };
    this.passed.push({ grantType, status: answer.status });
    if (!isFirst || this.stop !== 'the server has answered') return answer;
    this.moment.resolve();
    return undefined;
  }
}
