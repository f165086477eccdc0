import { startAuthorizationServer } from '../../../tools/sandbox';
import type { AuthorizationServer } from '../../../tools/sandbox';
import type { TokenStore } from '../../../src/stores';
import { describeWithRedis, RedisServer } from '../../support/redis-server';
import { closeRedisStores, openRedisStore } from '../../support/redis-stores';
import { Worker } from './workers';
import type { WorkerJob, WorkerOutcome } from './workers';

export interface RaceSize {
  workers: number;
  /** Executions of each worker. */
  executions: number;
  expiries: number;
}

const LIFETIME_SECONDS = 1200;
const ENCRYPTION_KEY = 'canary-encryption-key-91f0';
const NAME = 'accessToken';

/**
 * The real programs: a Redis server, an authorization server that rotates refresh tokens and notices when one is used
 * twice, and workers with the built extension, each execution on a Redis connection of its own. The workers' clocks
 * stand at the moment of expiry until all executions are over, however long that takes.
 */
export function describeExpiryRace({ workers: workerCount, executions, expiries }: RaceSize): void {
  describeWithRedis(`${workerCount} workers with ${executions} executions each at the moment of expiry`, () => {
    let redis: RedisServer;
    let server: AuthorizationServer;
    let workers: Worker[] = [];
    let store: TokenStore;

    beforeAll(async () => {
      redis = await RedisServer.start();
      server = await startAuthorizationServer({ accessTokenLifetimeSeconds: LIFETIME_SECONDS });
      const options = { now: Date.now(), pausesForReal: true };
      workers = await Promise.all(Array.from({ length: workerCount }, () => Worker.start(options)));
      store = openRedisStore({ url: redis.url, keyPrefix: 'access-token:', encryptionKeys: [ENCRYPTION_KEY] });
    });

    afterAll(async () => {
      closeRedisStores();
      await Promise.all([...workers.map((worker) => worker.kill()), server.close(), redis.close()]);
    });

    /** When the stored token runs out, Unix milliseconds. */
    async function expiry(): Promise<number> {
      const { record } = await store.read(NAME);
      if (record === null) throw new Error('There is no record.');
      return (record.timestamp + record.token.expires_in) * 1000;
    }

    /** What the protected API says to a token: its HTTP status. */
    async function callApi(token: string | undefined): Promise<number> {
      return (await fetch(server.apiUrl, { headers: { authorization: `Bearer ${token ?? ''}` } })).status;
    }

    test(`expiries (${expiries}): one token request each, no refresh token used twice, no execution without a valid token`, async () => {
      const { client, tokenUrl } = server;
      const connection = { tokenUrl, ...client, refreshToken: await server.issueRefreshToken() };
      const redisConnection = { url: redis.url, encryptionKey: ENCRYPTION_KEY };
      const job: WorkerJob = { type: 'getAccessToken', config: { connection, store: 'redis', redisConnection } };
      const jobs = Array.from({ length: executions }, () => job);
      const first = await workers[0]?.run([job]);
      const tokens = new Set(first?.map(({ result }) => result.access_token));
      for (let turn = 1; turn <= expiries; turn += 1) {
        const at = await expiry();
        await server.advanceClock(LIFETIME_SECONDS * 1000);
        const done = await Promise.all(workers.map((worker) => worker.run(jobs, { at })));
        const outcomes = done.flatMap((part) => part ?? []);
        expect(outcomes).toHaveLength(workerCount * executions);
        expect(outcomes.filter(isNotServed)).toEqual([]);
        const handedOut = new Set(outcomes.map(({ result }) => result.access_token));
        expect(handedOut.size).toBe(1);
        expect(outcomes.filter(({ result }) => result.refreshed)).toHaveLength(1);
        expect(await callApi([...tokens].at(-1))).toBe(401);
        for (const token of handedOut) tokens.add(token);
        expect(await callApi([...tokens].at(-1))).toBe(200);
        expect((await server.stats()).tokenRequests).toHaveLength(turn + 1);
      }
      const { tokenRequests, reuseDetections } = await server.stats();
      expect(tokenRequests.map(({ grantType, status }) => `${grantType} ${status}`)).toEqual(
        Array<string>(expiries + 1).fill('refresh_token 200'),
      );
      expect(reuseDetections).toBe(0);
      expect(tokens.size).toBe(expiries + 1);
    });
  });
}

function isNotServed({ result, branch, logs, calls }: WorkerOutcome): boolean {
  return branch !== 'OnSuccess' || result.stale === true || result.expires_in <= 0 || logs.length > 0 || calls > 5;
}
