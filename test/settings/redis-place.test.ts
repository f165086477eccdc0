import { readPlace } from '../../src/settings/stores/redis-place';
import { redisStore } from '../../src/settings/stores/redis';
import { readSettings } from '../../src/settings/setting';
import { thrownBy } from '../support/thrown-by';

const HOSTS = 'one.example.com:26380,two.example.com,[2001:db8::7]:26381';
const SENTINELS = [
  { host: 'one.example.com', port: 26380 },
  { host: 'two.example.com', port: 26379 },
  { host: '2001:db8::7', port: 26381 },
];

/** What the fields of a connection come to. */
function place(fields: { url: string; sentinels?: string; cluster?: string }, allowInsecure = false) {
  const { url, sentinels, cluster } = readSettings(fields, redisStore.readers, allowInsecure) as Parameters<typeof readPlace>[0];
  return readPlace({ url, sentinels, cluster });
}

describe('a URL says it all', () => {
  test.each<[string, object]>([
    [
      `rediss+sentinel://user:p%40ss@${HOSTS}/mymaster/3?sentinel_username=watch&sentinel_password=s%26cret`,
      {
        kind: 'sentinel',
        isTls: true,
        credentials: { username: 'user', password: 'p@ss' },
        database: 3,
        sentinels: SENTINELS,
        sentinelCredentials: { username: 'watch', password: 's&cret' },
        masterName: 'mymaster',
      },
    ],
    [
      'redis+sentinel://:secret@127.0.0.1/my-master.1',
      {
        kind: 'sentinel',
        isTls: false,
        credentials: { password: 'secret' },
        database: 0,
        sentinels: [{ host: '127.0.0.1', port: 26379 }],
        sentinelCredentials: {},
        masterName: 'my-master.1',
      },
    ],
    [
      'rediss+cluster://user:a:b@one.example.com:7000,two.example.com',
      {
        kind: 'cluster',
        isTls: true,
        credentials: { username: 'user', password: 'a:b' },
        nodes: [
          { host: 'one.example.com', port: 7000 },
          { host: 'two.example.com', port: 6379 },
        ],
      },
    ],
    [' valkeys+cluster://one.example.com/0 ', { kind: 'cluster', isTls: true, credentials: {}, nodes: [{ host: 'one.example.com', port: 6379 }] }],
    ['unix:///run/redis/redis.sock', { path: '/run/redis/redis.sock', db: 0 }],
    ['unix://user:p%2Fss@/run/redis.sock?db=2', { path: '/run/redis.sock', username: 'user', password: 'p/ss', db: 2 }],
  ])('%s', (url, expected) => {
    expect(place({ url })).toEqual(expected);
  });

  test('of one server, Valkey too', () => {
    expect(place({ url: 'rediss://redis.example.com/2', cluster: 'no' })).toBe('rediss://redis.example.com/2');
    expect(place({ url: 'valkeys://user:secret@valkey.example.com:6380/1' })).toBe('rediss://user:secret@valkey.example.com:6380/1');
    expect(place({ url: 'valkey://127.0.0.1' })).toBe('redis://127.0.0.1');
  });
});

describe('the fields of a connection say it', () => {
  const credentials = { username: 'user', password: 'p@ss' };
  const url = 'rediss://user:p%40ss@redis.example.com:6380/3';

  test('sentinels: of the URL all counts but its address', () => {
    const expected = { kind: 'sentinel', isTls: true, credentials, database: 3, sentinels: SENTINELS, masterName: 'mymaster' };
    expect(place({ url, sentinels: `${HOSTS.replaceAll(',', ' , ')} / mymaster` })).toEqual({ ...expected, sentinelCredentials: {} });
    const sentinelCredentials = { username: 'watch', password: 's@cret' };
    expect(place({ url, sentinels: `watch:s%40cret@${HOSTS}/mymaster` })).toEqual({ ...expected, sentinelCredentials });
  });

  test('a cluster: the server of the URL is asked first', () => {
    const first = { host: 'redis.example.com', port: 6380 };
    const cluster = { kind: 'cluster', isTls: true, credentials };
    const atZero = url.replace('/3', '');
    for (const yes of ['yes', 'YES', 'true', '1']) expect(place({ url: atZero, cluster: yes })).toEqual({ ...cluster, nodes: [first] });
    expect(place({ url: atZero, cluster: 'two.example.com, three.example.com:7000' })).toEqual({
      ...cluster,
      nodes: [first, { host: 'two.example.com', port: 6379 }, { host: 'three.example.com', port: 7000 }],
    });
  });
});

