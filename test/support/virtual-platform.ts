import { TransportError } from '../../src/http';
import type { HttpResponse, Transport } from '../../src/http';
import { FunctionRuntime, LogBook, resolveOptions, SessionStorage, throwingOnErrorStatus, Transformer, VirtualClock } from '../../tools/sandbox';
import type {
  ExecutionRequest,
  ExecutionResult,
  FlowNode,
  FunctionEvent,
  FunctionInstance,
  HttpClient,
  HttpClientRequest,
  HttpClientResponse,
  SandboxOptions,
} from '../../tools/sandbox';
import { ConversationStore } from '../../tools/sandbox/conversations';
import { runFlow } from '../../tools/sandbox/flows';
import type { JsonObject } from '../../tools/sandbox/json';
import { askTransformer, jsonResponse } from './ask-transformer';
import { CHILDREN, renderArtifact } from './artifact-platform';
import type { NodeResult } from './artifact-platform';
import { landingAtOnce } from './landing-at-once';
import { VirtualExtension } from './virtual-extension';
import { inVirtualTime, sleepOn } from './virtual-time';

const STORE_URL = 'https://endpoint.example.com/0123456789abcdef';
export const TOKEN_URL = 'https://login.crm.example/token';
const API_URL = 'https://api.example.com';
/** A chat's webhook. It is a secret: anyone who knows it can post there. */
const ALERT_URL = 'https://hooks.example.com/services/canary-alert-url';
const FLOW_URL = 'https://endpoint.example.com/refresh-flow';
/** How long the store, the token endpoint and the trigger take to answer, milliseconds. */
const LATENCY_MS = 40;

/** 30 days need about 2600 instances. */
const MOST_INSTANCES = 3000;

export const CHAIN_SECRETS = {
  endpointSecret: 'canary-endpoint-secret-c1d2',
  clientSecret: 'canary-client-secret-c1d2',
  apiKey: 'canary-api-key-c1d2',
};

export interface VirtualToken {
  /** Default `accessToken`. */
  tokenName?: string;
  /** Seconds. */
  lifetime: number;
  /** Default 90. */
  refreshPercent?: number;
}

export interface VirtualPlatformOptions extends Partial<SandboxOptions>, VirtualToken {
  /** Tokens that the chain keeps besides the one above. */
  moreTokens?: VirtualToken[];
  /** Whether the chain alerts a chat about failing refreshes. */
  alerts?: boolean;
  /** If set, this Flow refreshes the chain's tokens. */
  flow?: (platform: VirtualPlatform) => FlowNode[];
  /** How far the store's clock is ahead of the Function's clock, milliseconds. */
  storeClockAheadMs?: number;
  /** Setting of the Function. If absent, it has its default. */
  functionBufferSeconds?: number;
  /** Returns how long the store, the token endpoint or the trigger takes for the next answer, milliseconds. */
  latencyMs?: () => number;
  random?: () => number;
  /** Called for each request of the Function when it is sent. */
  onFunctionRequest?: (url: string) => void;
}

/** A token request that was answered with a token. */
export interface ChainRefresh {
  tokenName: string;
  /** Unix milliseconds, when the request left. */
  at: number;
  /** When the token that it replaces was due, Unix milliseconds; `undefined` for the first one. */
  dueAt: number | undefined;
}

type NodeType = keyof typeof CHILDREN;

/** How one execution of a node went. */
export interface VirtualOutcome {
  result: NodeResult;
  /** Such as `OnSuccess`. */
  branch: string | undefined;
  execution: Omit<ExecutionResult, 'durationMs'>;
}

const rendered = new Map<string, string>();

/** Fills a configuration into a built artifact, once for each configuration. */
function render(artifact: string, config: object): string {
  const key = JSON.stringify([artifact, config]);
  const text = rendered.get(key) ?? renderArtifact(artifact, config);
  rendered.set(key, text);
  return text;
}

