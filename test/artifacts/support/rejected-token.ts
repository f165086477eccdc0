import type { FlowNode } from '../../../tools/sandbox';
import type { ArtifactPlatform } from '../../support/artifact-platform';

const SLOW_REFRESH_MS = 500;

/** What a Flow's last node says of the two calls. */
interface Calls {
  /** HTTP statuses of the API. */
  first: number;
  second: number;
  refreshed: boolean;
  error?: string;
}

interface Round {
  calls: Calls[];
  /** Token requests that this round sent. */
  tokenRequests: number;
}

/** The Flow of the README: a token, an API call, and on 401 a new token and the call again. */
function apiFlow(apiUrl: string, config: object): FlowNode[] {
  const headers = { authorization: '{{context.accessToken.authorization}}' };
  const call = (contextKey: string): FlowNode => {
    return { id: contextKey, type: 'httpRequest', config: { url: apiUrl, headers, contextKey } };
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

/** All statuses of all conversations. */
function statuses({ calls }: Round): string[] {
  return [...new Set(calls.map(({ first, second, error = 'no error' }) => `${first}, ${second}, ${error}`))].sort();
}

/** Conversations with one bot, which share a token. */
export class Conversations {
  private readonly url: string;

  /** @param config the nodes' settings */
  constructor(
    private readonly platform: ArtifactPlatform,
    private readonly count: number,
    config: object,
  ) {
    const flow = apiFlow(platform.server.apiUrl, config);
    this.url = platform.sandbox.createEndpoint({ type: 'rest', name: 'bot', flow }).url;
  }

  /**
   * Every conversation holds the token when the API revokes it.
   *
   * @param slowDown keeps the next token back for a while, so that many have met the 401 before it is there
   * @returns the round that meets the revocation
   */
  async revokeUnderTheirHands(slowDown: () => void | Promise<void>): Promise<Round> {
    const { server, sandbox } = this.platform;
    // One of them fetches it, so that it is the same for all.
    await this.sendAll(1);
    await this.sendAll();
    const untroubled = await this.sendAll();
    expect(untroubled.tokenRequests).toBe(0);
    expect(statuses(untroubled)).toEqual(['200, 200, no error']);
    await server.revokeAll();
    await slowDown();
    const met = await this.sendAll();
    await server.clearFault();
    expect(statuses(met)).toEqual(['401, 200, no error']);
    expect(met.calls.filter(({ refreshed }) => refreshed).length).toBeLessThanOrEqual(met.tokenRequests);
    expect(sandbox.stats().extensions.failed).toBe(0);
    // The new token is the one that all of them go on with.
    const next = await this.sendAll();
    expect([next.tokenRequests, statuses(next)]).toEqual([0, ['200, 200, no error']]);
    return met;
  }

  /** Sends one message in each of the conversations, all together. */
  private async sendAll(conversations = this.count): Promise<Round> {
    const { platform, url } = this;
    const before = await platform.tokenRequests();
    const send = async (_: unknown, index: number): Promise<Calls> => {
      const message = { userId: `user-${index}`, sessionId: 'session', text: 'hi', data: {} };
      const { status, data } = await platform.http({ method: 'POST', url, data: message });
      expect(status).toBe(200);
      return (data as { data: { calls: Calls } }).data.calls;
    };
    const calls = await Promise.all(Array.from({ length: conversations }, send));
    await platform.storageSettled();
    return { calls, tokenRequests: (await platform.tokenRequests()) - before };
  }
}

/** With the Redis store, a token is revoked twice. */
export async function revokeTwiceWithRedis(platform: ArtifactPlatform, url: string, conversations: number): Promise<void> {
  const connection = { type: 'accessTokenStoreRedis', fields: { url } };
  const redisConnection = { connectionId: platform.sandbox.createConnection(connection) };
  const config = { connection: platform.connection(), store: 'redis', redisConnection };
  const all = new Conversations(platform, conversations, config);
  for (let time = 0; time < 2; time += 1) {
    const met = await all.revokeUnderTheirHands(() => platform.server.setFault({ delayMs: SLOW_REFRESH_MS }));
    expect(met.tokenRequests).toBe(1);
    expect(met.calls.filter(({ refreshed }) => refreshed)).toHaveLength(1);
  }
}
