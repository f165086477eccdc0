import { QUICK_REPLICATION, RedisNode } from './redis-node';
import type { RedisNodeOptions } from './redis-node';
import { until } from './until';

const REPLICAS = 2;
const SENTINELS = 3;
const QUORUM = 2;

export interface RedisSentinelOptions extends Omit<RedisNodeOptions, 'isClustered' | 'isSentinel'> {
  /** After this time a silent master counts as down, milliseconds. Default: 30 s, as in Redis. */
  downAfterMs?: number;
  /** The Sentinels' own password; none by default. */
  sentinelPassword?: string;
}

/** One master, two replicas, and three Sentinels that watch them, on loopback ports. */
export class RedisSentinel {
  /** The name of the watched master. */
  readonly name = 'mymaster';

  private constructor(
    /** The original master, then its replicas. */
    readonly nodes: readonly RedisNode[],
    readonly sentinels: readonly RedisNode[],
  ) {}

  static async start({ downAfterMs = 30_000, sentinelPassword, settings = [], ...options }: RedisSentinelOptions = {}): Promise<RedisSentinel> {
    const data = { ...options, settings: [...settings, ...QUICK_REPLICATION] };
    const { program, tls, clientAuthority, password } = options;
    const master = await RedisNode.start(data);
    const following = { ...data, settings: [...data.settings, `replicaof 127.0.0.1 ${master.port}`] };
    const watching = {
      isSentinel: true,
      ...(program === undefined ? {} : { program }),
      ...(tls === undefined ? {} : { tls }),
      ...(clientAuthority === undefined ? {} : { clientAuthority }),
      ...(sentinelPassword === undefined ? {} : { password: sentinelPassword }),
      settings: [
        `sentinel monitor mymaster 127.0.0.1 ${master.port} ${QUORUM}`,
        `sentinel down-after-milliseconds mymaster ${downAfterMs}`,
        // The next fail-over begins after twice this time at the earliest.
        'sentinel failover-timeout mymaster 2000',
        ...(password === undefined ? [] : [`sentinel auth-pass mymaster ${password}`]),
        ...(sentinelPassword === undefined ? [] : [`sentinel sentinel-pass ${sentinelPassword}`]),
      ],
    };
    const replicas = await Promise.all(Array.from({ length: REPLICAS }, () => RedisNode.start(following)));
    await until('the replicas follow', async () => (await Promise.all(replicas.map(follows))).every(Boolean));
    // Started last, because a Sentinel asks the master for its replicas, and the first answer must be complete.
    const sentinels = await Promise.all(Array.from({ length: SENTINELS }, () => RedisNode.start(watching)));
    const group = new RedisSentinel([master, ...replicas], sentinels);
    await group.untilWhole();
    return group;
  }

  /** `127.0.0.1:<port>` of each Sentinel. */
  get hosts(): string[] {
    return this.sentinels.map(({ port }) => `127.0.0.1:${port}`);
  }

  /** The master that the Sentinels name. */
  async master(): Promise<RedisNode> {
    const [sentinel] = this.sentinels.filter(({ isRunning }) => isRunning);
    if (sentinel === undefined) throw new Error('No Sentinel runs.');
    return this.nodeAt(await masterSeenBy(sentinel, this.name));
  }

  /** Waits until all Sentinels name another master. @returns the new master */
  async untilNoMaster(old: RedisNode): Promise<RedisNode> {
    let found: RedisNode | undefined;
    await until('another server is the master', async () => {
      const ports = await Promise.all(this.sentinels.filter(({ isRunning }) => isRunning).map((each) => masterSeenBy(each, this.name)));
      const nodes = [...new Set(ports)].map((port) => this.nodeAt(port));
      const [node] = nodes;
      if (nodes.length !== 1 || node === undefined || node === old || !node.isRunning) return false;
      const [role] = await node.admin.role();
      if (role === 'master') found = node;
      return role === 'master';
    });
    return found ?? this.master();
  }

  /** Makes the Sentinels promote a replica as if the master had failed, without waiting for the master. @returns the new master */
  async failOver(): Promise<RedisNode> {
    const old = await this.master();
    const [sentinel] = this.sentinels;
    await until('a Sentinel begins the fail-over', async () => {
      // The Sentinel refuses a fail-over right after another one.
      const begun = await sentinel?.admin.call('SENTINEL', 'FAILOVER', this.name).catch(() => undefined);
      return begun === 'OK';
    });
    return this.untilNoMaster(old);
  }

  /** Waits until all servers run, two of them follow the third, and all Sentinels know each other and all servers. */
  async untilWhole(): Promise<void> {
    await until('the Sentinels know each other and the replicas', async () => {
      const states = await Promise.all(this.sentinels.map((each) => this.knowsAll(each)));
      return states.every(Boolean);
    });
    await until('one is the master, and the others follow', async () => {
      const roles = await Promise.all(this.nodes.map(async (node) => node.admin.role()));
      const following = roles.filter(([role, , , link]) => role === 'slave' && link === 'connected');
      return following.length === REPLICAS && roles.some(([role]) => role === 'master');
    });
  }

  async close(): Promise<void> {
    await Promise.all([...this.sentinels, ...this.nodes].map((node) => node.close()));
  }

  private async knowsAll(sentinel: RedisNode): Promise<boolean> {
    const members = (await sentinel.admin.call('SENTINEL', 'MASTER', this.name)) as string[];
    const member = (name: string) => members[members.indexOf(name) + 1];
    return member('num-slaves') === String(REPLICAS) && member('num-other-sentinels') === String(SENTINELS - 1) && member('flags') === 'master';
  }

  private nodeAt(port: number): RedisNode {
    const node = this.nodes.find((each) => each.port === port);
    if (node === undefined) throw new Error(`No server has the port ${port}.`);
    return node;
  }
}

async function masterSeenBy(sentinel: RedisNode, name: string): Promise<number> {
  const [, port] = (await sentinel.admin.call('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', name)) as string[];
  return Number(port);
}

async function follows(node: RedisNode): Promise<boolean> {
  return (await node.info('replication', 'master_link_status')) === 'up';
}
