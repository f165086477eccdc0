import { Redis } from 'ioredis';

import { RedisCluster } from '../../support/redis-cluster';
import type { RedisNode } from '../../support/redis-node';
import { RedisSentinel } from '../../support/redis-sentinel';
import { RedisServer } from '../../support/redis-server';
import { sleep } from '../../support/sleep';

/** Something that goes wrong with Redis. */
export interface Trouble {
  /** Whether it may lose the latest writes. */
  losesData: boolean;
  /** Makes it happen. Resolves when everything is repaired. */
  happen: () => Promise<void>;
}

export interface ChaosServers {
  url: string;
  /** @param random 0 to 1 */
  next: (random: () => number) => Trouble;
  close: () => Promise<void>;
}

const KEY = 'access-token:token:accessToken';
/** After this time a silent server counts as failed, milliseconds. */
const FAILED_AFTER_MS = 1000;

/** The Redis setups that users have. Each function starts one. */
export const CHAOS_SERVERS = {
  'a server': async (): Promise<ChaosServers> => {
    const server = await RedisServer.start();
    return { url: server.url, next: (random) => restart(server, random), close: () => server.close() };
  },
  'a cluster of three masters with replicas': async (): Promise<ChaosServers> => {
    const cluster = await RedisCluster.start({ replicas: 1, nodeTimeoutMs: FAILED_AFTER_MS, isBehindProxy: true });
    const masterOf = () => cluster.masterOf(KEY);
    return {
      url: `redis+cluster://${cluster.hosts.slice(0, 3).join(',')}`,
      next: (random) => {
        const planned: Trouble = {
          losesData: false,
          happen: async () => {
            await cluster.failOver(await masterOf());
            await cluster.untilWhole();
          },
        };
        const killed: Trouble = {
          losesData: true,
          happen: async () => {
            const master = await masterOf();
            const replica = await cluster.replicaOf(master);
            await master.kill();
            await cluster.untilMaster(replica);
            await master.restart();
            await cluster.untilWhole();
          },
        };
        return oneOf(random, [killed, planned, partition(random, masterOf, () => cluster.untilWhole())]);
      },
      close: () => cluster.close(),
    };
  },
  'a primary and Sentinels': async (): Promise<ChaosServers> => {
    const group = await RedisSentinel.start({ downAfterMs: FAILED_AFTER_MS, isBehindProxy: true });
    return {
      url: `redis+sentinel://${group.hosts.join(',')}/${group.name}`,
      next: (random) => {
        const killed: Trouble = {
          losesData: true,
          happen: async () => {
            const master = await group.master();
            await master.kill();
            await group.untilNoMaster(master);
            await master.restart();
            await group.untilWhole();
          },
        };
        return oneOf(random, [killed, partition(random, () => group.master(), () => group.untilWhole())]);
      },
      close: () => group.close(),
    };
  },
};

function oneOf(random: () => number, [first, ...others]: [Trouble, ...Trouble[]]): Trouble {
  return others[Math.floor(random() * (others.length + 1))] ?? first;
}

/** Breaks the network to the master in one of several ways. It may last long enough for another server to take over. */
function partition(random: () => number, master: () => Promise<RedisNode>, untilWhole: () => Promise<void>): Trouble {
  const [how, lastsMs] = [random(), random() * 2 * FAILED_AFTER_MS];
  return {
    losesData: true,
    happen: async () => {
      const { proxy } = await master();
      if (how < 1 / 3) proxy.cut();
      else if (how < 2 / 3) proxy.silence();
      else await proxy.refuse();
      await sleep(lastsMs);
      await proxy.restore();
      await untilWhole();
    },
  };
}

function restart(server: RedisServer, random: () => number): Trouble {
  const losesData = random() < 0.3;
  const downMs = 50 + random() * 550;
  return {
    losesData,
    happen: async () => {
      if (losesData) await server.kill();
      else {
        const client = new Redis(server.url, { retryStrategy: () => null, maxRetriesPerRequest: 0 });
        client.on('error', () => undefined);
        // The server closes the connection instead of answering.
        await client.shutdown('SAVE').catch(() => undefined);
        client.disconnect();
      }
      await sleep(downMs);
      await server.restart();
    },
  };
}
