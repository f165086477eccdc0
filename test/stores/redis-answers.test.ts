import dns from 'node:dns';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

import { freePort } from '../support/ports';
import { closeRedisStores, openRedisStore } from '../support/redis-stores';
import { thrownBy } from '../support/thrown-by';
import { expectRefusal, inHeldTime, STORE_LIMIT_MS } from './redis-support';

const unreachable = { code: 'store_unreachable', transient: true };

afterEach(() => jest.restoreAllMocks());

/** A server that does the same whatever it is told. */
async function served<T>(react: (socket: Socket, chunk: Buffer) => void, use: (port: number) => Promise<T>): Promise<T> {
  const double = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk: Buffer) => react(socket, chunk));
  });
  await new Promise<void>((resolve) => void double.listen(0, '127.0.0.1', resolve));
  try {
    return await use((double.address() as AddressInfo).port);
  } finally {
    await new Promise((resolve) => double.close(resolve));
  }
}

/** What comes of a read from a server that answers everything with one error, and how often that is asked. */
function readAnswered(answer: string) {
  let asked = 0;
  const react = (socket: Socket) => {
    asked += 1;
    socket.write(`-${answer}\r\n`);
  };
  return served(react, (port) =>
    inHeldTime(async (time) => {
      const start = time.now();
      const store = openRedisStore({ url: `redis://127.0.0.1:${port}`, timeoutMs: STORE_LIMIT_MS });
      const { code, message, remedy, transient } = await thrownBy(() => store.read('accessToken'));
      closeRedisStores();
      return { code, message, remedy, transient, tookMs: time.now() - start, asked };
    }),
  );
}

describe('where no Redis server is', () => {
  test('connection refused', async () => {
    const url = `redis://127.0.0.1:${await freePort()}`;
    await expectRefusal({ url }, { ...unreachable, message: "Redis can't be reached: nothing listens there (ECONNREFUSED)." });
  });

  test('a name that nobody knows', async () => {
    const unknown = Object.assign(new Error('getaddrinfo ENOTFOUND redis.invalid'), { code: 'ENOTFOUND' });
    const lookup = (_name: string, _options: object, answer: (error: Error) => void) => void setImmediate(answer, unknown);
    jest.spyOn(dns, 'lookup').mockImplementation(lookup as unknown as typeof dns.lookup);
    await expectRefusal({ url: 'rediss://redis.invalid:6380' }, { ...unreachable, message: "Redis can't be reached: its host name is not known (ENOTFOUND)." });
  });

  test('a server that never answers: store_timeout after 4 s', async () => {
    await served(
      () => undefined,
      async (port) => {
        const expected = { code: 'store_timeout', message: 'Redis did not answer in time.', transient: true };
        const tried = await expectRefusal({ url: `redis://127.0.0.1:${port}` }, expected, { isSilent: true });
        expect(tried.map(({ tookMs }) => tookMs)).toEqual([STORE_LIMIT_MS, STORE_LIMIT_MS]);
      },
    );
  });
});