/** The built Function, transformer and extension in their VMs, on one virtual clock. */
export class VirtualPlatform {
  readonly clock = new VirtualClock();
  readonly logs = new LogBook(this.clock);
  readonly refreshes: ChainRefresh[] = [];
  /** Whether the token endpoint answers HTTP 503 at the moment. */
  isDown = false;
  /** The OAuth error that the token endpoint answers at the moment. */
  refusal: string | undefined;
  /** What the Endpoint of the refreshing Flow does instead of answering. */
  flowFault: 'none' | 'answers 503' | 'drops connections' | 'never answers' = 'none';
  /** The alerts that the chat got. */
  readonly alerts: { at: number; body: JsonObject }[] = [];
  /** Whether the chat's webhook answers HTTP 500. */
  isChatDown = false;
  /** The API key that the platform accepts. */
  triggerKey = CHAIN_SECRETS.apiKey;
  readonly conversations = new ConversationStore();
  /** When requests came while the token endpoint was down, Unix milliseconds. */
  readonly refused: number[] = [];
  /** The parameters of every instance, as the platform lists them. */
  readonly parameters: Record<string, unknown>[] = [];
  readonly runtime: FunctionRuntime;
  /** The Function as pasted. */
  readonly code: string;
  readonly storage: SessionStorage;
  private readonly transformer: Transformer;
  private extension: VirtualExtension | undefined;
  private readonly functionId: string;
  private readonly flow: FlowNode[] | undefined;
  private readonly tokens: Required<VirtualToken>[];
  private readonly latencyMs: () => number;
  /** When each token expires, Unix milliseconds. */
  private readonly expiries = new Map<string, number>();

  constructor(private readonly options: VirtualPlatformOptions) {
    const { clock, logs: logBook } = this;
    this.latencyMs = options.latencyMs ?? (() => LATENCY_MS);
    this.tokens = [options, ...(options.moreTokens ?? [])].map(({ tokenName = 'accessToken', lifetime, refreshPercent = 90 }) => {
      return { tokenName, lifetime, refreshPercent };
    });
    const sandboxOptions = resolveOptions({ moduleState: 'kept', transformerTimeoutMs: 60_000, ...options });
    const send: HttpClient = (request) => {
      options.onFunctionRequest?.(request.url);
      return this.http(request);
    };
    const http = options.httpErrorStatusThrows === true ? throwingOnErrorStatus(send) : send;
    this.storage = new SessionStorage(landingAtOnce(clock), sandboxOptions);
    const { storeClockAheadMs = 0, random } = options;
    this.transformer = new Transformer(render('transformer-rest', { endpointSecret: CHAIN_SECRETS.endpointSecret }), 'rest', 'store', {
      clock: { now: () => clock.now() + storeClockAheadMs, setTimeout: (callback, ms) => clock.setTimeout(callback, ms) },
      options: sandboxOptions,
      logBook,
      openSession: () => this.storage.access('store'),
      openRequest: () => () => Promise.reject(new Error('the store needs no request')),
    });
    this.runtime = new FunctionRuntime({
      clock,
      logBook,
      http,
      options: sandboxOptions,
      onEvent: (event) => this.note(event),
      ...(random === undefined ? {} : { random }),
    });
    // The configuration needs the Function's id, which is known only after this.
    this.functionId = this.runtime.create({ name: 'chain', code: 'export default () => undefined' });
    this.code = render('function', this.chainConfig('THE-FUNCTION')).replaceAll('THE-FUNCTION', this.functionId);
    this.runtime.update(this.functionId, { code: this.code });
    this.flow = options.flow?.(this);
  }

  start(parameters: object = {}): void {
    this.runtime.trigger(this.functionId, parameters);
  }

  /** The instances that are active or queued. */
  get running(): FunctionInstance[] {
    return this.runtime.list(this.functionId).filter(({ finishedAt }) => finishedAt === undefined);
  }

  /** Stops the chain's running instances, as the user interface does. */
  killChain(): void {
    for (const { _id } of this.running) this.runtime.stop(this.functionId, _id);
  }

  /** Stores a token with the classic update. @param lifetime seconds @param timestamp Unix seconds */
  async seed(lifetime: number, timestamp: number): Promise<void> {
    const token = { access_token: 'canary-access-token-seeded', token_type: 'Bearer', expires_in: lifetime };
    const { status } = await this.askStore({ token, timestamp, endpointSecret: CHAIN_SECRETS.endpointSecret });
    expect(status).toBe(200);
    this.expiries.set(token.access_token, (timestamp + lifetime) * 1000);
  }

