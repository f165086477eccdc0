import { FunctionRuntime, LogBook, resolveOptions, SessionStorage, Transformer, VirtualClock } from '../../../tools/sandbox';
import type { HttpClient, HttpClientRequest, HttpClientResponse, SandboxOptions } from '../../../tools/sandbox';
import { askTransformer, jsonResponse } from '../../support/ask-transformer';
import { inVirtualTime, sleepOn } from '../../support/virtual-time';
import { seeded } from './seeded';
import { SlowSessions } from './slow-sessions';
import type { ReadTimes } from './slow-sessions';

const API_URL = 'https://api.example.com';
const ENDPOINT_SECRET = 'endpoint-secret-of-the-scale-tests';
const CLIENT_SECRET = 'client-secret-of-the-scale-tests';

/** How long each kind of request takes, milliseconds; a hop has two at the store. */
export interface Latencies {
  store: number;
  token: number;
  trigger: number;
}

/** Half a second a hop. */
export const LATENCIES: Latencies = { store: 100, token: 200, trigger: 100 };

export interface KeptToken {
  tokenName: string;
  /** Seconds. */
  lifetime: number;
  /** At which the chain refreshes it; default 90. */
  refreshPercent?: number;
  /** Whose token it is, to take that server down. */
  server?: string;
}

/** One Function and the Endpoint whose store it beats at. */
export interface ChainSpec {
  endpoint: string;
  tokens: readonly KeptToken[];
}

export interface ManyTokensOptions extends Partial<SandboxOptions> {
  chains: readonly ChainSpec[];
  /** Makes a file to paste from a built artifact. */
  render: (artifact: string, config: object) => string;
  latencies?: Latencies;
  /** Start-up and requests take up to this share less or more, 0 to 1; default 0. */
  jitter?: number;
  seed?: number;
  /** How the session storage reads; at once where this is left out. */
  readTimes?: ReadTimes;
}

/** One refresh that reached the store. */
export interface Refresh {
  tokenName: string;
  /** When the token request left, Unix milliseconds. */
  at: number;
  /** How long the token it replaces had been due by then, milliseconds; `undefined` for the first. */
  lateMs: number | undefined;
  /** How long there was no valid token in the store, milliseconds. */
  expiredMs: number;
}

/** Built Functions with many tokens and built transformers in their VMs, on one virtual clock. */
export class ManyTokens {
  readonly clock = new VirtualClock();
  readonly logs = new LogBook(this.clock);
  readonly refreshes: Refresh[] = [];
  /** Servers that answer HTTP 503 for the time being. */
  readonly down = new Set<string>();
  readonly runtime: FunctionRuntime;
  readonly functionIds: string[];
  readonly startedAt = this.clock.now();
  readonly sessions: SlowSessions | undefined;
  tokenRequests = 0;
  private readonly storage: SessionStorage;
  private readonly random: () => number;
  private readonly latencies: Latencies;
  private readonly transformers = new Map<string, Transformer>();
  private readonly tokens: Map<string, KeptToken>;
  /** When the tokens in the stores were issued: Unix milliseconds, whole seconds. */
  private readonly stored = new Map<string, number>();
  /** When tokens that are not stored yet were asked for, Unix milliseconds. */
  private readonly pending = new Map<string, number>();

  constructor(private readonly options: ManyTokensOptions) {
    const { chains, render, seed = 1, readTimes } = options;
    const { clock, logs: logBook } = this;
    this.random = seeded(seed);
    this.latencies = options.latencies ?? LATENCIES;
    this.tokens = new Map(chains.flatMap(({ tokens }) => tokens).map((token) => [token.tokenName, token]));
    const sandboxOptions = resolveOptions({ moduleState: 'kept', transformerTimeoutMs: 60_000, ...options });
    const startupMs = sandboxOptions.functionStartupDelayMs;
    // The runtime reads it whenever it starts an instance.
    Object.defineProperty(sandboxOptions, 'functionStartupDelayMs', { get: () => this.vary(startupMs) });
    const storage = (this.storage = new SessionStorage(clock, sandboxOptions));
    const sessions = (this.sessions = readTimes && new SlowSessions(storage, clock, readTimes));
    const transformer = render('transformer-rest', { endpointSecret: ENDPOINT_SECRET });
    for (const { endpoint } of chains) {
      const services = {
        clock,
        options: sandboxOptions,
        logBook,
        openSession: () => (sessions ?? storage).access(endpoint),
        openRequest: () => () => Promise.reject(new Error('The store sends no request.')),
      };
      this.transformers.set(endpoint, new Transformer(transformer, 'rest', endpoint, services));
    }
    const random = seeded(seed + 1);
    this.runtime = new FunctionRuntime({ clock, logBook, http: this.http, options: sandboxOptions, random });
    this.functionIds = chains.map((chain) => this.install(chain));
  }

  /** Puts tokens into the store that were all issued in this second. */
  async issueAll(): Promise<void> {
    const at = Math.floor(this.clock.now() / 1000) * 1000;
    for (const { endpoint, tokens } of this.options.chains) {
      for (const { tokenName, lifetime } of tokens) {
        this.stored.set(tokenName, at);
        const record = { token: answerOf(lifetime), timestamp: at / 1000 };
        const { status } = await this.operate(endpoint, { op: 'commit', tokenName, owner: 'seed', ifVersion: 0, record });
        if (status !== 200) throw new Error(`The store answered HTTP ${status}.`);
      }
    }
    await this.clock.advanceBy(1000);
  }

