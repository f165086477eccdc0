import { fieldOf, QUICK_REPLICATION, RedisNode } from './redis-node';
import type { RedisNodeOptions } from './redis-node';
import { until } from './until';

const SLOTS = 16_384;
const MASTERS = 3;

export interface RedisClusterOptions extends Omit<RedisNodeOptions, 'isClustered' | 'isSentinel'> {
  /** Replicas of each master. Default: none. */
  replicas?: number;
  /** After this time a silent node counts as failed and its replica takes over, milliseconds. Default: 15 s, as in Redis. */
  nodeTimeoutMs?: number;
}

/** A cluster of real servers on loopback ports. It has three masters, each with a third of the slots. */
export class RedisCluster {
  private constructor(
    /** The original masters, then their replicas. */
    readonly nodes: readonly RedisNode[],
    private readonly ids: ReadonlyMap<RedisNode, string>,
  ) {}

  static async start({ replicas = 0, nodeTimeoutMs = 15_000, settings = [], ...options }: RedisClusterOptions = {}): Promise<RedisCluster> {
    const all = [...settings, `cluster-node-timeout ${nodeTimeoutMs}`, 'cluster-replica-validity-factor 0', ...QUICK_REPLICATION];
    const nodes = await Promise.all(
      Array.from({ length: MASTERS * (1 + replicas) }, () => RedisNode.start({ ...options, isClustered: true, settings: all })),
    );
    const cluster = new RedisCluster(nodes, new Map(await Promise.all(nodes.map(async (node) => [node, await node.admin.cluster('MYID')] as const))));
    await cluster.form();
    return cluster;
  }

  /** `127.0.0.1:<port>` of each node, the original masters first. */
  get hosts(): string[] {
    return this.nodes.map(({ port }) => `127.0.0.1:${port}`);
  }

  /** The master that has the key now. */
  async masterOf(key: string): Promise<RedisNode> {
    const slot = await this.slotOf(key);
    return this.seen('a master that has the slot', ({ slots }) => slots.some(([first, last]) => first <= slot && slot <= last));
  }

  async replicaOf(master: RedisNode): Promise<RedisNode> {
    const id = this.idOf(master);
    return this.seen('a replica of the master', (line) => line.master === id);
  }

  /** Does a planned fail-over: the master waits until its replica has everything. @returns the new master */
  async failOver(master: RedisNode): Promise<RedisNode> {
    const replica = await this.replicaOf(master);
    await replica.admin.cluster('FAILOVER');
    await this.untilMaster(replica);
    return replica;
  }

  /** Waits until all running nodes see this node as a master with slots. */
  async untilMaster(node: RedisNode): Promise<void> {
    const id = this.idOf(node);
    await until('the replica is the master', async () => {
      const views = await Promise.all(this.running.map((each) => viewOf(each)));
      return views.every((view) => view.some((line) => line.id === id && line.isMaster && line.slots.length > 0));
    });
  }

  /** Waits until all running nodes say that every slot is served, and the replicas follow. */
  async untilWhole(): Promise<void> {
    await until('the cluster serves all slots, and replicas follow', async () => {
      const states = await Promise.all(this.running.map((node) => this.isContent(node)));
      return states.every(Boolean);
    });
  }

  /** Begins to move the slot of a key to another master. Until `finish`, its keys are looked for in both (`ASK`). */
  async migrate(key: string, target: RedisNode): Promise<SlotMigration> {
    const source = await this.masterOf(key);
    const slot = await this.slotOf(key);
    await target.admin.cluster('SETSLOT', slot, 'IMPORTING', this.idOf(source));
    await source.admin.cluster('SETSLOT', slot, 'MIGRATING', this.idOf(target));
    return {
      moveKeys: async () => {
        const keys = await source.admin.cluster('GETKEYSINSLOT', slot, 1000);
        const password = source.admin.options.password ?? '';
        const auth = password === '' ? [] : ['AUTH', password];
        if (keys.length > 0) await source.admin.call('MIGRATE', '127.0.0.1', String(target.server.port), '', '0', '10000', ...auth, 'KEYS', ...keys);
      },
      finish: async () => {
        // The new master first. Otherwise the slot would have no master for a moment.
        for (const node of [target, source]) await node.admin.cluster('SETSLOT', slot, 'NODE', this.idOf(target));
      },
    };
  }