  /** Lets time pass until the token has been requested this often. Stops a chain that runs wild. */
  async runUntilRefreshed(times: number): Promise<void> {
    const isWild = () => this.parameters.length > MOST_INSTANCES;
    const reached = await this.clock.runUntil(() => this.refreshes.length >= times || isWild());
    if (isWild()) throw new Error(`There were more than ${MOST_INSTANCES} instances: the chain loops without a pause.`);
    if (!reached) throw new Error(`The chain has ended: ${this.logs.text()}`);
  }

  /** Lets time pass until a condition holds. @throws Error if it does not within an hour */
  async reach(what: string, holds: () => boolean): Promise<void> {
    const end = this.clock.now() + 3_600_000;
    await this.clock.runUntil(() => holds() || this.clock.now() > end);
    if (!holds()) throw new Error(`This never came true: ${what}. ${this.logs.text().slice(-2000)}`);
  }

  /** What a bot builder enters in a node for the shared store and for a token name. */
  nodeConfig(tokenName = 'accessToken'): JsonObject {
    const { endpointSecret, clientSecret } = CHAIN_SECRETS;
    const { refreshPercent } = this.tokenOf(tokenName);
    return {
      connection: { tokenUrl: TOKEN_URL, clientId: tokenName, clientSecret },
      store: 'endpoint',
      endpointConnection: { url: STORE_URL, endpointSecret },
      tokenName,
      refreshPercent,
    };
  }

  /** A node's `cognigyApiConnection`, with which it restarts a chain that has stopped. `changes` override fields. */
  apiConnection(changes: object = {}): JsonObject {
    return { apiUrl: API_URL, apiKey: CHAIN_SECRETS.apiKey, functionId: this.functionId, ...changes };
  }

  /**
   * Runs a node of the built extension. It does not let time pass; the caller must.
   *
   * @param changes to `nodeConfig()`
   */
  async execute(type: NodeType, changes: JsonObject = {}, start: { context?: JsonObject; input?: JsonObject } = {}): Promise<VirtualOutcome> {
    const childConfigs = (CHILDREN[type] ?? []).map((child) => ({ id: `to-${child}`, type: type + child, config: {} }));
    const config = { ...this.nodeConfig(changes['tokenName'] as string | undefined), ...changes };
    const request = { type, nodeId: 'node', config, childConfigs, context: {}, input: {}, profile: {}, ...start };
    const execution = await this.executeRequest(request);
    const result = execution.context['accessToken'] as NodeResult;
    return { result, branch: execution.nextNodeId?.replace('to-', ''), execution };
  }

  /** Like `execute`, but lets time pass until the node is done. */
  async run(...execution: Parameters<VirtualPlatform['execute']>): Promise<VirtualOutcome> {
    return inVirtualTime(this.clock, this.execute(...execution));
  }

  /** Calls the protected API with a result's token. @returns the HTTP status */
  callApi({ access_token }: Pick<NodeResult, 'access_token'>): number {
    return this.clock.now() < (this.expiries.get(access_token) ?? 0) ? 200 : 401;
  }

  close(): void {
    this.runtime.close();
    this.storage.close();
  }

  private readonly http: HttpClient = async (request) => {
    await sleepOn(this.clock)(this.latencyMs());
    const { url, data, headers } = request;
    if (url === STORE_URL) return this.askStore(data);
    if (url === TOKEN_URL) return this.issueToken(request);
    if (url === FLOW_URL) return this.wakeFlow(data);
    if (url === ALERT_URL) {
      this.alerts.push({ at: this.clock.now(), body: data as JsonObject });
      return jsonResponse(this.isChatDown ? 500 : 200, 'ok');
    }
    if (url !== `${API_URL}/new/v2.0/functions/${this.functionId}/trigger`)
      throw new Error(`There is nothing at ${url}.`);
    if (headers?.['X-API-Key'] !== this.triggerKey) return jsonResponse(401, { title: 'Unauthorized' });
    return jsonResponse(201, {
      functionInstanceId: this.runtime.trigger(this.functionId, (data as { parameters: unknown }).parameters),
    });
  };

  /** The nodes' HTTP client. It reaches the same services, within a time limit. */
  private readonly nodeTransport: Transport = async ({ body, ...request }, timeoutMs) => {
    const timeUp = sleepOn(this.clock)(timeoutMs).then((): HttpResponse => {
      throw new TransportError('timeout');
    });
    const answered = this.http({ ...request, data: body }).then(({ status, headers, data }): HttpResponse => {
      return { status, headers: headers as Record<string, string>, data: JSON.stringify(data) };
    });
    return Promise.race([answered, timeUp]);
  };