// The texts are those of Redis' source, versions 5 to 7.
describe('what a Redis server can answer', () => {
  test.each([
    ['OOM command not allowed when used memory > \'maxmemory\'.', 'has no memory left (OOM)', true],
    ['MISCONF Redis is configured to save RDB snapshots, but it\'s currently unable to persist to disk.', "refuses to write, since it can't save to disk (MISCONF)", true],
    ['NOREPLICAS Not enough good replicas to write.', 'refuses to write, since too few replicas are connected (NOREPLICAS)', true],
    ['MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to \'no\'.', 'is a replica that has lost its primary (MASTERDOWN)', true],
    ['NOSCRIPT No matching script. Please use EVAL.', 'does not keep scripts (NOSCRIPT)', true],
    ['MOVED 1234 10.0.0.9:6379', 'is part of a cluster, and another server has the key (MOVED)', false],
    ['ASK 1234 10.0.0.9:6379', 'is part of a cluster, and another server has the key (ASK)', false],
    ['CROSSSLOT Keys in request don\'t hash to the same slot', 'is part of a cluster, and the keys are not in one slot (CROSSSLOT)', false],
    ['ERR SELECT is not allowed in cluster mode', 'is part of a cluster, which has database 0 only', false],
    ['ERR DB index is out of range', 'has no database of that number', false],
    ['ERR invalid DB index', 'has no database of that number', false],
    ['ERR value is not an integer or out of range', 'has no database of that number', false],
    ['ERR unknown command \'evalsha\', with args beginning with: \'canary-secret\' ', 'does not know a command of the store', false],
    ['ERR unknown command `EVALSHA`, with args beginning with: `canary-secret`, ', 'does not know a command of the store', false],
    ['ERR Unknown Redis command called from script script: canary-secret, on @user_script:1.', 'does not know a command of the store', false],
    ['WRONGTYPE Operation against a key holding the wrong kind of value', 'holds something else under a key of the store (WRONGTYPE)', false],
    ['ERR Error running script (call to f_ab): @user_script:4: -OOM command not allowed', 'has no memory left (OOM)', true],
    ['ERR something new canary-secret', 'answered with an error (ERR)', false],
    ['NEWWORD canary-secret', 'answered with an error (NEWWORD)', false],
  ])('%s', async (answer, words, transient) => {
    const { remedy, tookMs, ...error } = await readAnswered(answer);
    expect(error).toMatchObject({ code: 'store_error', message: `Redis ${words}.`, transient });
    expect(remedy).not.toContain('canary');
    expect(remedy.includes('Endpoint')).toBe(words.startsWith('answered'));
    // Said at once.
    expect(tookMs).toBeLessThan(STORE_LIMIT_MS);
  });

  test.each([
    ['NOPERM canary-user', 'store_refused', 'Redis refused the user or the password.', false],
    ['WRONGPASS invalid username-password pair or user is disabled.', 'store_refused', 'Redis refused the user or the password.', false],
    ['NOAUTH Authentication required.', 'store_refused', 'Redis refused the user or the password.', false],
    ['ERR Error running script (call to f_ab): @user_script:4: -READONLY You can not write', 'store_read_only', 'Redis is a read-only replica.', true],
  ])('%s: an error of its own', async (answer, code, message, transient) => {
    expect(await readAnswered(answer)).toMatchObject({ code, message, transient });
  });

  test.each([
    ['LOADING Redis is loading the dataset in memory', 'is still loading its data (LOADING)'],
    ['BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.', 'is busy with a script (BUSY)'],
    ['TRYAGAIN Multiple keys request during rehashing of slot', 'is moving keys within its cluster (TRYAGAIN)'],
    ['CLUSTERDOWN The cluster is down', 'is part of a cluster that is down (CLUSTERDOWN)'],
    ['ERR max number of clients reached', 'has as many clients as it admits'],
    ['ERR max number of clients + cluster connections reached', 'has as many clients as it admits'],
  ])('%s: is waited for, as long as a store may take', async (answer, words) => {
    const { code, message, transient, tookMs, asked } = await readAnswered(answer);
    expect({ code, message, transient }).toEqual({ code: 'store_error', message: `Redis ${words}.`, transient: true });
    expect(tookMs).toBeGreaterThanOrEqual(STORE_LIMIT_MS);
    expect(asked).toBeGreaterThan(10);
  });

  test.each([
    ['a TLS alert', '\u0015\u0003\u0001', 'it speaks TLS at that port'],
    ['another protocol', 'HTTP/1.1 400 Bad Request\r\n\r\n', 'its answer is not that of a Redis server'],
  ])('%s', async (_, answer, words) => {
    await served(
      (socket) => socket.end(answer, 'latin1'),
      (port) => expectRefusal({ url: `redis://127.0.0.1:${port}` }, { ...unreachable, message: `Redis can't be reached: ${words}.` }),
    );
  });

  test('nothing, and the connection ends', async () => {
    const message = "Redis can't be reached: it closed the connection without an answer; it may speak TLS at that port (ECONNRESET).";
    await served(
      (socket) => socket.end(),
      (port) => expectRefusal({ url: `redis://127.0.0.1:${port}` }, { ...unreachable, message }),
    );
  });

  test('nothing to a TLS handshake', async () => {
    const message = 'Redis did not answer in time: it does not go on with the TLS handshake; it may speak no TLS at that port.';
    await served(
      () => undefined,
      (port) => expectRefusal({ url: `rediss://127.0.0.1:${port}` }, { code: 'store_timeout', message, transient: true }, { isSilent: true }),
    );
  });

  test.each(['ERR DB index is out of range', 'ERR SELECT is not allowed in cluster mode'])('to the choice of a database: %s', async (answer) => {
    // Everything but SELECT would go on in database 0.
    const react = (socket: Socket, chunk: Buffer) => void socket.write(/select/i.test(String(chunk)) ? `-${answer}\r\n:1\r\n` : ':1\r\n');
    await served(react, async (port) => {
      const { message, remedy } = await thrownBy(() => openRedisStore({ url: `redis://127.0.0.1:${port}/99` }).read('accessToken'));
      expect(message).toMatch(/^Redis (?:has no database of that number|is part of a cluster, which has database 0 only)\.$/);
      expect(remedy).toContain('number at the end of the Redis URL');
      closeRedisStores();
    });
  });
});
