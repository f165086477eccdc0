import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';

import { AccessTokenError } from '../../src/errors';
import type { TokenRecord } from '../../src/lifetime';
import { keepToken } from '../../src/nodes/keep-token';
import type { KeptToken } from '../../src/nodes/keep-token';
import type { NodeConfig } from '../../src/nodes/node-config';
import { describeWithRedis, freePort, RedisServer } from '../support/redis-server';
import { closeRedisStores, openRedisStore } from '../support/redis-stores';
import { thrownBy } from '../support/thrown-by';
import { recordOf } from '../support/token-records';

const PASSWORD = 'canary-redis-password-77aa';
const WRONG_PASSWORD = 'canary-redis-wrong-password-31bc';
const KEY = 'access-token:token:accessToken';
/** What a node may take all in all, and what it gives one answer of the store. */
const NODE_LIMIT_MS = 15_000;
const STORE_LIMIT_MS = 4000;

interface Tried {
  result: KeptToken | AccessTokenError;
  tookMs: number;
  tokenRequests: number;
  /** Everything that was said on the way. */
  said: string;
}

/** Does what a node does, with a token endpoint that issues `fresh`. */
async function runNode(
  redisConnection: NonNullable<NodeConfig['redisConnection']>,
  { copy = null, onTokenRequest }: { copy?: TokenRecord | null; onTokenRequest?: () => Promise<void> } = {},
): Promise<Tried> {
  const said: unknown[] = [];
  const spies = (['log', 'info', 'warn', 'error'] as const).map((level) =>
    jest.spyOn(console, level).mockImplementation((...values: unknown[]) => void said.push(...values)),
  );
  let tokenRequests = 0;
  const environment = {
    copies: { get: () => copy, put: () => undefined },
    transport: async () => {
      tokenRequests += 1;
      await onTokenRequest?.();
      const data = { access_token: 'fresh', token_type: 'Bearer', expires_in: 100 };
      return { status: 200, headers: {}, data };
    },
    now: Date.now,
    sleep: (ms: number) => new Promise<void>((resolve) => void setTimeout(resolve, ms)),
    random: () => 0.5,
    note: (message: string) => void said.push(message),
  };
  const connection = { tokenUrl: 'https://login.example.com/token', clientId: 'client', clientSecret: 'secret' };
  const start = Date.now();
  const result = await keepToken({ connection, store: 'redis', redisConnection }, environment).catch((thrown: unknown) => {
    if (thrown instanceof AccessTokenError) return thrown;
    throw thrown;
  });
  const tookMs = Date.now() - start;
  for (const spy of spies) spy.mockRestore();
  return { result, tookMs, tokenRequests, said: JSON.stringify(said) };
}

/** Due to be refreshed, and valid for a while. */
function expiringCopy(): TokenRecord {
  return { ...recordOf('of this conversation', Date.now() - 92_000), version: 1 };
}

function visible({ result, said }: Tried): string {
  const { message, stack } = result instanceof Error ? result : { message: '', stack: '' };
  return `${message} ${stack ?? ''} ${JSON.stringify(result)} ${said}`;
}

/** What the conversation and, without its copy, the user gets where Redis can't be used. */
async function expectRefusal(
  connection: NonNullable<NodeConfig['redisConnection']>,
  expected: { code: string; message: string; transient: boolean },
): Promise<Tried[]> {
  const withCopy = await runNode(connection, { copy: expiringCopy() });
  expect(withCopy.result).toMatchObject({
    handedOut: {
      record: { token: { access_token: 'of this conversation' } },
      source: 'conversation',
      stale: true,
      warning: expected,
    },
  });
  const without = await runNode(connection);
  expect(without.result).toMatchObject(expected);
  for (const tried of [withCopy, without]) {
    expect(visible(tried)).not.toContain('canary');
    expect(tried.tookMs).toBeLessThan(NODE_LIMIT_MS);
    // Without the store nobody can tell who else is refreshing: a rotating refresh token is not to be risked.
    expect(tried.tokenRequests).toBe(0);
  }
  return [withCopy, without];
}

