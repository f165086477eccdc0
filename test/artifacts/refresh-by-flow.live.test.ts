import { createHttpClient, startAuthorizationServer } from '../../src/sandbox';
import type { AuthorizationServer, EndpointFault, FlowNode, StartSandboxOptions } from '../../src/sandbox';
import { ArtifactPlatform, ATOMIC_STORAGE } from '../support/artifact-platform';
import { Chain, ENDED, SHORT_TIMES } from '../support/chain-platform';
import { describeWithRedis, RedisServer } from '../support/redis-server';
import { until } from '../support/until';

const FLOW_TOKEN = 'refresh-flow';
const STARTUP_MS = 200;
const SANDBOX = { ...SHORT_TIMES, functionStartupDelayMs: STARTUP_MS };
/** What two nodes, a Function and their processes may take on a loaded machine. */
const SLOWNESS_MS = 4000;

const http = createHttpClient();
let platform: ArtifactPlatform;
let redis: RedisServer | undefined;
let secondServer: AuthorizationServer | undefined;

afterEach(async () => {
  await Promise.all([platform.close(), secondServer?.close(), redis?.close()]);
  secondServer = redis = undefined;
});

type StoreKind = 'endpoint' | 'redis';

async function startPlatform(
  store: StoreKind,
  accessTokenLifetimeSeconds = 60,
  sandbox: StartSandboxOptions = SANDBOX,
): Promise<void> {
  if (store === 'redis') redis = await RedisServer.start();
  platform = await ArtifactPlatform.start({ sandbox, server: { accessTokenLifetimeSeconds } });
}

/** What a bot builder enters for the shared store. */
function sharedConfig(changes: object = {}): Record<string, unknown> {
  if (redis === undefined) return platform.sharedConfig({ ...changes });
  const fields = { url: redis.url, encryptionKey: 'canary-encryption-key-0fb2' };
  const redisConnection = {
    connectionId: platform.sandbox.createConnection({ type: 'accessTokenStoreRedis', fields }),
  };
  return { connection: platform.connection(), store: 'redis', redisConnection, ...changes };
}

function refreshNode(id: string, changes: object = {}): FlowNode {
  return { id, type: 'refreshIfExpiring', extension: true, config: sharedConfig({ contextKey: id, ...changes }) };
}

/** A REST Endpoint without a transformer: nothing but a Flow behind an address. */
function createFlow(flow: FlowNode[]): string {
  return platform.sandbox.createEndpoint({ type: 'rest', name: 'refresh', urlToken: FLOW_TOKEN, flow }).url;
}

function createChain(refreshFlowUrl: string): Chain {
  const { client, tokenUrl } = platform.server;
  // A configuration file may hold the keys of all artifacts: no more than is needed goes into each.
  return new Chain(platform, {
    refreshBy: 'flow',
    refreshFlowUrl,
    tokens: [{ tokenUrl, ...client }],
    storeUrl: platform.storeUrl,
    endpointSecret: platform.endpointSecret,
  });
}

/** A message as the chain sends it. */
function heartbeat(chainId = 'chain-1', hop = 0): object {
  return { accessTokenChain: { chainId, hop, owner: `${chainId}/${hop}`, beatWithinMs: 60_000 } };
}

/** When the server sent a token, Unix milliseconds. */
async function issues(server: AuthorizationServer): Promise<number[]> {
  const { tokenRequests } = await server.stats();
  return tokenRequests.filter(({ status }) => status === 200).map(({ at }) => at);
}

/** A token was asked for when it was due, and not before: `gapMs` after the one that it replaced. */
function expectPunctual(times: number[], gapMs: number): void {
  for (const [index, at] of times.slice(1).entries()) {
    const gap = at - (times[index] ?? NaN);
    // A record's timestamp is in whole seconds, rounded down.
    expect(gap).toBeGreaterThanOrEqual(gapMs - 1100);
    expect(gap).toBeLessThanOrEqual(gapMs + STARTUP_MS + SLOWNESS_MS);
  }
}

function describeEachStore(body: (store: StoreKind) => void): void {
  describe('with the Endpoint store', () => body('endpoint'));
  describeWithRedis('with the Redis store', () => body('redis'));
}

