import { startAuthorizationServer } from '../../tools/sandbox';
import type { AuthorizationServer } from '../../tools/sandbox';
import type { TokenRecord } from '../../src/lifetime';
import { describeWithRedis, RedisServer } from '../support/redis-server';
import { closeRedisStores, openRedisStore } from '../support/redis-stores';
import { recordOf } from '../support/token-records';
import { loadScripts, RedisProxy, TokenEndpointProxy } from './support/stop-points';
import type { PassedTokenRequest, StopPoint } from './support/stop-points';
import { Worker } from './support/workers';
import type { WorkerJob, WorkerOutcome } from './support/workers';

const LEASE_MS = 15_000;
/** Everybody is back to normal this long after the lease was taken, milliseconds. */
const RECOVERED_WITHIN_MS = LEASE_MS + 1000;
/** A conversation comes to the node this often, milliseconds, for longer than everybody needs to get back to normal. */
const PAUSE_MS = 500;
const CONVERSATIONS = 34;
const LIFETIME_SECONDS = 100;

interface Scenario {
  stop: StopPoint;
  /** Whether the token still lives while the refresh is under way. Refresh is due either way. */
  tokenLives: boolean;
  /** With which grant the token is refreshed. */
  grant: 'refresh_token' | 'client_credentials';
  /** Whether the authorization server lets the client use client credentials. */
  mayFallBack: boolean;
  /** Whether there is one conversation only, which tries again as soon as it has been told to. */
  oneByOne?: boolean;
}

interface Aftermath {
  /** What lies in the store after the crash. */
  afterCrash: TokenRecord | null;
  /** The first execution that did not say "somebody is refreshing". */
  ended: WorkerOutcome;
  /** All others. */
  meanwhile: WorkerOutcome[];
  /** From the lease to that one's end, milliseconds. */
  recoveredAfterMs: number;
  /** What the server has answered, the killed execution's request first. */
  passed: PassedTokenRequest[];
  /** One more refresh, afterwards. */
  next: WorkerOutcome;
  /** With a new refresh token in the connection and a new token name: what the remedy asks for. */
  authorizedAgain: WorkerOutcome | undefined;
}

interface Crash {
  tokenName: string;
  scenario: Scenario;
  endpoint: TokenEndpointProxy;
  config: NodeSettings;
  afterCrash: TokenRecord | null;
}

interface NodeSettings {
  connection: object;
  [field: string]: unknown;
}

const EXPIRED = { tokenLives: false, grant: 'refresh_token', mayFallBack: true } as const;

const SCENARIOS = {
  lease: { ...EXPIRED, stop: 'the lease is taken' },
  leaseOneByOne: { ...EXPIRED, stop: 'the lease is taken', oneByOne: true },
  leaseWithLivingToken: { ...EXPIRED, stop: 'the lease is taken', tokenLives: true },
  requestSent: { ...EXPIRED, stop: 'the request has left' },
  requestSentWithLivingToken: { ...EXPIRED, stop: 'the request has left', tokenLives: true },
  stored: { ...EXPIRED, stop: 'the token is stored' },
  withoutRefreshToken: { ...EXPIRED, stop: 'the answer has arrived', grant: 'client_credentials' },
  answerLost: { ...EXPIRED, stop: 'the server has answered' },
  answerNotStored: { ...EXPIRED, stop: 'the answer has arrived' },
  answerLostNoFallback: { ...EXPIRED, stop: 'the server has answered', mayFallBack: false },
  answerNotStoredNoFallback: { ...EXPIRED, stop: 'the answer has arrived', mayFallBack: false },
} satisfies Record<string, Scenario>;

type ScenarioName = keyof typeof SCENARIOS;

const isOneByOne = ({ oneByOne = false }: Scenario): boolean => oneByOne;

function jobOf(config: object, changes: object = {}): WorkerJob {
  return { type: 'getAccessToken', config: { ...config, ...changes } };
}

async function outcomesOf(worker: Worker, jobs: WorkerJob[]): Promise<WorkerOutcome[]> {
  const outcomes = await worker.run(jobs);
  if (outcomes === undefined) throw new Error('The worker is gone.');
  return outcomes;
}

/** Whether it was told that somebody is refreshing, or got the token that somebody is refreshing. */
function waits({ result: { access_token, error } }: WorkerOutcome): boolean {
  return error?.code === 'refresh_in_progress' || access_token === 'before the crash';
}