  async close(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.close()));
  }

  private get running(): RedisNode[] {
    return this.nodes.filter(({ isRunning }) => isRunning);
  }

  private async form(): Promise<void> {
    const { nodes } = this;
    for (const [index, node] of nodes.entries()) {
      if (index < MASTERS) {
        const bounds = [index, index + 1].map((third) => Math.floor((third * SLOTS) / MASTERS)) as [number, number];
        await node.admin.call('CLUSTER', 'ADDSLOTSRANGE', String(bounds[0]), String(bounds[1] - 1));
      }
      await node.admin.call('CLUSTER', 'SET-CONFIG-EPOCH', String(index + 1));
    }
    for (const [index, node] of nodes.entries()) {
      for (const { server } of nodes.slice(index + 1)) await node.admin.call('CLUSTER', 'MEET', '127.0.0.1', String(server.port), String(server.busPort));
    }
    const areKnown = async (node: RedisNode) => {
      const view = await viewOf(node);
      return nodes.every((other) => view.some(({ id, isConnected }) => id === this.idOf(other) && isConnected));
    };
    await until('all nodes of the cluster know each other', async () => (await Promise.all(nodes.map(areKnown))).every(Boolean));
    for (const [index, node] of nodes.entries()) {
      const master = nodes[index % MASTERS];
      if (index >= MASTERS && master !== undefined) await node.admin.cluster('REPLICATE', this.idOf(master));
    }
    await this.untilWhole();
    await until('all nodes know who follows whom', async () => {
      const views = await Promise.all(nodes.map((node) => viewOf(node)));
      return views.every((view) => view.filter(({ isMaster }) => isMaster).length === MASTERS);
    });
  }

  private async isContent(node: RedisNode): Promise<boolean> {
    const info = await node.admin.cluster('INFO');
    const isWhole = fieldOf(info, 'cluster_state') === 'ok' && fieldOf(info, 'cluster_slots_ok') === String(SLOTS);
    const [role, , , link] = await node.admin.role();
    return isWhole && (role === 'master' || link === 'connected');
  }

  private slotOf(key: string): Promise<number> {
    return this.anyone.admin.cluster('KEYSLOT', key);
  }

  /** Waits until the first running node sees a node that meets the condition. */
  private async seen(what: string, isMeant: (line: Seen) => boolean): Promise<RedisNode> {
    let node: RedisNode | undefined;
    await until(`the cluster has ${what}`, async () => {
      const line = (await viewOf(this.anyone)).find(isMeant);
      node = this.nodes.find((each) => this.idOf(each) === line?.id);
      return node !== undefined;
    });
    return node as unknown as RedisNode;
  }

  private get anyone(): RedisNode {
    const [node] = this.running;
    if (node === undefined) throw new Error('No node of the cluster runs.');
    return node;
  }

  private idOf(node: RedisNode): string {
    return this.ids.get(node) ?? '';
  }
}

export interface SlotMigration {
  /** Moves the slot's keys to the target. */
  moveKeys: () => Promise<void>;
  /** Gives the slot to the target. From now on the source answers `MOVED`. */
  finish: () => Promise<void>;
}

/** A node as another one sees it. */
interface Seen {
  id: string;
  isMaster: boolean;
  isConnected: boolean;
  /** The id of the master that it replicates. */
  master: string | undefined;
  /** The first and the last slot of each range. */
  slots: [number, number][];
}

/** https://redis.io/docs/latest/commands/cluster-nodes/ */
async function viewOf(node: RedisNode): Promise<Seen[]> {
  const lines = String(await node.admin.cluster('NODES')).trim().split('\n');
  return lines.map((line) => {
    const [id = '', , flags = '', master = '-', , , , link, ...slots] = line.split(' ');
    const names = flags.split(',');
    return {
      id,
      isMaster: names.includes('master') && !names.some((name) => name.startsWith('fail') || name === 'handshake'),
      isConnected: link === 'connected' && !names.includes('handshake'),
      master: master === '-' ? undefined : master,
      slots: slots.filter((range) => /^\d/.test(range)).map((range) => {
        const [first, last = first] = range.split('-').map(Number);
        return [first ?? NaN, last ?? NaN];
      }),
    };
  });
}
