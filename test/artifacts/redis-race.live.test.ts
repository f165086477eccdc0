import { startAuthorizationServer } from '../../src/sandbox';
import type { AuthorizationServer } from '../../src/sandbox';
import { describeWithRedis, RedisServer } from '../support/redis-server';
import { closeRedisStores, openRedisStore } from '../support/redis-stores';
import type { RedisStore } from '../../src/stores/redis';
import { Worker } from './support/workers';
import type { WorkerOutcome } from './support/workers';

const WORKERS = 16;
const EXECUTIONS = 100;
const EXPIRIES = 20;
const LIFETIME_SECONDS = 120;
const ENCRYPTION_KEY = 'canary-encryption-key-91f0';
/** Workers have this long to get the order to start, milliseconds. */
const LEAD_MS = 250;
const NAME = 'accessToken';

// The real programs: a Redis server, an authorization server that rotates refresh tokens and notices when one is used
// twice, and workers with the built extension, each execution on a Redis connection of its own.
describeWithRedis(`${WORKERS} workers with ${EXECUTIONS} executions each at the moment of expiry`, () => {
  let redis: RedisServer;
  let server: AuthorizationServer;
  let workers: Worker[] = [];
  let store: RedisStore;

  beforeAll(async () => {
    redis = await RedisServer.start();
    server = await startAuthorizationServer({ accessTokenLifetimeSeconds: LIFETIME_SECONDS });
    workers = await Promise.all(Array.from({ length: WORKERS }, () => Worker.start()));
    store = openRedisStore({ url: redis.url, keyPrefix: 'access-token:', encryptionKeys: [ENCRYPTION_KEY] });
  });

  afterAll(async () => {
    closeRedisStores();
    await Promise.all([...workers.map((worker) => worker.kill()), server.close(), redis.close()]);
  });

  /**
   * Lets the stored token run out at a whole second that is near, for all concerned: for the authorization server, whose
   * clock jumps a lifetime ahead, and in the record, which gets as much older.
   *
   * @returns the moment, Unix milliseconds
   */
  async function letExpireSoon(): Promise<number> {
    const { record } = await store.read(NAME);
    if (record === null) throw new Error('There is no record.');
    const { token, version } = record;
    await server.advanceClock(LIFETIME_SECONDS * 1000);
    const expiry = Math.ceil((Date.now() + LEAD_MS) / 1000);
    const aged = { token, timestamp: expiry - token.expires_in };
    const result = await store.commit({ tokenName: NAME, owner: 'the test', ifVersion: version, record: aged });
    expect(result.status).toBe('committed');
    return expiry * 1000;
  }

  /** What the protected API says to a token: its HTTP status. */
  async function callApi(token: string | undefined): Promise<number> {
    return (await fetch(server.apiUrl, { headers: { authorization: `Bearer ${token ?? ''}` } })).status;
  }

  test(
    `${EXPIRIES} expiries: one token request each, no refresh token used twice, no execution without a valid token`,
    async () => {
      const { client, tokenUrl } = server;
      const connection = { tokenUrl, ...client, refreshToken: await server.issueRefreshToken() };
      const redisConnection = { url: redis.url, encryptionKey: ENCRYPTION_KEY };
      const job = { type: 'getAccessToken' as const, config: { connection, store: 'redis', redisConnection } };
      const first = await workers[0]?.run(job);
      const tokens = new Set(first?.map(({ result }) => result.access_token));
      const slowest: number[] = [];
      for (let expiry = 1; expiry <= EXPIRIES; expiry += 1) {
        const at = await letExpireSoon();
        const done = await Promise.all(workers.map((worker) => worker.run(job, { count: EXECUTIONS, at })));
        const outcomes = done.flatMap((part) => part ?? []);
        expect(outcomes).toHaveLength(WORKERS * EXECUTIONS);
        expect(outcomes.filter(isNotServed)).toEqual([]);
        const handedOut = new Set(outcomes.map(({ result }) => result.access_token));
        expect(handedOut.size).toBe(1);
        expect(outcomes.filter(({ result }) => result.refreshed)).toHaveLength(1);
        expect(await callApi([...tokens].at(-1))).toBe(401);
        for (const token of handedOut) tokens.add(token);
        expect(await callApi([...tokens].at(-1))).toBe(200);
        slowest.push(Math.max(...outcomes.map(({ endedAt }) => endedAt)) - at);
        expect((await server.stats()).tokenRequests).toHaveLength(expiry + 1);
      }
      const { tokenRequests, reuseDetections } = await server.stats();
      expect(tokenRequests.map(({ grantType, status }) => `${grantType} ${status}`)).toEqual(
        Array<string>(EXPIRIES + 1).fill('refresh_token 200'),
      );
      expect(reuseDetections).toBe(0);
      expect(tokens.size).toBe(EXPIRIES + 1);
      process.stderr.write(
        `${EXPIRIES} expiries x ${WORKERS * EXECUTIONS} executions: ${tokenRequests.length - 1} token requests, ` +
          `${reuseDetections} reuse detections; all served within ${Math.max(...slowest)} ms, median ${median(slowest)} ms\n`,
      );
    },
    180_000,
  );
});

function isNotServed({ result, branch, logs, calls }: WorkerOutcome): boolean {
  return branch !== 'OnSuccess' || result.stale === true || result.expires_in <= 0 || logs.length > 0 || calls > 5;
}

function median(numbers: number[]): number {
  return [...numbers].sort((one, other) => one - other)[Math.floor(numbers.length / 2)] ?? 0;
}