/** The first that did not have to wait any more, and the others. */
function split(outcomes: WorkerOutcome[]): [WorkerOutcome, WorkerOutcome[]] {
  const [ended] = outcomes.filter((outcome) => !waits(outcome)).sort((one, other) => one.place - other.place);
  if (ended === undefined) throw new Error('Nobody recovered.');
  return [ended, outcomes.filter((outcome) => outcome !== ended)];
}

// The real programs, and the built extension in workers of its own. The steps are reached by holding bytes back between
// the programs. The workers' clocks are the test's: all of them show the same when the crashes happen, and afterwards
// time passes as the witnesses wait.
describeWithRedis('SIGKILL in the middle of a refresh', () => {
  const crashAt = Date.now();
  let redis: RedisServer;
  let server: AuthorizationServer;
  const closing: (() => Promise<void>)[] = [];
  const aftermaths = new Map<string, Aftermath>();
  let reuseDetections = 0;

  beforeAll(async () => {
    redis = await RedisServer.start();
    await loadScripts(redis.client());
    server = await startAuthorizationServer({ accessTokenLifetimeSeconds: LIFETIME_SECONDS });
    closing.push(() => server.close(), () => redis.close());
    const crashes = await Promise.all(Object.entries(SCENARIOS).map(([name, scenario]) => crash(name, scenario)));
    await lookOn(crashes.filter(({ scenario }) => !isOneByOne(scenario)), conversations);
    await lookOn(crashes.filter(({ scenario }) => isOneByOne(scenario)), oneByOne);
    ({ reuseDetections } = await server.stats());
  });

  afterAll(async () => {
    closeRedisStores();
    await Promise.all(closing.map((close) => close()));
  });

  function store() {
    return openRedisStore({ url: redis.url, keyPrefix: 'access-token:' });
  }

  async function startWorker(): Promise<Worker> {
    const worker = await Worker.start({ now: crashAt });
    closing.push(() => worker.kill());
    return worker;
  }

  async function seed(tokenName: string, { tokenLives, grant }: Scenario): Promise<void> {
    const members = grant === 'refresh_token' ? { refresh_token: await server.issueRefreshToken() } : {};
    // 90 % of its life is over, or all of it.
    const age = tokenLives ? (LIFETIME_SECONDS - 5) * 1000 : LIFETIME_SECONDS * 1000;
    const lived = recordOf('before the crash', crashAt - age, { expires_in: LIFETIME_SECONDS + 20, ...members });
    const record = tokenLives ? lived : recordOf('before the crash', crashAt - age, { ...lived.token, expires_in: 60 });
    await store().commit({ tokenName, owner: 'seed', ifVersion: 0, record });
  }

  /** Kills a worker at the stop point. */
  async function crash(tokenName: string, scenario: Scenario): Promise<Crash> {
    const { stop, mayFallBack } = scenario;
    await seed(tokenName, scenario);
    const endpoint = await TokenEndpointProxy.start(server.tokenUrl, stop, { allowsClientCredentials: mayFallBack });
    const proxy = await RedisProxy.start(redis.port, stop);
    closing.push(() => endpoint.close(), () => proxy.close());
    const connection = { tokenUrl: endpoint.url, ...server.client };
    const config = { connection, store: 'redis', redisConnection: { url: redis.url }, tokenName, refreshPercent: 70, fallBackToClient: mayFallBack };

    const victim = await startWorker();
    const killed = victim.run([jobOf(config, { redisConnection: { url: proxy.url } })]);
    await Promise.race([endpoint.reached, proxy.reached]);
    await victim.kill();
    expect(await killed).toBeUndefined();
    const { record: afterCrash } = await store().read(tokenName);
    return { tokenName, scenario, endpoint, config, afterCrash };
  }

  /** What others meet who come after the crashes; `meet` gives their executions, crash by crash. */
  async function lookOn(
    crashes: Crash[],
    meet: (witness: Worker, crashes: Crash[]) => Promise<WorkerOutcome[][]>,
  ): Promise<void> {
    const witness = await startWorker();
    const run = async (config: object) => {
      const [outcome] = await outcomesOf(witness, [jobOf(config)]);
      if (outcome === undefined) throw new Error('There is no outcome.');
      return outcome;
    };
    const met = await meet(witness, crashes);
    const followUps = crashes.map(async ({ tokenName, scenario, endpoint, config, afterCrash }, index) => {
      const [ended, meanwhile] = split(met[index] ?? []);
      const next = await run({ ...config, rejectedToken: ended.result.access_token });
      const connection = { ...config.connection, refreshToken: await server.issueRefreshToken() };
      const isStuck = !scenario.mayFallBack && scenario.grant === 'refresh_token';
      const authorizedAgain = isStuck ? await run({ ...config, connection }) : undefined;
      const recoveredAfterMs = ended.endedAt - crashAt;
      const { passed } = endpoint;
      aftermaths.set(tokenName, { afterCrash, ended, meanwhile, recoveredAfterMs, passed, next, authorizedAgain });
    });
    await Promise.all(followUps);
  }

  /** One conversation after the other comes to the node, each on its own. */
  async function conversations(witness: Worker, crashes: Crash[]): Promise<WorkerOutcome[][]> {
    const times = Array.from({ length: CONVERSATIONS }, (_, index) => index * PAUSE_MS);
    const jobs = crashes.flatMap(({ config }) => times.map((afterMs) => ({ ...jobOf(config), afterMs })));
    const outcomes = await outcomesOf(witness, jobs);
    return crashes.map((_, index) => outcomes.slice(index * CONVERSATIONS, (index + 1) * CONVERSATIONS));
  }

  /** One conversation tries again until it is told something else. */
  function oneByOne(witness: Worker, crashes: Crash[]): Promise<WorkerOutcome[][]> {
    return Promise.all(
      crashes.map(async ({ config }) => {
        const outcomes: WorkerOutcome[] = [];
        do outcomes.push(...(await outcomesOf(witness, [jobOf(config)])));
        while (outcomes.every(waits));
        return outcomes;
      }),
    );
  }

  function of(name: ScenarioName): Aftermath {
    const aftermath = aftermaths.get(name);
    if (aftermath === undefined) throw new Error(`${name} did not come to an end.`);
    return aftermath;
  }

  /** The executions that began and ended while everybody had to wait. */
  function whileWaiting({ meanwhile, ended }: Aftermath): WorkerOutcome[] {
    return meanwhile.filter(({ endedAt }) => endedAt <= ended.endedAt);
  }

  /** Of all that came after the crash, one has refreshed the token; the others have it from the store. */
  function expectOneRefresh(name: ScenarioName): void {
    const { meanwhile, ended } = of(name);
    expect([...meanwhile, ended].filter(({ result }) => result.refreshed)).toHaveLength(1);
  }

  const sent = (grantType: string, status: number) => ({ grantType, status });

  function expectNothingLost(name: ScenarioName): void {
    const { afterCrash, ended, recoveredAfterMs, passed, next } = of(name);
    expect(afterCrash?.token.refresh_token).toEqual(expect.any(String));
    expect(ended).toMatchObject({ branch: 'OnSuccess', logs: [] });
    expect(recoveredAfterMs).toBeLessThan(RECOVERED_WITHIN_MS);
    // The grant lives: the refresh token is accepted, and so is the one that came with it.
    expect(next).toMatchObject({ branch: 'OnSuccess', result: { refreshed: true } });
    expect(passed).toEqual([sent('refresh_token', 200), sent('refresh_token', 200)]);
  }

  describe('nothing is lost, and it goes on within the lease time and 1 s', () => {
    test.each<[string, ScenarioName]>([
      ['after the lease', 'lease'],
      ['after the lease, where only one conversation tries, one time after the other', 'leaseOneByOne'],
      ['after the lease, while the token lives', 'leaseWithLivingToken'],
      ['after the request was sent', 'requestSent'],
      ['after the request was sent, while the token lives', 'requestSentWithLivingToken'],
    ])('%s', (_, name) => {
      expectNothingLost(name);
      expectOneRefresh(name);
      // Not before the lease has lapsed: the killed worker might have been a slow one.
      expect(of(name).recoveredAfterMs).toBeGreaterThanOrEqual(LEASE_MS);
    });

    test('after the commit: at once, with the token that was stored', () => {
      expectNothingLost('stored');
      const { ended, afterCrash, recoveredAfterMs } = of('stored');
      expect(ended.result).toMatchObject({ source: 'store', access_token: afterCrash?.token.access_token });
      expect(recoveredAfterMs).toBeLessThan(LEASE_MS);
    });

    test('after the answer, before the commit, where there is no refresh token to lose', () => {
      const { ended, recoveredAfterMs, passed } = of('withoutRefreshToken');
      expect(ended).toMatchObject({ branch: 'OnSuccess', logs: [] });
      expectOneRefresh('withoutRefreshToken');
      expect(recoveredAfterMs).toBeLessThan(RECOVERED_WITHIN_MS);
      expect(passed.map(({ status }) => status)).toEqual([200, 200, 200]);
    });

    test.each<ScenarioName>(['leaseWithLivingToken', 'requestSentWithLivingToken'])(
      'no execution fails in the meantime while the stored token lives (%s)',
      (name) => {
        const waiting = whileWaiting(of(name));
        expect(waiting).toHaveLength(LEASE_MS / PAUSE_MS);
        expect(waiting.filter(({ branch }) => branch !== 'OnSuccess')).toEqual([]);
      },
    );

    test.each<ScenarioName>(['lease', 'requestSent'])(
      'with an expired token those who come in the meantime wait for it, or are told why not (%s)',
      (name) => {
        const { meanwhile } = of(name);
        const failed = meanwhile.filter(({ branch }) => branch !== 'OnSuccess');
        expect(new Set(failed.map(({ result }) => result.error?.code ?? ''))).toEqual(new Set(['refresh_in_progress']));
        for (const { startedAt, endedAt } of meanwhile) expect(endedAt - startedAt).toBeLessThan(15_000);
        // Those who were waiting when the lease lapsed, or came later, have their token.
        expect(meanwhile.filter(({ branch }) => branch === 'OnSuccess').length).toBeGreaterThan(0);
      },
    );
  });

  // The server has taken the old refresh token for used, and the new one lies nowhere: what is on its way, or in the
  // memory of a process that is gone, no client can bring back.
  describe('the one window that no client closes: a rotated refresh token that was answered and never stored', () => {
    test.each<[string, ScenarioName]>([
      ['the answer is on its way', 'answerLost'],
      ['the answer has arrived and is not stored yet', 'answerNotStored'],
    ])('%s: invalid_grant, nothing newer in the store, so client credentials take over', (_, name) => {
      const { ended, recoveredAfterMs, passed, next, meanwhile } = of(name);
      expect(passed.slice(0, 3)).toEqual([
        sent('refresh_token', 200),
        sent('refresh_token', 400),
        sent('client_credentials', 200),
      ]);
      expect(ended.branch).toBe('OnSuccess');
      expectOneRefresh(name);
      expect(recoveredAfterMs).toBeLessThan(RECOVERED_WITHIN_MS);
      // The refresh token is tried again each time: some servers refuse in passing.
      expect(next.branch).toBe('OnSuccess');
      expect(passed.slice(3)).toEqual([sent('refresh_token', 400), sent('client_credentials', 200)]);
      expect(meanwhile.map(({ result }) => result.error?.code ?? 'none')).not.toContain('invalid_grant');
    });

    test.each<[string, ScenarioName]>([
      ['the answer is on its way', 'answerLostNoFallback'],
      ['the answer has arrived and is not stored yet', 'answerNotStoredNoFallback'],
    ])('%s, and no client credentials: "authorize again", which helps', (_, name) => {
      const { ended, recoveredAfterMs, passed, next, meanwhile, authorizedAgain } = of(name);
      expect(ended).toMatchObject({
        branch: 'OnError',
        result: { error: { code: 'invalid_grant', remedy: expect.stringMatching(/^Enter a new refresh token/) as string } },
      });
      expect(recoveredAfterMs).toBeLessThan(RECOVERED_WITHIN_MS);
      expect(next).toMatchObject({ branch: 'OnError', result: { error: { code: 'invalid_grant' } } });
      // The dead refresh token goes out again after growing pauses; in between everybody is answered from the store.
      const dead = passed.filter(({ grantType, status }) => grantType === 'refresh_token' && status === 400);
      expect(dead.length).toBeGreaterThanOrEqual(1);
      expect(dead.length).toBeLessThan(Math.max(3, meanwhile.length));
      expect(authorizedAgain).toMatchObject({ branch: 'OnSuccess', result: { refreshed: true } });
    });

    test('the server sees a used refresh token in these cases, once each, and in no other', () => {
      expect(reuseDetections).toBe(4);
    });
  });
});
