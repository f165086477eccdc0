import type { AccessTokenError } from '../../../../errors';
import type { Address, TlsContext } from '../../../../http';
import type { Route } from '../client';
import type { Script } from '../scripts';
import type { Server } from '../server';
import { judge, judgeServer, nodeOptions, outOfTime, ServerFailure, textOf, timeout } from './node';
import type { OpenServer } from './node';
import type { RedisPlace } from './place';

export type ClusterPlace = Extract<RedisPlace, { kind: 'cluster' }>;

/** A healthy cluster needs one, and one more while it moves keys. */
const MOST_REDIRECTIONS = 5;
/** `MOVED <slot> <host>:<port>`; the host may be an IPv6 address without brackets. */
const REDIRECTION = /^(MOVED|ASK) \d+ (.*):(\d+)$/;

/**
 * The servers of a cluster. Each script has one key, so no table of slots is needed. Any server names the right one,
 * which is then remembered for the key. See https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/,
 * "Redirection".
 */
export class ClusterRoute implements Route {
  readonly judge = judge;
  readonly outOfTime = outOfTime;
  private readonly servers = new Map<string, Server>();
  /** The server of each key. */
  private readonly homes = new Map<string, Address>();
  /** A counter that picks which configured node to ask first. Each failure moves it to the next one. */
  private firstAsked = 0;

  constructor(
    private readonly place: ClusterPlace,
    private readonly tls: TlsContext | undefined,
    private readonly openServer: OpenServer,
  ) {}

  async run(script: Script, keys: readonly string[], args: ReadonlyArray<string | number>): Promise<unknown> {
    const [key = ''] = keys;
    const firstAsked = this.firstAsked;
    let address = this.homes.get(key) ?? this.place.nodes[firstAsked % this.place.nodes.length];
    if (address === undefined) throw timeout('Redis');
    let isAsking = false;
    for (let redirections = 0; ; redirections += 1) {
      const server = this.serverAt(address);
      try {
        const answer = await server.run(script, [...keys, ...args], isAsking);
        this.homes.set(key, address);
        return answer;
      } catch (thrown) {
        const [, kind, host = '', port] = REDIRECTION.exec(server.explain(thrown, false).reply ?? '') ?? [];
        if (kind === undefined || redirections >= MOST_REDIRECTIONS) {
          this.homes.delete(key);
          // Another script may have moved it already.
          if (this.firstAsked === firstAsked) this.firstAsked += 1;
          throw this.failure(server, address, thrown);
        }
        isAsking = kind === 'ASK';
        // An empty host or "?" means the answering server, which doesn't know its own name.
        address = { host: host === '' || host === '?' ? address.host : host.replace(/^\[|\]$/g, ''), port: Number(port) };
      }
    }
  }

  async acknowledged(key: string, replicas: number, timeoutMs: number): Promise<number | undefined> {
    const address = this.homes.get(key);
    const server = address === undefined ? undefined : this.servers.get(textOf(address));
    if (address === undefined || server === undefined) return undefined;
    try {
      return await server.acknowledged(replicas, timeoutMs);
    } catch (thrown) {
      throw this.failure(server, address, thrown);
    }
  }

  reconnect(): void {
    this.firstAsked += 1;
    this.close();
  }

  close(): void {
    this.homes.clear();
    for (const server of this.servers.values()) server.close();
    this.servers.clear();
  }

  private serverAt(address: Address): Server {
    const name = textOf(address);
    const known = this.servers.get(name);
    if (known !== undefined) return known;
    const { nodes, isTls, credentials } = this.place;
    const server = this.openServer(nodeOptions(address, { isTls, tls: this.tls, credentials, names: nodes.map(({ host }) => host) }));
    this.servers.set(name, server);
    return server;
  }

  private failure(server: Server, address: Address, thrown: unknown): ServerFailure {
    const name = textOf(address);
    server.close();
    if (this.servers.get(name) === server) this.servers.delete(name);
    const { error, isPassing } = judgeServer(server, thrown, this.place.isTls, `The Redis server ${name}`);
    const isEntered = this.place.nodes.some((node) => textOf(node) === name);
    return new ServerFailure({ error: isEntered ? error : error.then(announced), isPassing });
  }
}

/** The cluster itself gave this server's address, so the remedy lies in the cluster's configuration. */
function announced(error: AccessTokenError): AccessTokenError {
  if (!['store_unreachable', 'store_timeout'].includes(error.code)) return error;
  const remedy = `The address is what the cluster itself says. If this installation can't reach it, set cluster-announce-ip or cluster-announce-hostname, and cluster-announce-port, on the Redis servers. ${error.remedy}`;
  return error.with({ remedy });
}