describeEachStore((store) => {
  test('a chain keeps two tokens, and its Function holds no secret of client or store', async () => {
    await startPlatform(store, 6);
    secondServer = await startAuthorizationServer({ accessTokenLifetimeSeconds: 12 });
    const { tokenUrl, client } = secondServer;
    const chain = createChain(
      createFlow([
        refreshNode('crm', { tokenName: 'crm', refreshPercent: 50 }),
        refreshNode('erp', {
          tokenName: 'erp',
          refreshPercent: 75,
          connection: platform.connection({ tokenUrl, ...client }),
        }),
      ]),
    );
    const { endpointSecret, server, sandbox } = platform;
    for (const secret of [endpointSecret, platform.storeUrl, server.client.clientSecret, server.tokenUrl]) {
      expect(chain.code).not.toContain(secret);
    }
    expect(chain.code).toContain(sandbox.endpointUrl(FLOW_TOKEN));

    chain.start();
    const erp = secondServer;
    await until('four tokens of one server and two of the other', async () => {
      return (await issues(server)).length >= 4 && (await issues(erp)).length >= 2;
    });
    expectPunctual(await issues(server), 3000);
    expectPunctual(await issues(erp), 9000);

    await until('the end of the hop that refreshed', () => chain.running.every(({ httpRequests }) => httpRequests === 0));
    const [waiting] = chain.running;
    const { chainId } = waiting?.parameters ?? {};
    await chain.kill();
    const done = chain.instances.slice(0, -1);
    // One turn of the Flow and one trigger a hop; never two hops at a time.
    expect(done.map(({ status, httpRequests }) => [status, httpRequests])).toEqual(done.map(() => ['done', 2]));
    expect(sandbox.stats().functions.maxActive).toBeLessThanOrEqual(2);
    // What the platform bills: one conversation a chain, one turn of it a hop.
    expect(sandbox.conversations.map(({ sessionId, flowRuns }) => [sessionId, flowRuns])).toEqual([[chainId, done.length]]);
    for (const { parameters } of chain.instances.slice(1)) {
      expect(Object.keys(parameters).sort()).toEqual(['chainId', 'hop', 'wakeAt']);
    }

    // A node in another conversation finds the token in the store.
    const { result } = await platform.run('getAccessToken', sharedConfig({ tokenName: 'erp' }));
    expect([result.source, result.refreshed]).toEqual(['store', false]);
  }, 90_000);

  test('a second chain, started on purpose, is a second conversation and takes over within a hop', async () => {
    // Where session storage shows writes late, its lease is best effort: see `self-healing.test.ts` for that.
    await startPlatform(store, 4, { ...SANDBOX, ...ATOMIC_STORAGE });
    const chain = createChain(createFlow([refreshNode('crm', { refreshPercent: 50 })]));
    chain.start();
    await until('a token', async () => (await issues(platform.server)).length >= 2);
    chain.start();
    const second = chain.instances.length - 1;
    await until('the older chain ends', () => chain.log.includes(ENDED));
    // A hop that hands over runs for a moment beside the next one; two chains would be two all the time.
    await until('one chain is left', () => chain.running.length === 1);
    const refreshed = (await issues(platform.server)).length;
    await until('the newer one refreshes', async () => (await issues(platform.server)).length >= refreshed + 2);
    const chains = new Set(chain.instances.slice(second + 1).map(({ parameters }) => parameters['chainId']));
    expect(chain.log.split(ENDED)).toHaveLength(2);
    expect(chains.size).toBeLessThanOrEqual(2);
    expect(platform.sandbox.stats().conversations).toBe(2);
    expectPunctual(await issues(platform.server), 2000);
  }, 90_000);

  describe("the node's answer to a chain", () => {
    test('is the schedule, and nothing that is secret', async () => {
      await startPlatform(store);
      const config = sharedConfig({ tokenName: 'crm', refreshPercent: 50 });
      const { result, branch, execution } = await platform.run('refreshIfExpiring', config, { input: { data: heartbeat() } });
      const number = expect.any(Number) as number;
      const schedule = [{ tokenName: 'crm', refreshAt: number, expiresAt: number, version: 1 }];
      expect(execution.outputs).toEqual([{ text: '', data: { accessTokenChain: { continue: true, schedule } } }]);
      const { accessTokenChain } = execution.outputs[0]?.data ?? {};
      const { schedule: [entry] } = accessTokenChain as { schedule: [{ refreshAt: number; expiresAt: number }] };
      expect(entry.expiresAt / 1000).toBe(result.expires_at);
      expect(entry.expiresAt - entry.refreshAt).toBe(30_000);
      expect([branch, execution.apiCalls]).toEqual(['OnRefreshed', 3]);
      expect(JSON.stringify(execution.outputs)).not.toContain(result.access_token);
    });

    test('tells an older chain to end, also while there is no token to be had', async () => {
      await startPlatform(store);
      await platform.server.setFault({ down: true });
      const answers: { continue: boolean; schedule: unknown }[] = [];
      for (const data of [heartbeat('older'), heartbeat('newest'), heartbeat('older', 1), heartbeat('newest', 1)]) {
        const { execution } = await platform.run('refreshIfExpiring', sharedConfig(), { input: { data } });
        answers.push(execution.outputs[0]?.data['accessTokenChain'] as (typeof answers)[number]);
      }
      expect(answers.map((answer) => answer.continue)).toEqual([true, true, false, true]);
      const failure = { code: 'token_endpoint_unavailable', retryAt: expect.any(Number) as number };
      expect(answers[0]?.schedule).toEqual([expect.objectContaining({ version: 0, failure: expect.objectContaining(failure) as unknown })]);
    }, 60_000);
  });
});

