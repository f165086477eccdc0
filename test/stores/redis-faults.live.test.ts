import type { HeldTime } from '../support/held-time.cjs';
import { freePort } from '../support/ports';
import { describeWithRedis, RedisServer } from '../support/redis-server';
import { closeRedisStores, openRedisStore } from '../support/redis-stores';
import { recordOf } from '../support/token-records';
import { expectRefusal, NODE_LIMIT_MS, runNode, STORE_LIMIT_MS, visible } from './redis-support';

const PASSWORD = 'canary-redis-password-77aa';
const WRONG_PASSWORD = 'canary-redis-wrong-password-31bc';
const KEY = 'access-token:token:accessToken';

const LONG_AGO = Date.now() - 24 * 3600 * 1000;

describeWithRedis('a Redis server that can not be used', () => {
  let server: RedisServer;

  beforeAll(async () => {
    server = await RedisServer.start({ password: PASSWORD });
  });
  beforeEach(async () => {
    await server.restart();
  });
  afterEach(() => {
    closeRedisStores();
    server.disconnectClients();
  });
  afterAll(() => server.close());

  test('TLS where the server speaks none', async () => {
    const url = `rediss://:${PASSWORD}@127.0.0.1:${server.port}`;
    // Redis waits for the end of what it takes for a command, or refuses it.
    const code = expect.stringMatching(/^store_(?:unreachable|timeout)$/) as string;
    const message = expect.stringMatching(/^Redis /) as string;
    await expectRefusal({ url }, { code, message, transient: true }, { isSilent: true });
  });

  const refused = { code: 'store_refused', message: 'Redis refused the user or the password.', transient: false };

  test.each([
    ['a wrong password', `:${WRONG_PASSWORD}@`],
    ['a wrong user', `canary-user:${PASSWORD}@`],
    ['no password', ''],
  ])('%s', async (_, credentials) => {
    await expectRefusal({ url: server.urlFor(credentials) }, refused);
  });

  test.each([
    ['no command', '-@all'],
    ['scripts, but nothing in them', '-@all +eval +evalsha'],
    ['reading only', '-@all +eval +evalsha +hmget +@read'],
    ["somebody else's keys", '+@all resetkeys ~other:*'],
  ])('a user who may use %s', async (_, rules) => {
    await server.client().call('ACL', ['SETUSER', 'limited', 'on', `>${PASSWORD}`, '~*', ...rules.split(' ')]);
    await expectRefusal({ url: server.urlFor(`limited:${PASSWORD}@`) }, refused);
  });

  test('a user with the rights that the README names gets along', async () => {
    const rules = '-@all +evalsha +eval +time +hmget +hget +hset +hdel +persist +pexpireat';
    await server.client().call('ACL', ['SETUSER', 'limited', 'on', `>${PASSWORD}`, '~access-token:*', ...rules.split(' ')]);
    const { result } = await runNode({ url: server.urlFor(`limited:${PASSWORD}@`) });
    expect(result).toMatchObject({ handedOut: { refreshed: true, stale: false } });
    expect(result).not.toHaveProperty('handedOut.warning');
    await expect(
      openRedisStore({ url: server.urlFor(`limited:${PASSWORD}@`), keyPrefix: 'access-token:' }).heartbeat({
        chainId: 'chain',
        hop: 1,
        owner: 'hop',
        beatWithinMs: 1,
      }),
    ).resolves.toBe(true);
  });

  // The rights of version 0.1 do not have it.
  test('a user who may not ask for the time gets along by the clock of the worker, and the log says so', async () => {
    const rules = '-@all +evalsha +eval +hmget +hget +hset +hdel +hexists +persist +pexpire +pexpireat';
    await server.client().call('ACL', ['SETUSER', 'limited', 'on', `>${PASSWORD}`, '~access-token:*', ...rules.split(' ')]);
    const { result, said } = await runNode({ url: server.urlFor(`limited:${PASSWORD}@`) });
    expect(result).toMatchObject({ handedOut: { refreshed: true, stale: false } });
    expect(said).toContain('give it +time');
  });

  describe('a database other than 0', () => {
    const RIGHTS = '+evalsha +eval +time +hmget +hget +hset +hdel +persist +pexpireat';
    const setUser = (rules: string) =>
      server.client().call('ACL', ['SETUSER', 'limited', 'on', `>${PASSWORD}`, '~*', '-@all', ...rules.split(' ')]);
    const url = (database: number): string => `${server.urlFor(`limited:${PASSWORD}@`)}/${database}`;

    test('that the user may not choose is refused, and no token lands elsewhere', async () => {
      await setUser(RIGHTS);
      await expectRefusal({ url: url(3) }, refused);
      const values = await Promise.all((await server.client().keys('*')).map((key) => server.client().hgetall(key)));
      expect(JSON.stringify(values)).not.toMatch(/canary|access_token/);
    });

    test('that does not exist is an error', async () => {
      await setUser(`${RIGHTS} +select`);
      await expectRefusal({ url: url(99) }, { code: 'store_error', message: 'Redis has no database of that number.', transient: false });
    });

    test('that the user may choose has the token', async () => {
      await setUser(`${RIGHTS} +select`);
      const { result } = await runNode({ url: url(3) });
      expect(result).toMatchObject({ handedOut: { refreshed: true, stale: false } });
      expect(await server.client().keys('*')).toEqual([]);
    });
  });

  test('a password that the server does not ask for is no obstacle, and is not shown', async () => {
    await server.client().config('SET', 'requirepass', '');
    const tried = await runNode({ url: server.url });
    expect(tried.result).toMatchObject({ handedOut: { refreshed: true } });
    expect(visible(tried)).not.toContain('canary');
  });

  describe('a replica', () => {
    async function makeReplica(): Promise<void> {
      await server.client().replicaof('127.0.0.1', await freePort());
    }

    test('a token that is due: read-only, said at once', async () => {
      await makeReplica();
      const tried = await expectRefusal(
        { url: server.url },
        { code: 'store_read_only', message: 'Redis is a read-only replica.', transient: true },
      );
      expect(Math.max(...tried.map(({ tookMs }) => tookMs))).toBeLessThan(STORE_LIMIT_MS - 500);
    });

    test('a token that needs no refresh is handed out', async () => {
      await runNode({ url: server.url });
      await makeReplica();
      const { result, tokenRequests } = await runNode({ url: server.url });
      expect(result).toMatchObject({ handedOut: { record: { token: { access_token: 'fresh' } }, source: 'store' } });
      expect(tokenRequests).toBe(0);
    });

    test('that becomes the primary a moment later is found in time', async () => {
      await makeReplica();
      let promotion: Promise<unknown> | undefined;
      const promote = () => (promotion ??= server.client().call('REPLICAOF', 'NO', 'ONE'));
      const { result } = await runNode({ url: server.url }, { beforePause: promote });
      expect(result).toMatchObject({ handedOut: { refreshed: true } });
    });
  });

  describe('a fail-over between checkout and commit', () => {
    test('the server comes back empty: the token is stored all the same', async () => {
      const { result, tokenRequests } = await runNode({ url: server.url }, { onTokenRequest: () => server.restart() });
      expect(result).toMatchObject({ handedOut: { record: { token: { access_token: 'fresh' } }, refreshed: true } });
      expect(result).not.toHaveProperty('handedOut.warning');
      expect(tokenRequests).toBe(1);
      const { result: next } = await runNode({ url: server.url });
      expect(next).toMatchObject({ handedOut: { record: { token: { access_token: 'fresh' } }, source: 'store' } });
    });

    test('the server comes back while the commit is tried: stored in the end', async () => {
      const { result, tookMs } = await runNode(
        { url: server.url },
        { onTokenRequest: () => server.kill(), beforeNextTry: () => server.restart() },
      );
      expect(result).toMatchObject({ handedOut: { refreshed: true } });
      expect(result).not.toHaveProperty('handedOut.warning');
      expect(tookMs).toBeLessThan(NODE_LIMIT_MS);
    });

    test('the server stays away: the token is handed out, with a warning', async () => {
      const tried = await runNode({ url: server.url }, { onTokenRequest: () => server.kill() });
      expect(tried.result).toMatchObject({
        handedOut: { record: { token: { access_token: 'fresh' } }, refreshed: true, warning: { code: 'store_unreachable' } },
      });
      expect(tried.tookMs).toBeLessThan(NODE_LIMIT_MS);
      expect(visible(tried)).not.toContain('canary');
    });
  });

  describe('a server that does not answer', () => {
    afterEach(() => server.resume());

    test('from the beginning: store_timeout within 4 s', async () => {
      server.pause();
      const expected = { code: 'store_timeout', message: 'Redis did not answer in time.', transient: true };
      const tried = await expectRefusal({ url: server.url }, expected, { isSilent: true });
      for (const { tookMs } of tried) expect(tookMs).toBeLessThan(STORE_LIMIT_MS + 1000);
    });

    test('from the commit on: the token is handed out within the time of a node, with a warning', async () => {
      const onTokenRequest = async (time: HeldTime) => {
        server.pause();
        time.noAnswerWillCome();
      };
      const tried = await runNode({ url: server.url }, { onTokenRequest });
      expect(tried.result).toMatchObject({
        handedOut: { record: { token: { access_token: 'fresh' } }, refreshed: true, warning: { code: 'store_timeout' } },
      });
      expect(tried.tookMs).toBeLessThan(NODE_LIMIT_MS);
    });
  });

  describe('encrypted records', () => {
    const [oldKey, newKey] = ['canary-old-encryption-key', 'canary-new-encryption-key'];

    async function seed(encryptionKeys: string[], issuedAt: number, members = {}): Promise<void> {
      const store = openRedisStore({ url: server.url, keyPrefix: 'access-token:', encryptionKeys });
      const { record } = await store.read('accessToken');
      const stored = recordOf('seeded', issuedAt, { refresh_token: 'canary-refresh-token', ...members });
      await store.commit({ tokenName: 'accessToken', owner: 'seed', ifVersion: record?.version ?? 0, record: stored });
    }

    test.each([
      ['fresh', 0],
      ['expired', 100_000],
    ])('with another key, a %s token: said clearly, nothing is written over', async (_, age) => {
      await seed([oldKey], Date.now() - age);
      const inspector = server.client();
      const before = await inspector.hgetall(KEY);
      await expectRefusal(
        { url: server.url, encryptionKey: newKey },
        {
          code: 'encryption_key_unknown',
          message: 'The record of "accessToken" is encrypted with another key.',
          transient: false,
        },
      );
      expect(await inspector.hgetall(KEY)).toEqual(before);
    });

    test('those with another key do not keep those with the right one from refreshing', async () => {
      await seed([oldKey], Date.now() - 100_000, { refresh_token: undefined });
      await runNode({ url: server.url, encryptionKey: newKey });
      const { result, tookMs } = await runNode({ url: server.url, encryptionKey: oldKey });
      expect(result).toMatchObject({ handedOut: { refreshed: true } });
      expect(tookMs).toBeLessThan(STORE_LIMIT_MS);
    });

    test('without any key: the same, nothing is written over', async () => {
      await seed([oldKey], Date.now() - 100_000);
      const inspector = server.client();
      const before = await inspector.hgetall(KEY);
      const { result } = await runNode({ url: server.url });
      expect(result).toMatchObject({ code: 'encryption_key_unknown', transient: false });
      expect(await inspector.hgetall(KEY)).toEqual(before);
    });

    test('a key change: "new old" reads the old record, writes the new one, then "new" alone will do', async () => {
      await seed([oldKey], Date.now());
      const changing = { url: server.url, encryptionKey: `${newKey} ${oldKey}` };
      expect((await runNode(changing)).result).toMatchObject({ handedOut: { source: 'store', record: { version: 1 } } });
      await server.client().del(KEY);
      await seed([oldKey], LONG_AGO);
      expect((await runNode(changing)).result).toMatchObject({ handedOut: { refreshed: true, record: { version: 2 } } });
      const { result } = await runNode({ url: server.url, encryptionKey: newKey });
      expect(result).toMatchObject({ handedOut: { source: 'store', record: { version: 2, token: { access_token: 'fresh' } } } });
    });

    test('a plain record from before is read, and encrypted with the next commit', async () => {
      await seed([], Date.now());
      const inspector = server.client();
      expect(await inspector.hget(KEY, 'record')).toContain('canary-refresh-token');
      const connection = { url: server.url, encryptionKey: newKey };
      expect((await runNode(connection)).result).toMatchObject({ handedOut: { source: 'store' } });
      await inspector.del(KEY);
      await seed([], LONG_AGO);
      expect((await runNode(connection)).result).toMatchObject({ handedOut: { refreshed: true } });
      expect(await inspector.hget(KEY, 'record')).toMatch(/^access-token-1\./);
      expect(JSON.stringify(await inspector.hgetall(KEY))).not.toMatch(/canary|fresh/);
    });
  });
});
