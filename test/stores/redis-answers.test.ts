import dns from 'node:dns';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

import { freePort } from '../support/redis-server';
import { closeRedisStores, openRedisStore } from '../support/redis-stores';
import { thrownBy } from '../support/thrown-by';
import { expectRefusal, inHeldTime, STORE_LIMIT_MS } from './redis-support';

const unreachable = { code: 'store_unreachable', transient: true };

afterEach(() => jest.restoreAllMocks());

/** A server that does the same whatever it is told. */
async function served<T>(react: (socket: Socket) => void, use: (port: number) => Promise<T>): Promise<T> {
  const double = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.on('data', () => react(socket));
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
      const { code, message, transient } = await thrownBy(() => store.read('accessToken'));
      closeRedisStores();
      return { code, message, transient, tookMs: time.now() - start, asked };
    }),
  );
}

describe('where no Redis server is', () => {
  test('connection refused', async () => {
    const url = `redis://127.0.0.1:${await freePort()}`;
    await expectRefusal({ url }, { ...unreachable, message: "Redis can't be reached (ECONNREFUSED)." });
  });

  test('a name that nobody knows', async () => {
    const unknown = Object.assign(new Error('getaddrinfo ENOTFOUND redis.invalid'), { code: 'ENOTFOUND' });
    const lookup = (_name: string, _options: object, answer: (error: Error) => void) => void setImmediate(answer, unknown);
    jest.spyOn(dns, 'lookup').mockImplementation(lookup as unknown as typeof dns.lookup);
    await expectRefusal({ url: 'rediss://redis.invalid:6380' }, { ...unreachable, message: "Redis can't be reached (ENOTFOUND)." });
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

describe('what a Redis server can answer', () => {
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
    expect(await readAnswered(answer)).toMatchObject({ code, message, transient });
  });

  test('a server that is still starting is waited for, as long as a store may take', async () => {
    const { code, tookMs, asked } = await readAnswered('LOADING Redis is loading the dataset in memory');
    expect(code).toBe('store_timeout');
    expect(tookMs).toBeGreaterThanOrEqual(STORE_LIMIT_MS);
    expect(asked).toBeGreaterThan(10);
  });
});
