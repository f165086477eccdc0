import type { FlowNode, StartSandboxOptions } from '../../src/sandbox';
import { ArtifactPlatform, ATOMIC_STORAGE } from '../support/artifact-platform';
import type { NodeOutcome } from '../support/artifact-platform';
import { Chain, ENDED, SHORT_TIMES } from '../support/chain-platform';
import { describeWithRedis, RedisServer } from '../support/redis-server';
import { sleep } from '../support/sleep';
import { until } from '../support/until';

const EXECUTIONS = 30;
const LIFETIME_SECONDS = 6;
const REFRESH_PERCENT = 50;
/** The time limit, and 5 s: after this without a heartbeat a chain is late. */
const BEAT_WITHIN_MS = SHORT_TIMES.functionTimeLimitSeconds * 1000 + 5000;
const STARTED = 'The background chain had stopped and was started again.';

type StoreKind = 'endpoint' | 'redis';

/** A platform with a chain and a node's settings, for tests that run beside one another. */
interface World {
  platform: ArtifactPlatform;
  chain: Chain;
  /** Without `cognigyApiConnection`. */
  config: Record<string, unknown>;
  /** Runs Get Access Token as often as that, all at the same time. */
  crowd: (config: object, executions?: number) => Promise<NodeOutcome[]>;
}

async function inWorld(store: StoreKind, sandbox: StartSandboxOptions, test: (world: World) => Promise<void>): Promise<void> {
  const redis = store === 'redis' ? await RedisServer.start() : undefined;
  const platform = await ArtifactPlatform.start({
    sandbox: {
      ...SHORT_TIMES,
      functionStartupDelayMs: 200,
      moduleState: 'kept',
      maxConcurrentExecutions: EXECUTIONS,
      ...sandbox,
    },
    server: { accessTokenLifetimeSeconds: LIFETIME_SECONDS },
  });
  try {
    const config = redis === undefined ? platform.sharedConfig() : redisConfig(platform, redis.url);
    const world: World = {
      platform,
      config: { ...config, refreshPercent: REFRESH_PERCENT },
      chain: createChain(platform, { ...config, refreshPercent: REFRESH_PERCENT }, store),
      crowd: (given, executions = EXECUTIONS) =>
        Promise.all(Array.from({ length: executions }, () => platform.run('getAccessToken', given))),
    };
    await test(world);
  } finally {
    await Promise.all([platform.close(), redis?.close()]);
  }
}

function redisConfig(platform: ArtifactPlatform, url: string): Record<string, unknown> {
  const connection = { type: 'accessTokenStoreRedis', fields: { url } };
  const redisConnection = { connectionId: platform.sandbox.createConnection(connection) };
  return { connection: platform.connection(), store: 'redis', redisConnection };
}

/** With the Endpoint store the Function refreshes by itself, with Redis through a Flow. */
function createChain(platform: ArtifactPlatform, config: Record<string, unknown>, store: StoreKind): Chain {
  const { client, tokenUrl } = platform.server;
  if (store === 'endpoint') {
    const { storeUrl, endpointSecret } = platform;
    return new Chain(platform, { tokens: [{ tokenUrl, ...client, refreshPercent: REFRESH_PERCENT }], storeUrl, endpointSecret });
  }
  const refresh: FlowNode = { id: 'refresh', type: 'refreshIfExpiring', extension: true, config };
  const { url } = platform.sandbox.createEndpoint({ type: 'rest', name: 'refresh', flow: [refresh] });
  return new Chain(platform, { refreshBy: 'flow', refreshFlowUrl: url });
}

function logged({ platform }: World, text: string): number {
  return platform.sandbox.logs.text().split(text).length - 1;
}

function expectAllServed(outcomes: NodeOutcome[]): void {
  expect(outcomes.map(({ branch, result }) => result.error?.code ?? branch)).toEqual(outcomes.map(() => 'OnSuccess'));
}

/** Nodes are idle now: whatever is refreshed, the chain does it. */
async function expectRefreshes({ platform }: World): Promise<void> {
  const before = await platform.tokenRequests();
  await until('the chain refreshes', async () => (await platform.tokenRequests()) >= before + 2);
}

/** How a chain comes to a stop, and what there is to see of it. */
const STOPS: [string, (world: World) => Promise<void>][] = [
  ['was never started', () => Promise.resolve()],
  [
    'was killed through the management API',
    async ({ chain, platform }) => {
      chain.start();
      await until('a refresh', async () => (await platform.tokenRequests()) >= 2);
      // A hop that is just triggering its successor is not in the list yet.
      do {
        await chain.kill();
        await sleep(1000);
      } while (chain.running.length > 0);
    },
  ],
  [
    'could not trigger its next hop',
    async ({ chain }) => {
      chain.install({ apiKey: 'a-key-that-was-withdrawn' });
      chain.start();
      await until('the end of the only hop', () => chain.instances[0]?.finishedAt !== undefined);
      expect(chain.instances[0]).toMatchObject({ status: 'error', error: expect.stringContaining('trigger_failed') as string });
      expect(chain.instances[0]?.httpRequests).toBeLessThanOrEqual(5);
      chain.install();
    },
  ],
];