describe('who is no chain', () => {
  test('a message of a user gets no schedule, from no node', async () => {
    await startPlatform('endpoint');
    const get: FlowNode = { id: 'get', type: 'getAccessToken', extension: true, config: sharedConfig() };
    const url = createFlow([refreshNode('refresh'), get, { id: 'say', type: 'say', config: { text: 'hello' } }]);
    for (const data of [undefined, {}, { accessTokenChain: 'on' }, { accessTokenChain: { chainId: 'chain-1' } }]) {
      const message = { userId: 'user', sessionId: 'session', text: 'hi', data };
      const answer = await http({ method: 'POST', url, data: message });
      expect(answer).toMatchObject({ status: 200, data: { text: 'hello', data: {} } });
      expect((answer.data as { outputStack: unknown[] }).outputStack).toHaveLength(1);
      expect(JSON.stringify(answer.data)).not.toContain('accessTokenChain');
    }
  });

  test('Get Access Token never answers a chain', async () => {
    await startPlatform('endpoint');
    const { branch, execution } = await platform.run('getAccessToken', sharedConfig(), { input: { data: heartbeat() } });
    expect([branch, execution.outputs]).toEqual(['OnSuccess', []]);
  });
});

describe('what is wrong with the Flow', () => {
  const isNext = (hop: number) => ({ parameters }: { parameters: object }) => (parameters as { hop?: number }).hop === hop;

  /** The first hop, when the second one has been started, and in how many milliseconds that wakes. */
  async function firstHop(chain: Chain): Promise<{ first: Chain['instances'][number] | undefined; pauseMs: number }> {
    chain.start();
    await until('a second hop', () => chain.instances.some(isNext(1)));
    await until('the end of the first', () => chain.instances[0]?.finishedAt !== undefined);
    const [first, second] = chain.instances;
    return { first, pauseMs: Number(second?.parameters['wakeAt']) - Number(second?.createdAt) };
  }

  test('it has no Refresh If Expiring: the log says so, and the chain goes on, slowly', async () => {
    await startPlatform('endpoint');
    const chain = createChain(createFlow([{ id: 'say', type: 'say', config: { text: 'hello' } }]));
    const { first, pauseMs } = await firstHop(chain);
    expect(first).toMatchObject({ status: 'done', httpRequests: 2 });
    expect(first?.log.join()).toMatch(/error: .*refresh_flow_silent: .*Put Refresh If Expiring into the Flow/);
    expect(pauseMs).toBeGreaterThan(50_000);
    expect(pauseMs).toBeLessThanOrEqual(60_000);
  }, 60_000);

  test.each<[string, EndpointFault]>([
    ['answers 503', { status: 503 }],
    ['drops connections', { dropConnection: true }],
    ['never answers', { hang: true }],
  ])('its Endpoint %s: the chain stays within its requests, goes on, and refreshes afterwards', async (_, fault) => {
    await startPlatform('endpoint');
    const chain = createChain(createFlow([refreshNode('crm')]));
    platform.sandbox.setFault(FLOW_TOKEN, fault);
    const { first, pauseMs } = await firstHop(chain);
    expect(first?.status).toBe('done');
    expect(first?.httpRequests).toBeLessThanOrEqual(5);
    expect(first?.log.join()).toContain('refresh_flow_unreachable');
    expect(pauseMs).toBeGreaterThan(5000);
    expect(pauseMs).toBeLessThanOrEqual(15_000);
    expect(await platform.tokenRequests()).toBe(0);
    platform.sandbox.clearFault(FLOW_TOKEN);
    await until('a token', async () => (await platform.tokenRequests()) > 0);
    expect(platform.sandbox.stats().functions.refusedHttpRequests).toBe(0);
  }, 60_000);
});
