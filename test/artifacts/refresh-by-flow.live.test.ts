import { createHttpClient, startAuthorizationServer } from '../../tools/sandbox';
import type { AuthorizationServer, FlowNode, FunctionInstance, StartSandboxOptions } from '../../tools/sandbox';
import { ArtifactPlatform } from '../support/artifact-platform';
import { Chain } from '../support/chain-platform';
import { describeWithRedis, RedisServer } from '../support/redis-server';
import { until } from '../support/until';

const FLOW_TOKEN = 'refresh-flow';
/** Long enough that no hop is near its end, on the slowest machine. */
const TIMES = { functionTimeLimitSeconds: 120, functionBufferSeconds: 5 };
const SANDBOX = { ...TIMES, functionStartupDelayMs: 50, moduleState: 'kept' } as const;

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
  }, TIMES);
}

/** A message as the chain sends it. */
function heartbeat(chainId = 'chain-1', hop = 0): object {
  return { accessTokenChain: { chainId, hop, owner: `${chainId}/${hop}`, beatWithinMs: 60_000 } };
}

async function issues(server: AuthorizationServer): Promise<number> {
  const { tokenRequests } = await server.stats();
  return tokenRequests.filter(({ status }) => status === 200).length;
}

function describeEachStore(body: (store: StoreKind) => void): void {
  describe('with the Endpoint store', () => body('endpoint'));
  describeWithRedis('with the Redis store', () => body('redis'));
}

describeEachStore((store) => {
  // How punctual it is: `refresh-by-flow.test.ts`. Here tokens are due after 2 s and 4 s, and live for minutes.
  test('a chain keeps two tokens, and its Function holds no secret of client or store', async () => {
    await startPlatform(store, 200);
    secondServer = await startAuthorizationServer({ accessTokenLifetimeSeconds: 400 });
    const { tokenUrl, client } = secondServer;
    const ofErp = { tokenName: 'erp', connection: platform.connection({ tokenUrl, ...client }) };
    const chain = createChain(
      createFlow([
        refreshNode('crm', { tokenName: 'crm', refreshPercent: 1 }),
        refreshNode('erp', { ...ofErp, refreshPercent: 1 }),
      ]),
    );
    const { endpointSecret, server, sandbox } = platform;
    for (const secret of [endpointSecret, platform.storeUrl, server.client.clientSecret, server.tokenUrl]) {
      expect(chain.code).not.toContain(secret);
    }
    expect(chain.code).toContain(sandbox.endpointUrl(FLOW_TOKEN));

    chain.start();
    const erp = secondServer;
    await until('three tokens of one server and two of the other', async () => {
      return (await issues(server)) >= 3 && (await issues(erp)) >= 2;
    });
    const isDone = ({ status }: FunctionInstance) => status === 'done';
    await until('three hops are done', () => chain.instances.filter(isDone).length >= 3);
    await chain.end();
    const { instances } = chain;
    const done = instances.filter(isDone);
    // One turn of the Flow and one trigger a hop; never two hops at a time.
    expect(done.map(({ httpRequests }) => httpRequests)).toEqual(done.map(() => 2));
    expect(sandbox.stats().functions.maxActive).toBeLessThanOrEqual(2);
    // What the platform bills: one conversation a chain, one turn of it a hop.
    const hops = instances.filter(({ httpRequests }) => httpRequests > 0).length;
    const chainId = instances[1]?.parameters['chainId'];
    await until('each hop has its turn', () => sandbox.conversations[0]?.flowRuns === hops);
    expect(sandbox.conversations.map(({ sessionId }) => sessionId)).toEqual([chainId]);
    for (const { parameters } of instances.slice(1)) {
      expect(Object.keys(parameters).sort()).toEqual(['chainId', 'hop', 'wakeAt']);
    }

    // A node in another conversation finds the token in the store.
    const { result } = await platform.run('getAccessToken', sharedConfig(ofErp));
    expect([result.source, result.refreshed]).toEqual(['store', false]);
  });

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
        await platform.storageSettled();
      }
      expect(answers.map((answer) => answer.continue)).toEqual([true, true, false, true]);
      const failure = { code: 'token_endpoint_unavailable', retryAt: expect.any(Number) as number };
      expect(answers[0]?.schedule).toEqual([expect.objectContaining({ version: 0, failure: expect.objectContaining(failure) as unknown })]);
    });
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
