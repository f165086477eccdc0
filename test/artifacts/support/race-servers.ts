import type { Redis } from 'ioredis';

import { RedisCluster } from '../../support/redis-cluster';
import { RedisSentinel } from '../../support/redis-sentinel';
import { RedisServer } from '../../support/redis-server';

/** The servers of a race. */
export interface RaceServers {
  url: string;
  /** Returns the tests' own client for the server that has a key. */
  clientFor: (key: string) => Promise<Redis>;
  /** Makes another server take over while the old one runs. Resolves when all servers agree on the new one. */
  failOver?: () => Promise<void>;
  /** Kills the server that has all keys, so that another one takes over. */
  kill?: () => Promise<void>;
  /** Waits after a fail-over until another one is possible. */
  untilWhole: () => Promise<void>;
  close: () => Promise<void>;
}

const nothing = async (): Promise<void> => undefined;

/** The Redis setups that users have. Each function starts one. */
export const RACE_SERVERS = {
  'a server': async (): Promise<RaceServers> => {
    const server = await RedisServer.start();
    const client = server.client();
    return { url: server.url, clientFor: async () => client, untilWhole: nothing, close: () => server.close() };
  },
  'a cluster of three masters': async (): Promise<RaceServers> => {
    const cluster = await RedisCluster.start();
    return {
      url: `redis+cluster://${cluster.hosts.join(',')}`,
      clientFor: async (key) => (await cluster.masterOf(key)).admin,
      untilWhole: () => cluster.untilWhole(),
      close: () => cluster.close(),
    };
  },
  'a primary and Sentinels': async (): Promise<RaceServers> => {
    const group = await RedisSentinel.start({ downAfterMs: 2000 });
    return {
      url: `redis+sentinel://${group.hosts.join(',')}/${group.name}`,
      clientFor: async () => (await group.master()).admin,
      failOver: async () => {
        await group.failOver();
      },
      kill: async () => {
        const master = await group.master();
        await master.kill();
        await group.untilNoMaster(master);
        await master.restart();
      },
      untilWhole: () => group.untilWhole(),
      close: () => group.close(),
    };
  },
};
