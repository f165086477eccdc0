import { Chain } from '../../support/chain-platform';
import { InProcessPlatform } from '../../support/in-process-platform';
import { LoopbackServer } from '../../support/loopback-server';
import type { TokenRecord } from '../../../src/lifetime';

/** A token request as it arrived. */
export interface ProviderRequest {
  form: Record<string, string>;
  /** The credentials in the Basic header, decoded only from Base64. Empty without a header. */
  basic: string;
}

export interface ProviderAnswer {
  status?: number;
  headers?: Record<string, string>;
  body: object | string;
}

/** How a provider answers a token request. */
export type Provider = (request: ProviderRequest) => ProviderAnswer;

/** What a user enters in the connection, and the node's default lifetime. */
export interface ProviderSettings {
  scope?: string;
  audience?: string;
  clientId?: string;
  clientAuthentication?: 'client_secret_basic' | 'client_secret_post';
  refreshToken?: string;
  extraParameters?: string;
  /** Seconds. */
  defaultLifetimeSeconds?: number;
  fallBackToClient?: boolean;
}

/** Who keeps the token. */
export type KeeperKind = 'node' | 'Function';

/** The error, if there was one. */
export interface Kept {
  code?: string;
  message?: string;
}

/** One token of one provider in the shared store, kept by the built node or the built Function. */
export interface Keeper {
  /** Has the token fetched if it is missing, or refreshed if it is due. */
  keep(): Promise<Kept>;
  /** Makes the stored token look as if 95 % of its life had passed. */
  letAge(): Promise<void>;
  readonly record: TokenRecord | undefined;
  /** What a bot builder enters in the nodes that share the token. */
  readonly nodeConfig: Record<string, unknown>;
}

export const CLIENT_ID = 'bot';
export const CLIENT_SECRET = 'canary-client-secret-prov';

/** The platform with the built files, and a token endpoint that plays a provider. */
export class ProviderWorld {
  readonly requests: ProviderRequest[] = [];
  provider: Provider = () => ({ status: 500, body: '' });
  private tokens = 0;

  private constructor(
    readonly platform: InProcessPlatform,
    private readonly endpoint: LoopbackServer,
  ) {
    endpoint.answer = (response, { headers, body }) => {
      const [, encoded = ''] = /^Basic (.+)$/.exec(headers.authorization ?? '') ?? [];
      const request = {
        form: Object.fromEntries(new URLSearchParams(body.toString())),
        basic: Buffer.from(encoded, 'base64').toString(),
      };
      this.requests.push(request);
      const answer = this.provider(request);
      response.writeHead(answer.status ?? 200, { 'content-type': 'application/json', ...answer.headers });
      response.end(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body));
    };
  }

  static async start(): Promise<ProviderWorld> {
    const [platform, endpoint] = await Promise.all([
      InProcessPlatform.start({ sandbox: { moduleState: 'kept', sessionStorageWriteDelayMs: 0, functionStartupDelayMs: 0 } }),
      LoopbackServer.start(),
    ]);
    return new ProviderWorld(platform, endpoint);
  }

  async close(): Promise<void> {
    await Promise.all([this.platform.close(), this.endpoint.stop()]);
  }

  /** Forgets the requests of an earlier test. */
  begin(provider: Provider): void {
    this.requests.length = 0;
    this.provider = provider;
  }

  /** Makes a keeper with a new token of its own. */
  keeper(kind: KeeperKind, settings: ProviderSettings): Keeper {
    this.tokens += 1;
    const tokenName = `token-${this.tokens}`;
    const { platform } = this;
    const { defaultLifetimeSeconds, fallBackToClient = false, ...rest } = settings;
    const tokenUrl = `${this.endpoint.url}/token`;
    const connection = { tokenUrl, clientId: CLIENT_ID, clientSecret: CLIENT_SECRET, ...rest };
    const nodeConfig = {
      ...platform.sharedConfig({ connection: platform.connection(connection), tokenName }),
      reuseInConversation: false,
      fallBackToClient,
      ...(defaultLifetimeSeconds === undefined ? {} : { defaultLifetimeSeconds }),
    };
    const keep = kind === 'node' ? () => this.runNode(nodeConfig) : this.chainKeeper({ ...connection, ...settings, tokenName });
    return {
      keep,
      nodeConfig,
      letAge: async () => {
        const { token } = platform.record(tokenName) ?? {};
        if (token === undefined) throw new Error('There is no token to grow old.');
        await platform.seed(token, platform.nowInSeconds - Math.floor(token.expires_in * 0.95), tokenName);
      },
      get record() {
        return platform.record(tokenName);
      },
    };
  }

  private async runNode(config: object): Promise<Kept> {
    const { result } = await this.platform.run('getAccessToken', config);
    const { error } = result;
    return error === undefined ? {} : { code: error.code, message: error.message };
  }

  /** Each call starts a new chain and ends it after its first refresh. */
  private chainKeeper(token: object): () => Promise<Kept> {
    const { platform } = this;
    const { storeUrl, endpointSecret } = platform;
    const chain = new Chain(platform, { tokens: [token], storeUrl, endpointSecret });
    const results = (): string[] => chain.log.match(/ info refreshed .*|.*The refresh failed\..*/g) ?? [];
    return async () => {
      const before = results().length;
      chain.start();
      await platform.passUntil('the chain has dealt with the token', () => results().length > before);
      const newest = results().at(-1) ?? '';
      await platform.passUntil('the hop has ended', () => chain.instances.some(({ status }) => status === 'done'));
      while (chain.running.length > 0) await chain.kill();
      await platform.storageSettled();
      const [, code, message] = /(\w+) token=.* The refresh failed\. (.*)$/.exec(newest) ?? [];
      return code === undefined || message === undefined ? {} : { code, message };
    };
  }
}
