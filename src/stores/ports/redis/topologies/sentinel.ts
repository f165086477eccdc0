import { AccessTokenError, toAccessTokenError } from '../../../../errors';
import type { Address, TlsContext } from '../../../../http';
import type { Route } from '../client';
import type { Script } from '../scripts';
import type { Server } from '../server';
import { judge, judgeServer, nodeOptions, outOfTime, ServerFailure, textOf, timeout } from './node';
import type { Access, OpenServer } from './node';
import type { RedisPlace } from './place';

export type SentinelPlace = Extract<RedisPlace, { kind: 'sentinel' }>;

const NAME = 'Enter the name that is behind "sentinel monitor" in the configuration of the sentinels: SENTINEL MASTERS shows it.';
const USER = 'Check the user name and password of the sentinels. They are not those of the servers. They stand before the addresses in "Sentinels", or in the URL as sentinel_username and sentinel_password.';
const ADDRESSES = 'Check the addresses of the sentinels (their usual port is 26379), and the firewall.';
const NO_SENTINEL = 'Enter the addresses of sentinels: their usual port is 26379, and 6379 is that of a Redis server.';

/** The primary that the sentinels name, see https://redis.io/docs/latest/develop/reference/sentinel-clients/. */
export class SentinelRoute implements Route {
  readonly judge = judge;
  readonly outOfTime = outOfTime;
  /** The one that answered last comes first. */
  private sentinels: Address[];
  private primary: Promise<Server> | undefined;
  private readonly open = new Set<Server>();

  constructor(
    private readonly place: SentinelPlace,
    private readonly tls: TlsContext | undefined,
    private readonly openServer: OpenServer,
  ) {
    this.sentinels = [...place.sentinels];
  }

  async run(script: Script, keys: readonly string[], args: ReadonlyArray<string | number>): Promise<unknown> {
    return this.atPrimary((server) => server.run(script, [...keys, ...args]));
  }

  async acknowledged(_: string, replicas: number, timeoutMs: number): Promise<number | undefined> {
    return this.primary === undefined ? undefined : this.atPrimary((server) => server.acknowledged(replicas, timeoutMs));
  }

  reconnect(): void {
    this.close();
  }

  close(): void {
    this.primary = undefined;
    for (const server of this.open) server.close();
    this.open.clear();
  }

  private async atPrimary<T>(work: (server: Server) => Promise<T>): Promise<T> {
    const primary = this.findPrimary();
    const server = await primary;
    try {
      return await work(server);
    } catch (thrown) {
      // Another script may have found the next primary meanwhile.
      if (this.primary === primary) this.primary = undefined;
      this.end(server);
      throw new ServerFailure(judgeServer(server, thrown, this.place.isTls, 'Redis'));
    }
  }

  private findPrimary(): Promise<Server> {
    if (this.primary !== undefined) return this.primary;
    const found = this.askSentinels().then((address) => this.connect(address, { ...this.place, tls: this.tls, names: [] }));
    found.catch(() => {
      if (this.primary === found) this.primary = undefined;
    });
    this.primary = found;
    return found;
  }

  /** @throws AccessTokenError what a sentinel said, or store_error if it doesn't know the name */
  private async askSentinels(): Promise<Address> {
    let problem = timeout('The sentinels');
    for (const [index, sentinel] of [...this.sentinels].entries()) {
      try {
        const address = await this.ask(sentinel);
        this.sentinels = [sentinel, ...this.sentinels.filter((other) => other !== sentinel)];
        return address;
      } catch (thrown) {
        const error = toAccessTokenError(thrown);
        // A mistake in the settings is reported rather than an outage.
        if (index === 0 || problem.transient) problem = error;
      }
    }
    throw problem;
  }

  private async ask(sentinel: Address): Promise<Address> {
    const { isTls, sentinelCredentials: credentials, masterName } = this.place;
    const server = this.connect(sentinel, { isTls, tls: this.tls, credentials, names: [] });
    const who = `The sentinel ${textOf(sentinel)}`;
    const answer = await server
      .call('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', masterName)
      .catch(async (thrown: unknown) => {
        const { error, isPassing } = judgeServer(server, thrown, isTls, who);
        const told = await error;
        throw told.with({ transient: isPassing, remedy: remedyFor(told) });
      })
      .finally(() => this.end(server));
    if (!Array.isArray(answer)) throw new AccessTokenError('store_error', `${who} knows no primary named "${masterName}".`, { remedy: NAME });
    const [host, port] = answer as [string, string];
    return { host, port: Number(port) };
  }

  private end(server: Server): void {
    server.close();
    this.open.delete(server);
  }

  private connect(address: Address, access: Access): Server {
    const server = this.openServer(nodeOptions(address, access));
    this.open.add(server);
    return server;
  }
}

/** A sentinel's problem has another remedy than a server's. */
function remedyFor({ code, message, remedy }: AccessTokenError): string {
  if (code === 'store_refused') return USER;
  if (message.includes('does not know a command')) return NO_SENTINEL;
  return code === 'store_timeout' || message.includes('nothing listens') ? ADDRESSES : remedy;
}
