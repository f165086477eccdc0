import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { judge } from '../../../tools/cli/status/judge';
import { judgeRedis } from '../../../tools/cli/status/judge-redis';
import type { RedisAnswers } from '../../../tools/cli/status/redis-answers';
import type { Finding } from '../../../tools/cli/status/report';
import { NAME, observation, RECORD, viewAt } from './support';

const ADDRESS = 'redis.example.com:6379';
/** What CONFIG GET save answers where nobody has changed it. */
const SAVES = '3600 1 300 100 60 10000';
const SERVERS = ['redis-7', 'valkey-8'];

/** What a real server answered to INFO, section by section. */
function infoOf(server: string, ...sections: string[]): string {
  return sections.map((section) => readFileSync(join(__dirname, 'info', server, `${section}.txt`), 'utf8')).join('\n').replace(/\n/g, '\r\n');
}

function findings(answers: Omit<RedisAnswers, 'address'>, isPrecious = true): Finding[] {
  return judgeRedis({ address: ADDRESS, ...answers }, isPrecious);
}

const briefly = (found: Finding[]): string[] => found.map(({ level, code }) => `${level} ${code}`);

describe.each(SERVERS)('%s', (server) => {
  const with3 = (changes: Partial<Record<'memory' | 'persistence' | 'replication', string>> = {}): string => {
    const { memory = 'memory', persistence = 'persistence', replication = 'replication' } = changes;
    return infoOf(server, memory, persistence, replication);
  };

  test.each<[string, Parameters<typeof with3>[0], string, string[]]>([
    ['as it comes, with RDB', {}, SAVES, []],
    ['with AOF alone', { persistence: 'persistence-aof' }, '', []],
    ['with nothing on disk', {}, '', ['degraded store_not_persistent']],
    ['removing any key', { memory: 'memory-allkeys-lru' }, SAVES, ['degraded store_evicts']],
    ['removing keys that expire', { memory: 'memory-volatile-ttl' }, SAVES, ['note store_evicts']],
    ['with a replica', { replication: 'replication-with-replica' }, SAVES, []],
    ['whose replica has gone', { replication: 'replication-without-its-replica' }, SAVES, ['degraded store_without_replica']],
    ['that has to wait for replicas, and has none', { replication: 'replication-too-few' }, SAVES, ['degraded store_without_replica']],
    ['a replica', { replication: 'replication-of-replica' }, SAVES, ['degraded store_is_replica']],
    [
      'all at once',
      { memory: 'memory-allkeys-lru', replication: 'replication-too-few' },
      '',
      ['degraded store_evicts', 'degraded store_not_persistent', 'degraded store_without_replica'],
    ],
  ])('%s', (_, sections, save, expected) => {
    const found = findings({ info: with3(sections), save });
    expect(briefly(found)).toEqual(expected);
    for (const { about, message, remedy } of found) expect([about, message, remedy]).toEqual([`Redis ${ADDRESS}`, expect.stringMatching(/\.$/), expect.stringMatching(/\.$/)]);
  });

  test('a policy without a limit of memory removes nothing', () => {
    const info = with3({ memory: 'memory-allkeys-lru' }).replace(/^maxmemory:\d+/m, 'maxmemory:0');
    expect(findings({ info, save: SAVES })).toEqual([]);
  });

  test('is named with its policy', () => {
    const [found] = findings({ info: with3({ memory: 'memory-allkeys-lru' }), save: SAVES });
    expect(found?.message).toContain('(maxmemory-policy allkeys-lru)');
  });

  test('a replica is named with its primary, and told whether it has it', () => {
    const info = with3({ replication: 'replication-of-replica' });
    expect(findings({ info, save: SAVES })[0]?.message).toContain('a replica of 127.0.0.1: no new token');
    const lost = info.replace('master_link_status:up', 'master_link_status:down');
    expect(findings({ info: lost, save: SAVES })[0]?.message).toContain('127.0.0.1, with which it has no connection: no new token');
  });

  test('that does not say how it saves its data', () => {
    expect(findings({ info: with3() })).toMatchObject([{ level: 'note', code: 'store_not_told', message: 'It does not tell whether it keeps its data on disk.' }]);
    // With AOF that is no question.
    expect(findings({ info: with3({ persistence: 'persistence-aof' }) })).toEqual([]);
  });

  test('without refresh tokens in it, only the copy of something is at risk', () => {
    const info = with3({ memory: 'memory-allkeys-lru', replication: 'replication-too-few' });
    expect(briefly(findings({ info, save: '' }, false))).toEqual(['note store_evicts', 'note store_not_persistent', 'note store_without_replica']);
  });
});

test.each([[{}], [{ info: '' }], [{ info: 'NOPERM', save: SAVES }]])('a server that tells nothing: %j', (answers) => {
  const found = findings(answers);
  expect(briefly(found)).toEqual(['note store_not_told']);
  expect(found[0]?.message).toMatch(/^It does not tell which keys it removes when its memory is full, whether .* on disk and whether it is a replica or has replicas\.$/);
});

describe('in a report', () => {
  const redis = [{ address: ADDRESS, info: infoOf('redis-7', 'memory', 'persistence', 'replication'), save: '' }];

  test.each([
    ['a refresh token', RECORD, 'degraded'],
    ['no token yet: it may bring one', null, 'degraded'],
    ['no refresh token', { ...RECORD, token: { ...RECORD.token, refresh_token: undefined } }, 'note'],
  ])('with %s in it', (_, record, level) => {
    const views = new Map([[NAME, viewAt(0, { record })]]);
    const { findings: found } = judge(observation(undefined, { store: { kind: 'redis', views, redis } }));
    expect(found.filter(({ code }) => code === 'store_not_persistent')).toMatchObject([{ level }]);
  });

  test('each of several servers is named', () => {
    const views = new Map([[NAME, viewAt(0)]]);
    const servers = ['one:1', 'two:2'].map((address) => ({ ...redis[0], address }));
    const { findings: found, verdict } = judge(observation(undefined, { store: { kind: 'redis', views, redis: servers } }));
    expect(found.map(({ about }) => about)).toEqual(['Redis one:1', 'Redis two:2']);
    expect(verdict).toBe('degraded');
  });
});