  private issueToken({ headers, data }: HttpClientRequest): HttpClientResponse {
    const credentials = Buffer.from(headers?.['authorization']?.slice('Basic '.length) ?? '', 'base64').toString();
    const [tokenName = '', secret] = credentials.split(':');
    expect([secret, data]).toEqual([CHAIN_SECRETS.clientSecret, 'grant_type=client_credentials']);
    const { lifetime, refreshPercent } = this.tokenOf(tokenName);
    const at = this.clock.now() - LATENCY_MS;
    if (this.isDown) {
      this.refused.push(at);
      return jsonResponse(503, 'down for maintenance');
    }
    if (this.refusal !== undefined) return jsonResponse(400, { error: this.refusal });
    const previous = this.refreshes.filter((refresh) => refresh.tokenName === tokenName).pop();
    // The record's timestamp is whole seconds, rounded down.
    const issuedAt = previous === undefined ? undefined : Math.floor(previous.at / 1000) * 1000;
    this.refreshes.push({
      tokenName,
      at,
      dueAt: issuedAt === undefined ? undefined : issuedAt + lifetime * refreshPercent * 10,
    });
    const access_token = `canary-access-token-${this.refreshes.length}`;
    this.expiries.set(access_token, this.clock.now() + lifetime * 1000);
    return jsonResponse(200, { access_token, token_type: 'Bearer', expires_in: lifetime });
  }

  private askStore(body: unknown): Promise<HttpClientResponse> {
    return askTransformer(this.transformer, body);
  }

  /** Sends a message to the Endpoint of the refreshing Flow. */
  private async wakeFlow(body: unknown): Promise<HttpClientResponse> {
    const { flowFault } = this;
    if (flowFault === 'never answers') return new Promise(() => undefined);
    if (flowFault === 'drops connections') throw new Error('socket hang up');
    if (flowFault === 'answers 503' || this.flow === undefined) return jsonResponse(503, 'down for maintenance');
    const input = body as JsonObject & { userId: string; sessionId: string };
    const outputStack: JsonObject[] = [];
    await runFlow(this.flow, this.conversations.open('refresh-flow', input.userId, input.sessionId), input, {
      http: this.http,
      execute: async (request) => ({ ...(await this.executeRequest(request)), durationMs: 0 }),
      resolveConnections: (config) => config,
      onOutput: async ({ text, data }) => void outputStack.push({ text, data, source: 'bot' }),
    });
    return jsonResponse(200, { text: '', data: Object.assign({}, ...outputStack.map(({ data }) => data)) as object, outputStack });
  }

  private async executeRequest(request: ExecutionRequest): Promise<Omit<ExecutionResult, 'durationMs'>> {
    const write = (level: string, text: string) => this.logs.add('extension', level, text);
    // Created only when needed: most tests of the chain run no node.
    this.extension ??= new VirtualExtension(this.clock, this.nodeTransport, write);
    const execution = await this.extension.execute(request);
    for (const { level, text } of execution.logs) write(level, text);
    return execution;
  }

  private tokenOf(tokenName: string): Required<VirtualToken> {
    const token = this.tokens.find((candidate) => candidate.tokenName === tokenName);
    if (token === undefined) throw new Error(`There is no token "${tokenName}".`);
    return token;
  }

  private chainConfig(functionId: string): object {
    const { endpointSecret, clientSecret, apiKey } = CHAIN_SECRETS;
    const { functionTimeLimitSeconds, functionBufferSeconds, flow } = this.options;
    const tokens = this.tokens.map(({ tokenName, refreshPercent }) => {
      return { tokenName, tokenUrl: TOKEN_URL, clientId: tokenName, clientSecret, refreshPercent };
    });
    const target = flow === undefined ? {} : { refreshBy: 'flow', refreshFlowUrl: FLOW_URL };
    const api = { apiUrl: API_URL, apiKey, functionId };
    const told = this.options.alerts === true ? { alertUrl: ALERT_URL } : {};
    return { tokens, storeUrl: STORE_URL, endpointSecret, ...told, ...target, ...api, functionTimeLimitSeconds, functionBufferSeconds };
  }

  private note({ type, instance }: FunctionEvent): void {
    if (type === 'queued') this.parameters.push(instance.parameters);
  }
}

