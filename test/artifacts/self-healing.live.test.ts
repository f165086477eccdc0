import type { FlowNode } from '../../tools/sandbox';
import { ArtifactPlatform, ATOMIC_STORAGE } from '../support/artifact-platform';
import type { NodeOutcome } from '../support/artifact-platform';
import { Chain, ENDED } from '../support/chain-platform';
import { describeWithRedis, RedisServer } from '../support/redis-server';
import { closeRedisStores, openRedisStore } from '../support/redis-stores';
import { until } from '../support/until';

// How a chain comes to a stop, and when it is late, is played in virtual time: `self-healing.test.ts`. Here the parts are
// processes, and Redis is one of the stores.

const EXECUTIONS = 4;
/** Tokens are due after 2 s, and live for minutes. */
const LIFETIME_SECONDS = 200;
const REFRESH_PERCENT = 1;
/** Long enough that no hop is near its end, on the slowest machine. */
const TIMES = { functionTimeLimitSeconds: 120, functionBufferSeconds: 5 };
const STARTED = 'The background chain had stopped and was started again.';

type StoreKind = 'endpoint' | 'redis';

function testHealing(kind: StoreKind): void {
  let platform: ArtifactPlatform;
  let redis: RedisServer | undefined;
  let chain: Chain;
  let config: Record<string, unknown>;

  beforeEach(async () => {
    redis = kind === 'redis' ? await RedisServer.start() : undefined;
    platform = await ArtifactPlatform.start({
      sandbox: { ...ATOMIC_STORAGE, ...TIMES, functionStartupDelayMs: 50, moduleState: 'kept', maxConcurrentExecutions: EXECUTIONS },
      server: { accessTokenLifetimeSeconds: LIFETIME_SECONDS },
    });
    config = { ...(redis === undefined ? platform.sharedConfig() : redisConfig(redis.url)), refreshPercent: REFRESH_PERCENT };
    chain = createChain();
  });

  afterEach(async () => {
    closeRedisStores();
    await Promise.all([platform.close(), redis?.close()]);
  });

  function redisConfig(url: string): Record<string, unknown> {
    const connection = { type: 'accessTokenStoreRedis', fields: { url } };
    const redisConnection = { connectionId: platform.sandbox.createConnection(connection) };
    return { connection: platform.connection(), store: 'redis', redisConnection };
  }

  /** With the Endpoint store the Function refreshes by itself, with Redis through a Flow. */
  function createChain(): Chain {
    const { client, tokenUrl } = platform.server;
    if (kind === 'endpoint') {
      const { storeUrl, endpointSecret } = platform;
      const tokens = [{ tokenUrl, ...client, refreshPercent: REFRESH_PERCENT }];
      return new Chain(platform, { tokens, storeUrl, endpointSecret }, TIMES);
    }
    const refresh: FlowNode = { id: 'refresh', type: 'refreshIfExpiring', extension: true, config };
    const { url } = platform.sandbox.createEndpoint({ type: 'rest', name: 'refresh', flow: [refresh] });
    return new Chain(platform, { refreshBy: 'flow', refreshFlowUrl: url }, TIMES);
  }

  /** The heartbeat of a chain that should have been heard again a millisecond later. */
  async function leaveLateHeartbeat(): Promise<void> {
    const heartbeat = { chainId: 'dead', hop: 7, owner: 'dead/7', beatWithinMs: 1 };
    if (redis !== undefined) {
      expect(await openRedisStore({ url: redis.url, keyPrefix: 'access-token:' }).heartbeat(heartbeat)).toBe(true);
      return;
    }
    const { endpointSecret } = platform;
    const tokenStore = { op: 'beat', ...heartbeat, leaseMs: 1, tokens: [] };
    expect(await platform.postToStore({ endpointSecret, tokenStore })).toMatchObject({ data: { continue: true } });
  }

  /** Runs Get Access Token as often as that, all at the same time. */
  function crowd(given: object): Promise<NodeOutcome[]> {
    return Promise.all(Array.from({ length: EXECUTIONS }, () => platform.run('getAccessToken', given)));
  }

  function logged(text: string): number {
    return platform.sandbox.logs.text().split(text).length - 1;
  }

  function expectAllServed(outcomes: NodeOutcome[]): void {
    expect(outcomes.map(({ branch, result }) => result.error?.code ?? branch)).toEqual(outcomes.map(() => 'OnSuccess'));
  }

  test.each([
    ['was never started', () => Promise.resolve()],
    ['has not been heard in time', leaveLateHeartbeat],
  ])(`a chain that %s is started again by one of ${EXECUTIONS} executions`, async (_, stop) => {
    await stop();
    // Without the connection nobody may.
    expectAllServed(await crowd(config));
    expect([chain.starts, logged('background chain')]).toEqual([0, 0]);

    expectAllServed(await crowd({ ...config, cognigyApiConnection: chain.connection() }));
    expect([chain.starts, logged(STARTED)]).toEqual([1, 1]);
    // Nodes are idle now: whatever is refreshed, the chain does it.
    const before = await platform.tokenRequests();
    await until('the chain refreshes', async () => (await platform.tokenRequests()) >= before + 2);
    expect([chain.starts, logged(ENDED)]).toEqual([1, 0]);
    expect(platform.sandbox.stats().functions.refusedHttpRequests).toBe(0);
  });

  test('a wrong API key is a line in the log: the token is handed out all the same', async () => {
    const apiKey = 'canary-wrong-api-key';
    const outcomes = await crowd({ ...config, cognigyApiConnection: chain.connection({ apiKey }) });
    expectAllServed(outcomes);
    expect(outcomes.filter(({ result }) => result.warning !== undefined)).toEqual([]);
    expect(chain.instances).toEqual([]);
    expect(logged('could not be started again. The platform answered HTTP 401.')).toBe(1);
    expect(platform.sandbox.logs.text()).not.toContain(apiKey);
  });
}

describe('with the Endpoint store, where writes are seen at once', () => testHealing('endpoint'));
describeWithRedis('with the Redis store', () => testHealing('redis'));
