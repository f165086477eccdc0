import type { FlowNode } from '../../../tools/sandbox';
import type { ArtifactPlatform } from '../../support/artifact-platform';

const SLOW_REFRESH_MS = 500;

/** What the Flow's last node reports about the two API calls. */
interface Calls {
  /** The HTTP statuses of the two calls. */
  first: number;
  second: number;
  refreshed: boolean;
  error?: string;
}

interface Round {
  calls: Calls[];
  /** How many token requests this round sent. */
  tokenRequests: number;
}

/** The Flow of the README: get a token, call the API, and on 401 get a new token and call again. */
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
          // If nothing was rejected, the node below returns the same token.
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

/** The different outcomes of all conversations. */
function statuses({ calls }: Round): string[] {
  return [...new Set(calls.map(({ first, second, error = 'no error' }) => `${first}, ${second}, ${error}`))].sort();
}

/** Conversations with one bot. They share a token. */
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
   * Revokes the token while every conversation has it.
   *
   * @param slowDown delays the next token, so that many conversations get the 401 before it comes
   * @returns the first round after the revocation
   */
  async revokeUnderTheirHands(slowDown: () => void | Promise<void>): Promise<Round> {
    const { server, sandbox } = this.platform;
    // One conversation fetches the token, so that all share it.
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
    // All conversations go on with the new token.
    const next = await this.sendAll();
    expect([next.tokenRequests, statuses(next)]).toEqual([0, ['200, 200, no error']]);
    return met;
  }

  /** Sends one message in each conversation, all at the same time. */
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

/** Revokes the token twice, with the Redis store. */
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
