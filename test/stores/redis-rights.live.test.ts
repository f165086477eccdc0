import type { Redis } from 'ioredis';

import { openFromFields } from '../support/open-redis';
import { RedisCluster } from '../support/redis-cluster';
import { RedisPair } from '../support/redis-pair';
import { REDIS_RIGHTS } from '../support/redis-rights';
import { RedisSentinel } from '../support/redis-sentinel';
import { describeWithRedis, RedisServer } from '../support/redis-server';
import { recordOf } from '../support/token-records';

const PASSWORD = 'canary-limited-password-91';
const USER = `limited:${PASSWORD}@`;
const LEASE = { tokenName: 'a', owner: 'me' };

async function limit(admin: Redis, rights: string, keys = '~access-token:*'): Promise<void> {
  await admin.call('ACL', ['SETUSER', 'limited', 'reset', 'on', `>${PASSWORD}`, ...(keys === '' ? [] : [keys]), '-@all', ...rights.split(' ')]);
}

/** All that the store does. @returns what was refused, or told as missing */
async function problemsOf(fields: Record<string, string>): Promise<string[]> {
  const said: string[] = [];
  const store = await openFromFields(fields, said);
  try {
    for (const refresh_token of ['rotated', undefined]) {
      const { record } = await store.checkout({ ...LEASE, leaseMs: 1000, refreshPercent: 90, rejected: undefined, boundTo: refresh_token ?? 'another' });
      const fresh = { ...recordOf('fresh', Date.now(), refresh_token === undefined ? {} : { refresh_token }), boundTo: 'mine' };
      const result = await store.commit({ ...LEASE, ifVersion: record?.version ?? 0, record: fresh });
      expect(result.status).toBe('committed');
      if (result.status === 'committed' && result.warning !== undefined) said.push(result.warning.remedy);
    }
    await store.heartbeat({ chainId: 'chain', hop: 1, owner: 'hop', beatWithinMs: 1 });
    await store.forget({ tokenName: 'a' });
    return said;
  } catch (thrown) {
    return [...said, String(thrown)];
  } finally {
    store.close();
  }
}

describeWithRedis('a Redis user with the least rights that the docs name', () => {
  const closing: { close: () => unknown }[] = [];
  afterEach(async () => {
    for (const each of closing.splice(0).reverse()) await each.close();
  });

  test('one server: they do, and without any of them something is missing', async () => {
    const server = await RedisServer.start();
    closing.push(server);
    const fields = { url: server.urlFor(USER) };
    await limit(server.client(), REDIS_RIGHTS.server);
    expect(await problemsOf(fields)).toEqual([]);
    const rights = REDIS_RIGHTS.server.split(' ');
    for (const left of rights) {
      await server.client().script('FLUSH');
      await limit(server.client(), rights.filter((right) => right !== left).join(' '));
      expect([left, (await problemsOf(fields)).length > 0]).toEqual([left, true]);
      await server.client().flushall();
    }
  });

  test('with a replica', async () => {
    const pair = await RedisPair.start();
    closing.push(pair);
    const fields = { url: `redis://${USER}127.0.0.1:${pair.proxy.port}` };
    await limit(pair.master.admin, REDIS_RIGHTS.replicated);
    expect(await problemsOf(fields)).toEqual([]);
    await limit(pair.master.admin, REDIS_RIGHTS.server);
    expect((await problemsOf(fields)).join()).toContain('+wait');
  });

  test('a cluster that moves the key', async () => {
    const cluster = await RedisCluster.start({ replicas: 1 });
    closing.push(cluster);
    await Promise.all(cluster.nodes.map(({ admin }) => limit(admin, REDIS_RIGHTS.cluster)));
    const key = 'access-token:token:a';
    const source = await cluster.masterOf(key);
    const target = cluster.nodes.slice(0, 3).find((node) => node !== source);
    if (target === undefined) throw new Error('The cluster has one master only.');
    await cluster.migrate(key, target);
    const fields = { url: `redis+cluster://${USER}${cluster.hosts.join(',')}` };
    expect(await problemsOf(fields)).toEqual([]);
    await Promise.all(cluster.nodes.map(({ admin }) => limit(admin, REDIS_RIGHTS.replicated)));
    expect((await problemsOf(fields)).length).toBeGreaterThan(0);
  });

  test('Sentinel, with a user of its own', async () => {
    const group = await RedisSentinel.start();
    closing.push(group);
    const { admin } = await group.master();
    await limit(admin, REDIS_RIGHTS.replicated);
    await Promise.all(group.sentinels.map((each) => limit(each.admin, REDIS_RIGHTS.sentinel, '')));
    const url = `redis+sentinel://${USER}${group.hosts.join(',')}/${group.name}?sentinel_username=limited&sentinel_password=${PASSWORD}`;
    expect(await problemsOf({ url })).toEqual([]);
  });
});