describe('what can not be is an error that names the field and what to do', () => {
  const URL = 'rediss://redis.example.com';
  test.each<[string, Parameters<typeof place>[0], { code: string; field: string }, RegExp]>([
    ['sentinels and a cluster', { url: URL, sentinels: 'one/mymaster', cluster: 'yes' }, { code: 'configuration_invalid', field: 'sentinels' }, /leave "sentinels" empty, or change "cluster"/],
    ['sentinels twice', { url: 'rediss+sentinel://one/mymaster', sentinels: 'one/mymaster' }, { code: 'configuration_invalid', field: 'sentinels' }, /or change "url"/],
    ['a cluster at a socket', { url: 'unix:///run/redis.sock', cluster: 'yes' }, { code: 'configuration_invalid', field: 'cluster' }, /or change "url"/],
    ['no name of a primary', { url: URL, sentinels: 'one:26379,two:26379' }, { code: 'configuration_invalid', field: 'sentinels' }, /\/mymaster/],
    ['no address of a sentinel', { url: URL, sentinels: 'one:99999/mymaster' }, { code: 'configuration_invalid', field: 'sentinels' }, /sentinel1\.example\.com/],
    ['neither yes nor addresses', { url: URL, cluster: 'of course!' }, { code: 'configuration_invalid', field: 'cluster' }, /Enter yes, no, or/],
    ['a database of a cluster', { url: `${URL}/2`, cluster: 'yes' }, { code: 'configuration_invalid', field: 'url' }, /Leave out the number/],
    ['the same in a URL', { url: 'rediss+cluster://one/2' }, { code: 'url_malformed', field: 'url' }, /rediss\+cluster:\/\//],
    ['a URL without the name', { url: 'rediss+sentinel://one,two' }, { code: 'url_malformed', field: 'url' }, /\/mymaster/],
    ['an option that is unknown', { url: 'rediss+sentinel://one/mymaster?retries=3' }, { code: 'url_malformed', field: 'url' }, /sentinel_password/],
    ['no path of a socket', { url: 'unix://redis.sock' }, { code: 'url_malformed', field: 'url' }, /unix:\/\/\/run/],
    ['another scheme', { url: 'redis+other://one' }, { code: 'url_malformed', field: 'url' }, /Enter a whole URL/],
    ['remote sentinels without TLS', { url: 'redis+sentinel://127.0.0.1,one.example.com/mymaster' }, { code: 'insecure_url', field: 'url' }, /rediss/],
    ['remote nodes without TLS', { url: 'redis://127.0.0.1', cluster: 'one.example.com' }, { code: 'insecure_url', field: 'cluster' }, /rediss/],
    ['a remote cluster without TLS', { url: 'redis+cluster://one.example.com' }, { code: 'insecure_url', field: 'url' }, /rediss/],
  ])('%s', async (_, fields, expected, remedy) => {
    const error = await thrownBy(() => place(fields));
    expect(error).toMatchObject(expected);
    expect(error.remedy).toMatch(remedy);
  });

  test('without TLS where that is allowed', () => {
    expect(place({ url: 'redis+cluster://one.example.com' }, true)).toMatchObject({ isTls: false });
  });

  test.each(['#', '/', '?', '@', ' ', ','])('a password with "%s" is not shown', async (character) => {
    for (const kind of ['sentinel', 'cluster']) {
      const error = await thrownBy(() => place({ url: `rediss+${kind}://user:canary${character}word@one.example.com/mymaster` }));
      expect(error.remedy).toContain('percent-encoded');
      expect(JSON.stringify([error.message, error.remedy, error.stack])).not.toContain('canary');
    }
  });
});