describeWithRedis('a Redis server that can not be used', () => {
  let server: RedisServer;

  beforeAll(async () => {
    server = await RedisServer.start({ password: PASSWORD });
  });
  beforeEach(async () => {
    await server.restart();
  });
  afterEach(closeRedisStores);
  afterAll(() => server.close());

  const unreachable = { code: 'store_unreachable', transient: true };

  test('connection refused', async () => {
    const url = `redis://:${PASSWORD}@127.0.0.1:${await freePort()}`;
    await expectRefusal({ url }, { ...unreachable, message: "Redis can't be reached (ECONNREFUSED)." });
  });

  test('a name that nobody knows', async () => {
    const url = `rediss://:${PASSWORD}@redis.invalid:6380`;
    await expectRefusal({ url }, { ...unreachable, message: expect.stringMatching(/^Redis can't be reached \(E[A-Z_]+\)\.$/) as string });
  });

  test('TLS where the server speaks none', async () => {
    const url = `rediss://:${PASSWORD}@127.0.0.1:${server.port}`;
    // Redis waits for the end of what it takes for a command, or refuses it.
    const code = expect.stringMatching(/^store_(?:unreachable|timeout)$/) as string;
    await expectRefusal({ url }, { ...unreachable, code, message: expect.stringMatching(/^Redis /) as string });
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
    const rules = '-@all +evalsha +eval +hmget +hget +hset +hdel +hexists +persist +pexpire +pexpireat';
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

  describe('a database other than 0', () => {
    const RIGHTS = '+evalsha +eval +hmget +hget +hset +hdel +hexists +persist +pexpire +pexpireat';
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
      await expectRefusal({ url: url(99) }, { code: 'store_error', message: 'Redis answered with an error (ERR).', transient: false });
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
      const promotion = new Promise<unknown>((resolve, reject) => {
        setTimeout(() => void server.client().call('REPLICAOF', 'NO', 'ONE').then(resolve, reject), 50);
      });
      const { result } = await runNode({ url: server.url });
      await promotion;
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
      let restarted: Promise<unknown> = Promise.resolve();
      const onTokenRequest = async () => {
        await server.kill();
        restarted = new Promise((resolve) => setTimeout(() => resolve(server.restart()), 500));
      };
      const { result } = await runNode({ url: server.url }, { onTokenRequest });
      await restarted;
      expect(result).toMatchObject({ handedOut: { refreshed: true } });
      expect(result).not.toHaveProperty('handedOut.warning');
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
      const tried = await expectRefusal({ url: server.url }, expected);
      for (const { tookMs } of tried) expect(tookMs).toBeLessThan(STORE_LIMIT_MS + 1000);
    });

    test('from the commit on: the token is handed out within the time of a node, with a warning', async () => {
      const tried = await runNode({ url: server.url }, { onTokenRequest: async () => server.pause() });
      expect(tried.result).toMatchObject({
        handedOut: { record: { token: { access_token: 'fresh' } }, refreshed: true, warning: { code: 'store_timeout' } },
      });
      expect(tried.tookMs).toBeLessThan(NODE_LIMIT_MS);
    });
  });

  describe('what a Redis server can answer', () => {
    /** A server that answers everything with one error. */
    async function answering(error: string, use: (url: string) => Promise<void>): Promise<void> {
      const double = createServer((socket) => {
        socket.on('error', () => socket.destroy());
        socket.on('data', () => socket.write(`-${error}\r\n`));
      });
      await new Promise<void>((resolve) => void double.listen(0, '127.0.0.1', resolve));
      try {
        await use(`redis://127.0.0.1:${(double.address() as AddressInfo).port}`);
      } finally {
        closeRedisStores();
        await new Promise((resolve) => double.close(resolve));
      }
    }

    test.each([
      ['OOM command not allowed when used memory > maxmemory.', 'store_error', "Redis can't serve at the moment (OOM).", true],
      ['MISCONF Redis is configured to save RDB snapshots', 'store_error', "Redis can't serve at the moment (MISCONF).", true],
      ['CLUSTERDOWN The cluster is down', 'store_error', "Redis can't serve at the moment (CLUSTERDOWN).", true],
      ['MOVED 1234 10.0.0.9:6379', 'store_error', 'Redis answered with an error (MOVED).', false],
      ['ERR unknown command canary-secret', 'store_error', 'Redis answered with an error (ERR).', false],
      ['NOPERM canary-user', 'store_refused', 'Redis refused the user or the password.', false],
      ['ERR Error running script (call to f_ab): @user_script:4: -READONLY You can not write', 'store_read_only', 'Redis is a read-only replica.', true],
      ['ERR Error running script (call to f_ab): @user_script:4: -OOM command not allowed', 'store_error', "Redis can't serve at the moment (OOM).", true],
    ])('%s', async (answer, code, message, transient) => {
      await answering(answer, async (url) => {
        const error = await thrownBy(() => openRedisStore({ url }).read('accessToken'));
        expect([error.code, error.message, error.transient]).toEqual([code, message, transient]);
      });
    });

    test('a server that is still starting is waited for, as long as a store may take', async () => {
      await answering('LOADING Redis is loading the dataset in memory', async (url) => {
        const start = Date.now();
        const error = await thrownBy(() => openRedisStore({ url, timeoutMs: 600 }).read('accessToken'));
        expect(error.code).toBe('store_timeout');
        expect(Date.now() - start).toBeGreaterThanOrEqual(590);
      });
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
      await server.client().hset(KEY, 'timestamp', 1);
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
      await inspector.hset(KEY, 'timestamp', 1);
      expect((await runNode(connection)).result).toMatchObject({ handedOut: { refreshed: true } });
      expect(await inspector.hget(KEY, 'record')).toMatch(/^access-token-1\./);
      expect(JSON.stringify(await inspector.hgetall(KEY))).not.toMatch(/canary|fresh/);
    });
  });
});