  /** Starts all chains, or one of them. */
  start(chains: readonly number[] = Object.keys(this.functionIds).map(Number)): void {
    for (const chain of chains) this.runtime.trigger(this.functionIds[chain] ?? '', {});
  }

  /** Seconds. */
  async run(seconds: number): Promise<void> {
    await this.clock.advanceBy(seconds * 1000);
  }

  /** Lets an Endpoint's store carry out one operation, as if sending it took no time. */
  operate(endpoint: string, tokenStore: object): Promise<HttpClientResponse> {
    return inVirtualTime(this.clock, this.askStore(endpoint, { endpointSecret: ENDPOINT_SECRET, tokenStore }));
  }

  /** The log lines of one chain. */
  log(chain = 0): string[] {
    const source = `function:${this.functionIds[chain] ?? ''}`;
    return this.logs.entries.filter((entry) => entry.source === source).map(({ text }) => text);
  }

  close(): void {
    this.runtime.close();
    this.storage.close();
  }

  private install({ endpoint, tokens }: ChainSpec): string {
    const { runtime, options } = this;
    // The id is part of the configuration, and only known afterwards.
    const functionId = runtime.create({ name: endpoint, code: 'export default () => undefined' });
    const config = {
      tokens: tokens.map(({ tokenName, refreshPercent = 90, server = 'login' }) => ({
        tokenName,
        tokenUrl: `https://${server}.example.com/oauth2/token`,
        clientId: tokenName,
        clientSecret: CLIENT_SECRET,
        refreshPercent,
      })),
      storeUrl: `https://endpoint.example.com/${endpoint}`,
      endpointSecret: ENDPOINT_SECRET,
      apiUrl: API_URL,
      apiKey: 'api-key-of-the-scale-tests',
      functionId,
    };
    runtime.update(functionId, { code: options.render('function', config) });
    return functionId;
  }

  private readonly http: HttpClient = async (request) => {
    const { hostname, pathname } = new URL(request.url);
    if (hostname === 'endpoint.example.com') {
      await this.pass(this.latencies.store);
      return this.askStore(pathname.slice(1), request.data);
    }
    if (hostname === 'api.example.com') {
      await this.pass(this.latencies.trigger);
      const functionId = pathname.split('/')[4] ?? '';
      const { parameters } = request.data as { parameters: unknown };
      return jsonResponse(201, { functionInstanceId: this.runtime.trigger(functionId, parameters) });
    }
    return this.issueToken(request, hostname.split('.')[0] ?? '');
  };

  private async issueToken({ headers }: HttpClientRequest, server: string): Promise<HttpClientResponse> {
    const at = this.clock.now();
    this.tokenRequests += 1;
    await this.pass(this.latencies.token);
    if (this.down.has(server)) return jsonResponse(503, 'down for maintenance');
    const credentials = Buffer.from(headers?.['authorization']?.slice('Basic '.length) ?? '', 'base64').toString();
    const token = this.tokens.get(credentials.split(':')[0] ?? '');
    if (token === undefined) return jsonResponse(401, { error: 'invalid_client' });
    this.pending.set(token.tokenName, at);
    return jsonResponse(200, answerOf(token.lifetime));
  }

  private async askStore(endpoint: string, body: unknown): Promise<HttpClientResponse> {
    const transformer = this.transformers.get(endpoint);
    if (transformer === undefined) return jsonResponse(404, {});
    // As the sandbox answers for a transformer that took too long.
    const response = await askTransformer(transformer, toJson(body)).catch(() => jsonResponse(500, {}));
    if (response.status === 200) this.noteCommit(body);
    return response;
  }

  private noteCommit(body: unknown): void {
    const { op, tokenName } = (body as { tokenStore: { op: string; tokenName: string } }).tokenStore;
    const at = this.pending.get(tokenName);
    const token = this.tokens.get(tokenName);
    if (op !== 'commit' || at === undefined || token === undefined) return;
    const replaced = this.stored.get(tokenName);
    const { lifetime, refreshPercent = 90 } = token;
    const lateMs = replaced && at - replaced - lifetime * refreshPercent * 10;
    const expiredMs = replaced ? Math.max(0, this.clock.now() - replaced - lifetime * 1000) : 0;
    this.refreshes.push({ tokenName, at, lateMs, expiredMs });
    // A record's timestamp is in whole seconds, rounded down.
    this.stored.set(tokenName, Math.floor(at / 1000) * 1000);
    this.pending.delete(tokenName);
  }

  private pass(ms: number): Promise<void> {
    return sleepOn(this.clock)(this.vary(ms));
  }

  private vary(ms: number): number {
    const { jitter = 0 } = this.options;
    return Math.round(ms * (1 + jitter * (2 * this.random() - 1)));
  }
}

/** So many tokens of one lifetime, seconds. */
export function tokensOf(count: number, lifetime: number, name = 'token'): KeptToken[] {
  return Array.from({ length: count }, (_, index) => ({ tokenName: `${name}-${index}`, lifetime }));
}

let answered = 0;

/** With an access token as long as a JWT is, and like no other one. */
function answerOf(lifetime: number): object {
  answered += 1;
  return { access_token: String(answered).padStart(1200, 'a'), token_type: 'Bearer', expires_in: lifetime };
}

function toJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
