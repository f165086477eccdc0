import { createHttpClient } from '../../src/sandbox';
import type { FlowNode, StartSandboxOptions } from '../../src/sandbox';
import { ArtifactPlatform, ATOMIC_STORAGE } from '../support/artifact-platform';
import { describeWithRedis, RedisServer } from '../support/redis-server';

const CONVERSATIONS = 50;
const SLOW_REFRESH_MS = 1500;

const http = createHttpClient();
let platform: ArtifactPlatform;
let redis: RedisServer | undefined;

afterEach(async () => {
  await Promise.all([platform.close(), redis?.close()]);
  redis = undefined;
});

/** What a Flow's last node says of the two calls. */
interface Calls {
  /** HTTP statuses of the API. */
  first: number;
  second: number;
  refreshed: boolean;
  error?: string;
}

/** The Flow of the README: a token, an API call, and on 401 a new token and the call again. */
function apiFlow(config: object): FlowNode[] {
  const headers = { authorization: '{{context.accessToken.authorization}}' };
  const call = (contextKey: string): FlowNode => {
    return { id: contextKey, type: 'httpRequest', config: { url: platform.server.apiUrl, headers, contextKey } };
  };
  return [
    { id: 'get', type: 'getAccessToken', extension: true, config: { ...config } },
    call('first'),
    {
      id: 'decide',
      type: 'code',
      config: {
        code: ({ context }) => {
          const { status } = context['first'] as { status: number };
          const { access_token } = context['accessToken'] as { access_token: string };
          // Nothing rejected: the node below hands out the token as it is.
          context['rejected'] = status === 401 ? access_token : '';
        },
      },
    },
    {
      id: 'refresh',
      type: 'refreshIfExpiring',
      extension: true,
      config: { ...config, rejectedToken: '{{context.rejected}}' },
    },
    call('second'),
    {
      id: 'collect',
      type: 'code',
      config: {
        code: ({ context }) => {
          const { refreshed, error } = context['accessToken'] as { refreshed: boolean; error?: { code: string } };
          const statusOf = (key: string) => (context[key] as { status: number }).status;
          context['calls'] = { first: statusOf('first'), second: statusOf('second'), refreshed, error: error?.code };
        },
      },
    },
    { id: 'say', type: 'say', config: { text: 'done', data: { calls: '{{context.calls}}' } } },
  ];
}

interface Round {
  calls: Calls[];
  /** Token requests that this round sent. */
  tokenRequests: number;
}

/** Sends one message in each of the conversations, all together. */
async function sendAll(url: string, conversations = CONVERSATIONS): Promise<Round> {
  const before = await platform.tokenRequests();
  const send = async (_: unknown, index: number): Promise<Calls> => {
    const message = { userId: `user-${index}`, sessionId: 'session', text: 'hi', data: {} };
    const { status, data } = await http({ method: 'POST', url, data: message });
    expect(status).toBe(200);
    return (data as { data: { calls: Calls } }).data.calls;
  };
  const calls = await Promise.all(Array.from({ length: conversations }, send));
  await platform.storageSettled();
  return { calls, tokenRequests: (await platform.tokenRequests()) - before };
}

async function start(store: 'endpoint' | 'redis', sandbox: StartSandboxOptions): Promise<string> {
  if (store === 'redis') redis = await RedisServer.start();
  platform = await ArtifactPlatform.start({
    sandbox: { moduleState: 'kept', maxConcurrentExecutions: CONVERSATIONS, ...sandbox },
    server: { accessTokenLifetimeSeconds: 600 },
  });
  const flow = apiFlow(redis === undefined ? platform.sharedConfig() : redisConfig(redis.url));
  return platform.sandbox.createEndpoint({ type: 'rest', name: 'bot', flow }).url;
}

function redisConfig(url: string): object {
  const connection = { type: 'accessTokenStoreRedis', fields: { url } };
  const redisConnection = { connectionId: platform.sandbox.createConnection(connection) };
  return { connection: platform.connection(), store: 'redis', redisConnection };
}

/** All statuses of all conversations. */
function statuses({ calls }: Round): string[] {
  return [...new Set(calls.map(({ first, second, error = 'no error' }) => `${first}, ${second}, ${error}`))].sort();
}

/** Every conversation holds the token when the API revokes it. @returns the round that meets the revocation */
async function revokeUnderTheirHands(url: string): Promise<Round> {
  // One of them fetches it, so that it is the same for all.
  await sendAll(url, 1);
  await sendAll(url);
  const untroubled = await sendAll(url);
  expect(untroubled.tokenRequests).toBe(0);
  expect(statuses(untroubled)).toEqual(['200, 200, no error']);
  await platform.server.revokeAll();
  // Slow enough that all of them have met the 401 before the first one has a new token.
  await platform.server.setFault({ delayMs: SLOW_REFRESH_MS });
  const met = await sendAll(url);
  await platform.server.clearFault();
  expect(statuses(met)).toEqual(['401, 200, no error']);
  expect(met.calls.filter(({ refreshed }) => refreshed).length).toBeLessThanOrEqual(met.tokenRequests);
  expect(platform.sandbox.stats().extensions.failed).toBe(0);
  // The new token is the one that all of them go on with.
  const next = await sendAll(url);
  expect([next.tokenRequests, statuses(next)]).toEqual([0, ['200, 200, no error']]);
  return met;
}

describeWithRedis('with the Redis store', () => {
  test('50 conversations meet a revoked token together, twice: one refresh each time, and every call succeeds', async () => {
    const url = await start('redis', {});
    for (let time = 0; time < 2; time += 1) {
      const met = await revokeUnderTheirHands(url);
      expect(met.tokenRequests).toBe(1);
      expect(met.calls.filter(({ refreshed }) => refreshed)).toHaveLength(1);
    }
  }, 90_000);
});

describe('with the Endpoint store', () => {
  test('where writes are seen at once it is one refresh too', async () => {
    const met = await revokeUnderTheirHands(await start('endpoint', ATOMIC_STORAGE));
    expect(met.tokenRequests).toBe(1);
  }, 60_000);

  // Session storage shows a lease 20 ms late: whoever asks within them finds it free and refreshes too. Nobody fails
  // for it. The first commit is what they all go on with, and the others' tokens are dropped.
  test('where writes are seen 20 ms late the extra refreshes harm nobody', async () => {
    const url = await start('endpoint', { sessionStorageWriteDelayMs: 20, moduleState: 'fresh', maxConcurrentExecutions: 8 });
    const met = await revokeUnderTheirHands(url);
    expect(met.tokenRequests).toBeGreaterThanOrEqual(1);
    expect(met.tokenRequests).toBeLessThanOrEqual(8);
  }, 120_000);
});
