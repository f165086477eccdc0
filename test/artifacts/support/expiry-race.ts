import { startAuthorizationServer } from '../../../tools/sandbox';
import type { AuthorizationServer } from '../../../tools/sandbox';
import { describeWithRedis } from '../../support/redis-server';
import { until } from '../../support/until';
import { RACE_SERVERS } from './race-servers';
import type { RaceServers } from './race-servers';
import { Worker } from './workers';
import type { WorkerJob, WorkerOutcome } from './workers';

export interface RaceSize {
  workers: number;
  /** Executions of each worker. */
  executions: number;
  expiries: number;
  /** The shared store's servers. */
  servers: keyof typeof RACE_SERVERS;
  /** What happens during the expiries, one after the other. Default: nothing. */
  disturbances?: readonly Disturbance[];
}

export interface Disturbance {
  what: 'failOver' | 'kill';
  /** True: before the new token is stored, while the token endpoint works. False: after that, while others read it. */
  isBeforeCommit: boolean;
}

const LIFETIME_SECONDS = 1200;
const ENCRYPTION_KEY = 'canary-encryption-key-91f0';
const KEY = 'access-token:token:accessToken';
/** How long the token endpoint takes if a disturbance should happen meanwhile, milliseconds. */
const SLOW_MS = 500;

/**
 * Uses the real programs: a Redis server, an authorization server that rotates refresh tokens and detects reuse, and workers
 * with the built extension. Each execution has its own Redis connection. The workers' clocks stand still at the moment of
 * expiry until all executions have ended, however long that takes.
 */
export function describeExpiryRace({ workers: workerCount, executions, expiries, servers, disturbances = [] }: RaceSize): void {
  describeWithRedis(`${workerCount} workers with ${executions} executions each at the moment of expiry, and ${servers}`, () => {
    let redis: RaceServers;
    let server: AuthorizationServer;
    let workers: Worker[] = [];

    beforeAll(async () => {
      redis = await RACE_SERVERS[servers]();
      server = await startAuthorizationServer({ accessTokenLifetimeSeconds: LIFETIME_SECONDS });
      const options = { now: Date.now(), pausesForReal: true };
      workers = await Promise.all(Array.from({ length: workerCount }, () => Worker.start(options)));
    });

    afterAll(async () => {
      await Promise.all([...workers.map((worker) => worker.kill()), server.close(), redis.close()]);
    });

    async function stored(field: string): Promise<string | null> {
      return (await redis.clientFor(KEY)).hget(KEY, field);
    }

    /** When the stored token expires, Unix milliseconds. */
    async function expiry(): Promise<number> {
      const [timestamp, lifetime] = [await stored('timestamp'), await stored('expires_in')];
      if (timestamp === null || lifetime === null) throw new Error('There is no record.');
      return (Number(timestamp) + Number(lifetime)) * 1000;
    }

    /** Causes the disturbance in the middle of the running executions. */
    async function disturb({ what, isBeforeCommit }: Disturbance, version: number): Promise<void> {
      await until('the refresh has begun, or is done', async () => {
        const hasBegun = isBeforeCommit && (await stored('owner')) !== null;
        return hasBegun || Number(await stored('version')) > version;
      });
      await redis[what]?.();
    }

    /** Calls the protected API with a token. @returns the HTTP status */
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
        const disturbance = disturbances[(turn - 1) % disturbances.length];
        await server.setFault({ delayMs: disturbance?.isBeforeCommit === true ? SLOW_MS : 0 });
        const version = Number(await stored('version'));
        const running = Promise.all(workers.map((worker) => worker.run(jobs, { at })));
        const [done] = await Promise.all([running, disturbance === undefined ? undefined : disturb(disturbance, version)]);
        const outcomes = done.flatMap((part) => part ?? []);
        expect(outcomes).toHaveLength(workerCount * executions);
        expect(outcomes.filter(disturbance === undefined ? isNotServed : hasNoToken)).toEqual([]);
        const handedOut = new Set(outcomes.map(({ result }) => result.access_token));
        expect(handedOut.size).toBe(1);
        expect(outcomes.filter(({ result }) => result.refreshed)).toHaveLength(1);
        expect(await callApi([...tokens].at(-1))).toBe(401);
        for (const token of handedOut) tokens.add(token);
        expect(await callApi([...tokens].at(-1))).toBe(200);
        expect((await server.stats()).tokenRequests).toHaveLength(turn + 1);
        if (disturbance !== undefined && turn < expiries) await redis.untilWhole();
      }
      const { tokenRequests, reuseDetections } = await server.stats();
      expect(tokenRequests.map(({ grantType, status }) => `${grantType} ${status}`)).toEqual(
        Array<string>(expiries + 1).fill('refresh_token 200'),
      );
      expect(reuseDetections).toBe(0);
      expect(tokens.size).toBe(expiries + 1);
      const summary = { servers, executions: workerCount * executions * expiries, expiries, disturbances, tokenRequests: tokenRequests.length, reuseDetections };
      process.stderr.write(`race: ${JSON.stringify(summary)}\n`);
    });
  });
}

function isNotServed(outcome: WorkerOutcome): boolean {
  return hasNoToken(outcome) || outcome.logs.length > 0;
}

function hasNoToken({ result, branch, calls }: WorkerOutcome): boolean {
  return branch !== 'OnSuccess' || result.stale === true || result.expires_in <= 0 || calls > 5;
}
