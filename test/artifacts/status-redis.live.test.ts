import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Redis } from 'ioredis';

import type { StatusReport } from '../../tools/cli/status/report';
import { describeWhere } from '../support/describe-where';
import { RedisCluster } from '../support/redis-cluster';
import { RedisSentinel } from '../support/redis-sentinel';
import { describeWithRedis, RedisServer } from '../support/redis-server';
import { closeRedisStores, openRedisStore } from '../support/redis-stores';
import { failureOf, recordOf } from '../support/token-records';
import { until } from '../support/until';
import { CLI, runProgram, RunningProgram } from './support/command-line';
import type { Ended } from './support/command-line';

const CANARIES = { password: 'canary-redis-password-1a', key: 'canary-encryption-key-2b', access: 'canary-access-token-3c', refresh: 'canary-refresh-token-4d' };
const PREFIX = 'test:';
const HOW_TO_INSTALL = 'promtool is not installed. Debian and Ubuntu: apt-get install prometheus';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'access-token-status-'));
});
afterEach(() => {
  RunningProgram.killAll();
  closeRedisStores();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function configurationFile(redisUrl: string): string {
  const file = join(folder, 'access-token.json');
  const tokens = [{ tokenUrl: 'https://login.example.com/token', clientId: 'c', refreshToken: 'r' }];
  writeFileSync(file, JSON.stringify({ tokens, redisUrl, keyPrefix: PREFIX, encryptionKey: '${REDIS_KEY}' }), { mode: 0o600 });
  return file;
}

/** Runs the built command; whatever comes of it, no secret and no token is shown. */
async function status(redisUrl: string, ...options: string[]): Promise<Ended> {
  const ended = await runProgram(['status', '--config', configurationFile(redisUrl), ...options], { env: { REDIS_KEY: CANARIES.key } });
  for (const canary of Object.values(CANARIES)) expect(ended.out + ended.err).not.toContain(canary);
  return ended;
}

async function report(redisUrl: string): Promise<StatusReport> {
  const { code, out, err } = await status(redisUrl, '--format', 'json');
  expect(err).toBe('');
  const read = JSON.parse(out) as StatusReport;
  expect(read.exitCode).toBe(code);
  return read;
}

async function storeToken(client: Redis, url: string): Promise<void> {
  await client.flushall();
  const store = openRedisStore({ url, keyPrefix: PREFIX, encryptionKeys: [CANARIES.key] });
  const record = recordOf(CANARIES.access, Date.now(), { expires_in: 3600, refresh_token: CANARIES.refresh });
  await store.commit({ tokenName: 'accessToken', owner: 'a node', ifVersion: 0, record });
}

const codes = ({ findings }: StatusReport): string[] => findings.map(({ level, code }) => `${level} ${code}`);

describeWithRedis('status with Redis', () => {
  let server: RedisServer;
  let client: Redis;

  beforeAll(async () => {
    server = await RedisServer.start({ password: CANARIES.password, settings: ['save 3600 1'] });
    client = server.client();
  });
  beforeEach(async () => {
    await client.config('SET', 'save', '3600 1');
    await storeToken(client, server.url);
  });
  afterAll(() => server.close());

  test('the tokens are told, and nothing is changed', async () => {
    const before = await client.hgetall(`${PREFIX}token:accessToken`);
    expect(await report(server.url)).toMatchObject({
      verdict: 'healthy',
      store: { state: 'reached', kind: 'redis' },
      tokens: [{ tokenName: 'accessToken', state: 'valid', version: 1 }],
      chain: { state: 'not_used' },
      findings: [],
    });
    expect(await client.hgetall(`${PREFIX}token:accessToken`)).toEqual(before);
    expect(await client.keys('*')).toEqual([`${PREFIX}token:accessToken`]);
  });

  test('so is a failed refresh, with the words of the server', async () => {
    const store = openRedisStore({ url: server.url, keyPrefix: PREFIX, encryptionKeys: [CANARIES.key] });
    const words = { message: 'The token endpoint answered HTTP 503: Maintenance.', status: 503, host: 'login.example.com' };
    await store.release({ tokenName: 'accessToken', owner: 'a node', failure: failureOf(Date.now(), words) });
    expect(await report(server.url)).toMatchObject({ verdict: 'degraded', exitCode: 0, tokens: [{ state: 'valid', failure: { attempts: 1, ...words } }] });
    expect((await status(server.url, '--strict')).code).toBe(1);
    expect(await status(server.url, '--format', 'nagios')).toMatchObject({ code: 1, out: expect.stringMatching(/^ACCESS_TOKEN WARNING - .*login\.example\.com, HTTP 503: .*\|.*\n$/) as string });
  });

  test('a server that keeps nothing, or removes any key when it is full', async () => {
    await client.config('SET', 'save', '');
    await client.config('SET', 'maxmemory', '100mb');
    await client.config('SET', 'maxmemory-policy', 'allkeys-lru');
    expect(codes(await report(server.url))).toEqual(['degraded store_evicts', 'degraded store_not_persistent']);
    await client.config('SET', 'maxmemory-policy', 'volatile-lru');
    await client.config('SET', 'appendonly', 'yes');
    expect(codes(await report(server.url))).toEqual(['note store_evicts']);
    await client.config('SET', 'appendonly', 'no');
    await client.config('SET', 'maxmemory', '0');
  });

  test('a user who may not ask: that is a note, and no failure', async () => {
    await client.call('ACL', 'SETUSER', 'bots', 'on', `>${CANARIES.password}`, `~${PREFIX}*`, '+evalsha', '+eval', '+time', '+hmget');
    const told = await report(server.urlFor(`bots:${CANARIES.password}@`));
    expect(codes(told)).toEqual(['note store_not_told']);
    expect(told).toMatchObject({ verdict: 'healthy', exitCode: 0, tokens: [{ version: 1 }] });
    await client.call('ACL', 'SETUSER', 'bots', '+info', '+config|get');
    expect(codes(await report(server.urlFor(`bots:${CANARIES.password}@`)))).toEqual([]);
  });

  test('a replica, and a primary that has lost it', async () => {
    const replica = await RedisServer.start({ settings: [`replicaof 127.0.0.1 ${server.port}`, `masterauth ${CANARIES.password}`] });
    try {
      await until('the replica has the tokens', async () => (await replica.client().info('replication')).includes('master_link_status:up'));
      await replica.client().config('SET', 'save', '3600 1');
      expect(codes(await report(replica.url))).toEqual(['degraded store_is_replica']);
      expect(codes(await report(server.url))).toEqual([]);
    } finally {
      await replica.close();
    }
    await until('the primary has seen it', async () => (await client.info('replication')).includes('connected_slaves:0'));
    expect(codes(await report(server.url))).toEqual(['degraded store_without_replica']);
  });

  test.each<[string, (url: string) => string, string]>([
    ['a wrong password', (url) => url.replace(CANARIES.password, 'wrong'), 'store_refused'],
    ['a port at which nobody listens', () => 'redis://127.0.0.1:9', 'store_unreachable'],
  ])("%s: can't tell", async (_, change, code) => {
    const told = await report(change(server.url));
    expect(told).toMatchObject({ exitCode: 2, store: { state: 'unknown', kind: 'redis' }, findings: [{ level: 'unknown', about: 'store', code, remedy: expect.stringContaining('redisUrl') as string }] });
  });

  describe('for Prometheus', () => {
    test('--watch --output replaces a file, which is always whole', async () => {
      const file = join(folder, 'access_token.prom');
      const args = [CLI, 'status', '--config', configurationFile(server.url), '--format', 'prometheus', '--watch', '1', '--output', file];
      const program = new RunningProgram(args, { env: { REDIS_KEY: CANARIES.key } });
      const has = (line: string) => readdirSync(folder).includes('access_token.prom') && readFileSync(file, 'utf8').includes(line);
      await until('the file is there', () => has('access_token_valid{token="accessToken"} 1\n'));
      await client.flushall();
      await until('the file tells that the token is gone', () => has('access_token_valid{token="accessToken"} 0\n'));
      program.signal('SIGINT');
      expect(await program.ended).toMatchObject({ code: 0, out: '', err: '' });
    });

    test('where status can not look, the text says so, and somebody is told why', async () => {
      const ended = await runProgram(['status', '--config', join(folder, 'nowhere.json'), '--format=prometheus']);
      expect(ended).toMatchObject({ code: 0, err: expect.stringContaining('There is no ') as string });
      expect(ended.out).toContain('access_token_status{level="unknown"} 1\n');
      const wrong = await runProgram(['status', '--format', 'prometheus', '--nonsense']);
      expect(wrong).toMatchObject({ code: 2, out: expect.stringContaining('access_token_status{level="unknown"} 1\n') as string });
      expect(await runProgram(['status', '--format', 'nagios', '--nonsense'])).toMatchObject({ code: 3, out: expect.stringMatching(/^ACCESS_TOKEN UNKNOWN - call: /) as string });
    });

    const isThere = spawnSync('promtool', ['--version'], { stdio: 'ignore' }).status === 0;
    describeWhere({ isThere, howToInstall: HOW_TO_INSTALL }, 'promtool', () => test('has nothing to say against any of them', async () => {
      const store = openRedisStore({ url: server.url, keyPrefix: PREFIX, encryptionKeys: [CANARIES.key] });
      const texts = [(await status(server.url, '--format', 'prometheus')).out];
      await store.release({ tokenName: 'accessToken', owner: 'a node', failure: failureOf(Date.now(), { host: 'a"b\nc\\d', status: 503, message: 'x' }) });
      await client.config('SET', 'save', '');
      texts.push((await status(server.url, '--format', 'prometheus')).out);
      texts.push((await status(server.url.replace(CANARIES.password, 'wrong'), '--format', 'prometheus')).out);
      texts.push((await runProgram(['status', '--config', join(folder, 'nowhere.json'), '--format', 'prometheus'])).out);
      for (const input of texts) {
        const { status: code, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], { input, encoding: 'utf8' });
        expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: '', stderr: '' });
      }
      expect(texts[1]).toContain('host="a\\"b c\\\\d"');
    }));
  });
});

describeWithRedis('status with several Redis servers', () => {
  test('a cluster: each primary is judged', async () => {
    const cluster = await RedisCluster.start({ password: CANARIES.password });
    try {
      const told = await report(`redis+cluster://:${CANARIES.password}@${cluster.hosts.join(',')}`);
      expect(told).toMatchObject({ verdict: 'wrong', store: { state: 'reached' }, tokens: [{ state: 'missing' }] });
      const judged = told.findings.filter(({ code }) => code === 'store_not_persistent').map(({ about }) => about);
      expect(new Set(judged).size).toBe(3);
      expect(codes(told).filter((code) => /not_told|is_replica/.test(code))).toEqual([]);
    } finally {
      await cluster.close();
    }
  });

  test('sentinels: the primary is judged', async () => {
    const group = await RedisSentinel.start({ password: CANARIES.password });
    try {
      const told = await report(`redis+sentinel://:${CANARIES.password}@${group.hosts.join(',')}/mymaster`);
      expect(told).toMatchObject({ verdict: 'wrong', store: { state: 'reached' }, tokens: [{ state: 'missing' }] });
      expect(codes(told)).toEqual(['degraded store_not_persistent', 'wrong token_missing']);
    } finally {
      await group.close();
    }
  });
});
