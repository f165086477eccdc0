import type { CommitResult, TokenStore } from '../../src/stores/token-store';
import { openFromFields } from '../support/open-redis';
import { RedisCluster } from '../support/redis-cluster';
import { RedisPair } from '../support/redis-pair';
import { RedisSentinel } from '../support/redis-sentinel';
import { describeWithRedis, RedisServer } from '../support/redis-server';
import { recordOf } from '../support/token-records';

const KEY = 'access-token:token:a';
const LEASE = { tokenName: 'a', owner: 'me' };

/** A refresh that spends a refresh token, with something in the middle. */
async function refresh(store: TokenStore, inTheMiddle: () => Promise<unknown> = async () => undefined): Promise<CommitResult> {
  const { lease } = await store.checkout({ ...LEASE, leaseMs: 60_000, refreshPercent: 90 });
  expect(lease).toBe('granted');
  await inTheMiddle();
  return store.commit({ ...LEASE, ifVersion: 0, record: recordOf('fresh', Date.now(), { refresh_token: 'rotated' }) });
}

describeWithRedis('a rotated refresh token outlives a planned fail-over in the middle of its refresh', () => {
  const closing: { close: () => unknown }[] = [];
  afterEach(async () => {
    for (const each of closing.splice(0).reverse()) await each.close();
  });
  async function open(fields: Record<string, string>): Promise<TokenStore> {
    const store = await openFromFields(fields);
    closing.push(store);
    return store;
  }

  test('behind Sentinel, while the old primary still takes writes', async () => {
    const group = await RedisSentinel.start();
    closing.push(group);
    const old = await group.master();
    const store = await open({ url: `redis+sentinel://${group.hosts.join(',')}/${group.name}` });
    const result = await refresh(store, () => group.failOver());
    expect(result.status).toBe('committed');
    const master = await group.master();
    expect(master).not.toBe(old);
    expect(await master.admin.hget(KEY, 'record')).toContain('rotated');
  });

  test('behind one address that keeps its open connections', async () => {
    const pair = await RedisPair.start();
    closing.push(pair);
    const store = await open({ url: `redis://127.0.0.1:${pair.proxy.port}` });
    const result = await refresh(store, () => pair.failOver());
    expect(result).toEqual({ status: 'committed', version: 1 });
    expect(await pair.master.admin.hget(KEY, 'record')).toContain('rotated');
  });

  test('in a cluster', async () => {
    const cluster = await RedisCluster.start({ replicas: 1 });
    closing.push(cluster);
    const store = await open({ url: `redis+cluster://${cluster.hosts[0] ?? ''}` });
    const result = await refresh(store, async () => cluster.failOver(await cluster.masterOf(KEY)));
    expect(result).toEqual({ status: 'committed', version: 1 });
    expect(await (await cluster.masterOf(KEY)).admin.hget(KEY, 'record')).toContain('rotated');
  });

  test('a replica that hangs: the token is there, and the result warns', async () => {
    const pair = await RedisPair.start();
    closing.push(pair);
    const store = await open({ url: `redis://127.0.0.1:${pair.proxy.port}` });
    const result = await refresh(store, async () => pair.replica.server.pause());
    pair.replica.server.resume();
    expect(result).toMatchObject({ status: 'committed', version: 1, warning: { code: 'commit_not_replicated' } });
    expect(await pair.master.admin.hget(KEY, 'record')).toContain('rotated');
  });

  test('a server that never had a replica is sent no WAIT', async () => {
    const server = await RedisServer.start();
    closing.push(server);
    const store = await open({ url: server.url });
    expect(await refresh(store)).toEqual({ status: 'committed', version: 1 });
    expect(await server.client().info('commandstats')).not.toContain('cmdstat_wait');
  });
});
