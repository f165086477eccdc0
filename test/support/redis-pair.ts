import { QUICK_REPLICATION, RedisNode } from './redis-node';
import type { RedisServerOptions } from './redis-server';
import { TcpProxy } from './tcp-proxy';
import { until } from './until';

/**
 * A master and its replica behind one address, as clouds offer them. After a fail-over, new connections reach the new master,
 * while open ones stay with the old one.
 */
export class RedisPair {
  private constructor(
    private nodes: readonly [master: RedisNode, replica: RedisNode],
    /** The one address. */
    readonly proxy: TcpProxy,
  ) {}

  static async start(options: RedisServerOptions = {}): Promise<RedisPair> {
    const settings = [...(options.settings ?? []), ...QUICK_REPLICATION];
    const master = await RedisNode.start({ ...options, settings });
    const replica = await RedisNode.start({ ...options, settings: [...settings, `replicaof 127.0.0.1 ${master.port}`] });
    const pair = new RedisPair([master, replica], await TcpProxy.start(master.port));
    await pair.untilFollowing();
    return pair;
  }

  get master(): RedisNode {
    return this.nodes[0];
  }

  get replica(): RedisNode {
    return this.nodes[1];
  }

  /** Waits until the replica follows its master and has everything written so far. */
  async untilFollowing(): Promise<void> {
    await until('the replica follows', async () => (await this.replica.info('replication', 'master_link_status')) === 'up');
  }

  /** Does a planned fail-over (`FAILOVER`, Redis 6.2): the master waits until the replica has everything, then they swap. */
  async failOver(): Promise<void> {
    const [master, replica] = this.nodes;
    await master.admin.call('FAILOVER');
    await until('the replica is the master', async () => (await replica.info('replication', 'role')) === 'master');
    this.nodes = [replica, master];
    this.proxy.target = replica.port;
    await this.untilFollowing();
  }

  /**
   * Makes the replica the master behind the address. The old master does not know, and goes on taking writes, which are lost.
   * With Sentinel this happens too, for some seconds.
   */
  async promote(): Promise<void> {
    const [master, replica] = this.nodes;
    await replica.admin.replicaof('NO', 'ONE');
    this.nodes = [replica, master];
    this.proxy.target = replica.port;
    await until('the old master has no replica any more', async () => (await master.info('replication', 'connected_slaves')) === '0');
  }

  /** After `promote`: makes the old master the replica. It loses what only it had. */
  async demote(): Promise<void> {
    await this.replica.admin.replicaof('127.0.0.1', this.master.port);
    await this.untilFollowing();
  }

  async close(): Promise<void> {
    await this.proxy.close();
    await Promise.all(this.nodes.map((node) => node.close()));
  }
}