function testHealing(store: StoreKind): void {
  test.concurrent.each(STOPS)('a chain that %s is started again by one of 30 executions', async (how, stop) => {
    await inWorld(store, ATOMIC_STORAGE, async (world) => {
      const { platform, chain, config, crowd } = world;
      await stop(world);
      expect(chain.running).toEqual([]);
      const watching = { ...config, cognigyApiConnection: chain.connection() };
      const before = chain.starts;
      if (how !== 'was never started') {
        // Its heartbeat is not late yet.
        expectAllServed(await crowd(watching, 3));
        expect(chain.starts).toBe(before);
        await sleep(BEAT_WITHIN_MS + 100);
      }

      // Without the connection nobody may.
      expectAllServed(await crowd(config, 3));
      expect([chain.starts, logged(world, 'background chain')]).toEqual([before, 0]);

      expectAllServed(await crowd(watching));
      expect([chain.starts - before, logged(world, STARTED)]).toEqual([1, 1]);
      await expectRefreshes(world);
      expectAllServed(await crowd(watching, 3));
      expect([chain.starts - before, logged(world, ENDED)]).toEqual([1, 0]);
      expect(platform.sandbox.stats().functions.refusedHttpRequests).toBe(0);
    });
  }, 120_000);

  test.concurrent('a wrong API key is a line in the log: the token is handed out all the same', async () => {
    await inWorld(store, ATOMIC_STORAGE, async (world) => {
      const { chain, config, crowd, platform } = world;
      const apiKey = 'canary-wrong-api-key';
      const outcomes = await crowd({ ...config, cognigyApiConnection: chain.connection({ apiKey }) });
      expectAllServed(outcomes);
      expect(outcomes.filter(({ result }) => result.warning !== undefined)).toEqual([]);
      expect(chain.instances).toEqual([]);
      expect(logged(world, 'could not be started again. trigger_failed: The platform answered HTTP 401.')).toBe(1);
      expect(platform.sandbox.logs.text()).not.toContain(apiKey);
    });
  }, 60_000);
}

describe('with the Endpoint store, where writes are seen at once', () => testHealing('endpoint'));
describeWithRedis('with the Redis store', () => testHealing('redis'));

// The first of the executions have read that nobody restarts the chain before the first claim can be read: as many
// as run at the same time. Of the chains that they start the newest goes on.
test.concurrent('where writes are seen 20 ms late, few chains are started, and one of them goes on', async () => {
  const together = 8;
  const options = { sessionStorageWriteDelayMs: 20, moduleState: 'fresh', maxConcurrentExecutions: together } as const;
  await inWorld('endpoint', options, async (world) => {
    const { chain, config, crowd } = world;
    expectAllServed(await crowd({ ...config, cognigyApiConnection: chain.connection() }));
    const { starts } = chain;
    expect(starts).toBeGreaterThanOrEqual(1);
    expect(starts).toBeLessThanOrEqual(together);
    expect(logged(world, STARTED)).toBe(starts);
    await until('one chain is left', () => chain.running.length === 1 && logged(world, ENDED) === starts - 1);
    await expectRefreshes(world);
    expect(chain.starts).toBe(starts);
  });
}, 120_000);

test.concurrent('of two chains that are started on purpose one goes on, and they never refresh both', async () => {
  await inWorld('endpoint', ATOMIC_STORAGE, async (world) => {
    const { chain, platform } = world;
    chain.start();
    chain.start();
    await until('one of them ends', () => logged(world, ENDED) === 1);
    expect(chain.instances.filter(({ log }) => log.join().includes(ENDED))).toMatchObject([
      // It ends at its first or its second beat.
      { status: 'done', parameters: {} },
    ]);
    await expectRefreshes(world);
    expect(logged(world, ENDED)).toBe(1);
    const { tokenRequests } = await platform.server.stats();
    const gaps = tokenRequests.slice(1).map(({ at }, index) => at - (tokenRequests[index]?.at ?? NaN));
    // Half of the lifetime, less what the timestamp's whole seconds round off.
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual((LIFETIME_SECONDS * 1000 * REFRESH_PERCENT) / 100 - 1100);
  });
}, 90_000);

test.concurrent("while the chain's refreshes fail, nodes hand out the token with the reason and the time of the next try", async () => {
  await inWorld('endpoint', ATOMIC_STORAGE, async (world) => {
    const { chain, platform, config } = world;
    // Long enough to stay valid for all of this.
    const { access_token } = await platform.issueToken();
    const longLived = { access_token, token_type: 'Bearer', expires_in: 60 };
    await platform.seed(longLived, Math.floor(Date.now() / 1000) - 40);
    await platform.server.setFault({ down: 503 });
    const requests = await platform.tokenRequests();
    chain.start();
    await until('the chain fails', () => chain.log.includes('Refresh of "accessToken" failed. token_endpoint_unavailable'));
    expect(await platform.tokenRequests()).toBeGreaterThan(requests);
    const { result, branch } = await platform.run('getAccessToken', config);
    expect(branch).toBe('OnSuccess');
    expect(result).toMatchObject({
      access_token,
      stale: true,
      warning: { code: 'token_endpoint_unavailable', retry_at: expect.any(Number) as number },
    });
    const { retry_at = NaN } = (result.warning ?? {}) as { retry_at?: number };
    const seconds = Date.now() / 1000;
    expect(retry_at).toBeGreaterThan(seconds - 5);
    expect(retry_at).toBeLessThanOrEqual(seconds + 61);
    await platform.server.clearFault();
    await until('the chain refreshes', () => chain.log.includes('Refreshed "accessToken"'));
    const { result: fresh } = await platform.run('getAccessToken', config);
    expect(fresh.warning).toBeUndefined();
  });
}, 120_000);
