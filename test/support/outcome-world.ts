import { TransportError } from '../../src/http';
import type { HttpRequest, HttpResponse, JsonObject, Transport } from '../../src/http';
import type { ApiResult } from '../../src/api-request';
import type { ErrorCode, ErrorReport } from '../../src/errors';
import type { ExecutionResult, HttpClient, HttpClientRequest, HttpClientResponse } from '../../tools/sandbox';
// Not the whole sandbox, which is slow to load.
import { FunctionRuntime } from '../../tools/sandbox/functions/runtime';
import { LogBook } from '../../tools/sandbox/log-book';
import { resolveOptions } from '../../tools/sandbox/options';
import { SessionStorage } from '../../tools/sandbox/session-storage';
import { Transformer } from '../../tools/sandbox/transformers/transformer';
import { VirtualClock } from '../../tools/sandbox/virtual-clock';
import { askTransformer, jsonResponse } from './ask-transformer';
import type { NodeResult } from './artifact-platform';
import { landingAtOnce } from './landing-at-once';
import { RedisDouble, refusing, replying } from './redis-in-time';
import type { Connect } from './redis-in-time';
import { CHILDREN, renderArtifact, renderTransformer } from './rendered';
import { VirtualExtension } from './virtual-extension';
import { inVirtualTime, sleepOn } from './virtual-time';

export const TOKEN_URL = 'https://login.example.com/oauth2/token';
const STORE_URL = 'https://endpoint.example.com/0123456789abcdef';
const API_URL = 'https://api.example.com';
/** An API that accepts the tokens. */
export const ORDERS_URL = 'https://orders.example.com/v1/orders';
const FUNCTION_ID = '64b7f0c2a1b2c3d4e5f60718';

/** Every secret contains "canary", so that tests find it wherever it is shown, even in the Basic credentials of `a-client`. */
export const CLIENT_SECRET = 'canary-client-secret-31c4';
const ENDPOINT_SECRET = 'canary-endpoint-secret-31c4';
const ENCRYPTION_KEY = 'canary-encryption-key-31c4';
const API_KEY = 'canary-api-key-31c4';
const CANARY = /canary|YS1jbGllbnQ6Y2FuYXJ5/;

/** How long every server takes to answer, milliseconds. */
const LATENCY_MS = 40;
const MOST_API_CALLS = 5;
const HANGS_AFTER_MS = 120_000;

/** Where the token is stored. Most outcomes must not depend on it. */
export type Store = 'conversation' | 'endpoint' | 'redis';

/** What the token endpoint got. */
export interface Seen {
  /** Unix milliseconds. */
  at: number;
  by: 'node' | 'Function';
  url: string;
  headers: Record<string, string>;
  parameters: Record<string, string>;
}

/** An answer, or a `TransportError` if there is none. */
export type Answer = Partial<HttpResponse> | TransportError;

/** What a bot builder is told about a problem. */
export interface Told {
  code: ErrorCode;
  message?: RegExp;
  remedy?: RegExp;
  status?: number;
}

export interface Outcome {
  branch: string | undefined;
  result: NodeResult & { warning?: { code: string; message: string; remedy: string }; grant?: string; token_type: string; lifetime_assumed?: true };
  log: string;
  /** The requests to the token endpoint meanwhile. */
  sent: Seen[];
  execution: Omit<ExecutionResult, 'durationMs'>;
}

/** What the API got. */
export interface SeenCall {
  /** Unix milliseconds. */
  at: number;
  method: string;
  url: string;
  headers: Record<string, string>;
  body: unknown;
}

/** The outcome of Authorized Request. */
export interface CallOutcome {
  branch: string | undefined;
  result: Partial<ApiResult> & { error?: ErrorReport };
  log: string;
  execution: Omit<ExecutionResult, 'durationMs'>;
}

/** What a conversation keeps from turn to turn. */
export interface Conversation {
  context: JsonObject;
}

/**
 * The built extension, transformer and Function in their VMs, on one virtual clock, with a scripted token endpoint and each of
 * the three stores. It is loaded once for each file. `begin` resets it for each test.
 */
export class OutcomeWorld {
  readonly clock = new VirtualClock();
  sent: Seen[] = [];
  /** The token endpoint's answer. */
  answer: (request: Seen, index: number) => Answer = (_, index) => issue(`token-${index + 1}`);
  calls: SeenCall[] = [];
  /** The API's answer. By default, the API accepts only the latest token. */
  apiAnswer = this.takingLastToken();
  /** How long the token endpoint takes, milliseconds. */
  latencyMs = LATENCY_MS;
  /** Whether the Endpoint and Redis fail at the moment. */
  isStoreDown = false;
  /** If set, Redis answers everything with this. */
  redisReply: string | undefined;
  /** How far the clock of the nodes and the Function is ahead of the servers', milliseconds. */
  aheadMs = 0;
  private tests = 0;
  private storage = this.newStorage();
  private connect: Connect;
  private readonly openRedis: (clock: VirtualClock) => Connect;
  private chain: JsonObject = {};
  private functions: { of: string; id: string; runtime: FunctionRuntime } | undefined;
  private readonly logs = new LogBook(this.clock);
  private readonly redisUrl: string;
  private readonly ownClock = {
    now: () => this.clock.now() + this.aheadMs,
    setTimeout: (callback: () => void, ms: number) => this.clock.setTimeout(callback, ms),
  };
  private readonly extension: VirtualExtension;
  private readonly transformer: Transformer;

  /** @param redis a real server, and how to connect to it */
  constructor(redis?: { url: string; connect: (clock: VirtualClock) => Connect }) {
    this.redisUrl = redis?.url ?? 'redis://127.0.0.1:6379';
    this.openRedis = redis?.connect ?? ((clock) => new RedisDouble(clock).connect);
    this.connect = this.openRedis(this.clock);
    const createConnection: Connect = (options) => {
      if (this.redisReply !== undefined) return replying(this.clock, this.redisReply)(options);
      return (this.isStoreDown ? refusing(this.clock) : this.connect)(options);
    };
    this.extension = new VirtualExtension(this.ownClock, this.nodeTransport, (_, text) => expect(text).toBe(''), { net: { createConnection } });
    const options = resolveOptions({ moduleState: 'kept', transformerTimeoutMs: HANGS_AFTER_MS });
    this.transformer = new Transformer(renderTransformer(ENDPOINT_SECRET), 'rest', 'store', {
      clock: this.clock,
      options,
      logBook: this.logs,
      openSession: () => this.storage.access('store'),
      openRequest: () => () => Promise.reject(new Error('The store needs no request.')),
    });
  }

  /** Empties the stores and resets everything that a test may have changed. */
  async begin(): Promise<void> {
    this.tests += 1;
    this.sent = [];
    this.answer = (_, index) => issue(`token-${index + 1}`);
    this.calls = [];
    this.apiAnswer = this.takingLastToken();
    this.latencyMs = LATENCY_MS;
    this.isStoreDown = false;
    this.redisReply = undefined;
    this.aheadMs = 0;
    this.chain = {};
    this.storage.close();
    this.storage = this.newStorage();
    this.connect = this.openRedis(this.clock);
    // A whole second, because lifetimes are in seconds.
    await this.clock.advanceTo(Math.ceil(this.clock.now() / 1000 + 1) * 1000);
  }

  close(): void {
    this.storage.close();
    this.functions?.runtime.close();
  }

  /** Scripts the token endpoint's answers, in order. The last one repeats. */
  play(...answers: Answer[]): void {
    const first = this.sent.length;
    this.answer = (_, index) => answers[Math.min(index - first, answers.length - 1)] ?? issue('token');
  }

  /** Lets time pass. */
  pass(seconds: number): Promise<void> {
    return this.clock.advanceBy(seconds * 1000);
  }

  /** What a bot builder enters for a store. */
  config(store: Store, connection: object = {}, changes: object = {}): JsonObject {
    const settings = { tokenUrl: TOKEN_URL, clientId: 'a-client', clientSecret: CLIENT_SECRET, ...connection };
    const stores = {
      conversation: {},
      endpoint: { endpointConnection: { url: STORE_URL, endpointSecret: ENDPOINT_SECRET } },
      redis: { redisConnection: { url: this.redisUrl, keyPrefix: `test-${this.tests}:`, encryptionKey: ENCRYPTION_KEY } },
    };
    return { connection: settings, store, ...stores[store], ...changes };
  }

  /**
   * Runs a node, and checks what must hold in every case: it does not throw, chooses one branch, makes few calls, and shows no
   * secret. The result is either an error that says what to do, or a token that fits into a header.
   */
  async run(config: object, conversation: Conversation = { context: {} }, type = 'getAccessToken'): Promise<Outcome> {
    const before = this.sent.length;
    const childConfigs = (CHILDREN[type] ?? []).map((child) => ({ id: `to-${child}`, type: type + child, config: {} }));
    const request = { type, nodeId: 'node', config: config as JsonObject, childConfigs, context: conversation.context, input: {}, profile: {} };
    const execution = await inVirtualTime(this.clock, this.extension.execute(request));
    conversation.context = execution.context;
    const key = (config as { storeLocation?: string }).storeLocation === 'input' ? execution.input : execution.context;
    const result = key['accessToken'] as Outcome['result'];
    const branch = execution.nextNodeId?.replace('to-', '');
    const log = execution.logs.map(({ text }) => text).join('\n');
    if (CANARY.exec(JSON.stringify(execution))) throw new Error(`A secret is shown: ${JSON.stringify(execution)}`);
    const { error } = result;
    // A single expectation, because thousands of executions pass here.
    expect({
      thrown: execution.extensionError,
      isBusy: execution.apiCalls > MOST_API_CALLS,
      branch: branch === 'OnError' ? 'error' : branch !== undefined,
      // A token as in RFC 6749 A.12 and RFC 9110 §11.1, or an error that says what happened and what to do.
      isUsable: error === undefined ? /^[\w-]+ [ -~]+$/.test(result.authorization) : [error.message, error.remedy].every((text) => /^[A-Z[]./.test(text)),
      isAlone: error === undefined || Object.keys(result).length === 1,
    }).toEqual({ thrown: undefined, isBusy: false, branch: error === undefined ? true : 'error', isUsable: true, isAlone: true });
    return { branch, result, log, sent: this.sent.slice(before), execution };
  }

  /** Runs Authorized Request, in one conversation or in several at once, and checks what must hold in every case. */
  async callFrom(conversations: Conversation[], config: object): Promise<CallOutcome[]> {
    const childConfigs = ['OnSuccess', 'OnError'].map((child) => ({ id: child, type: `authorizedRequest${child}`, config: {} }));
    const request = { type: 'authorizedRequest', nodeId: 'node', config: { url: ORDERS_URL, ...config } as JsonObject, childConfigs, input: {}, profile: {} };
    const running = conversations.map(({ context }) => this.extension.execute({ ...request, context }));
    const executions = await inVirtualTime(this.clock, Promise.all(running));
    return executions.map((execution, index) => {
      const conversation = conversations[index];
      if (conversation !== undefined) conversation.context = execution.context;
      const result = execution.context['apiResponse'] as CallOutcome['result'];
      const log = execution.logs.map(({ text }) => text).join('\n');
      const branch = execution.nextNodeId;
      if (CANARY.exec(JSON.stringify(execution))) throw new Error(`A secret is shown: ${JSON.stringify(execution)}`);
      // Only the conversation's copy may show the token.
      expect(JSON.stringify([result, log])).not.toMatch(/token-\d|Bearer/);
      expect({ thrown: execution.extensionError, isBusy: execution.apiCalls > MOST_API_CALLS, branch }).toEqual({
        thrown: undefined,
        isBusy: false,
        branch: result.error === undefined ? 'OnSuccess' : 'OnError',
      });
      return { branch, result, log, execution };
    });
  }

  async call(config: object, conversation: Conversation = { context: {} }): Promise<CallOutcome> {
    const [outcome] = await this.callFrom([conversation], config);
    if (outcome === undefined) throw new Error('Nothing came of it.');
    return outcome;
  }

  private takingLastToken(): (call: SeenCall, index: number) => Answer | Promise<Answer> {
    return ({ headers }) => {
      const isLast = headers['authorization'] === `Bearer token-${this.sent.length}`;
      return isLast ? { data: JSON.stringify({ orders: [1, 2] }) } : { status: 401, data: '{"error":"token refused"}' };
    };
  }

  /**
   * Runs the next instance of the chain, however long it sleeps first.
   *
   * @param token the token in the configuration file
   * @param env the environment that fills in the file's references
   */
  async hop(token: object = {}, env: Record<string, string> = {}): Promise<Pick<Outcome, 'log' | 'sent'>> {
    const before = this.sent.length;
    const tokens = [{ tokenUrl: TOKEN_URL, clientId: 'a-client', clientSecret: CLIENT_SECRET, ...token }];
    const api = { apiUrl: API_URL, apiKey: API_KEY, functionId: FUNCTION_ID };
    const { runtime, id } = this.functionOf({ tokens, storeUrl: STORE_URL, endpointSecret: ENDPOINT_SECRET, ...api }, env);
    const instanceId = runtime.trigger(id, this.chain);
    await this.clock.runUntil(() => runtime.get(id, instanceId).finishedAt !== undefined);
    const instance = runtime.get(id, instanceId);
    expect(instance).toMatchObject({ status: 'done', refusedHttpRequests: 0 });
    const log = instance.log.join('\n');
    if (CANARY.exec(JSON.stringify(instance))) throw new Error(`A secret is shown: ${JSON.stringify(instance)}`);
    return { log, sent: this.sent.slice(before) };
  }

  /** Posts to the Endpoint, as anyone with its secret can. */
  async post(body: object): Promise<HttpClientResponse> {
    return this.askStore({ endpointSecret: ENDPOINT_SECRET, ...body });
  }

  private functionOf(config: object, env: Record<string, string>) {
    const of = JSON.stringify([config, env]);
    if (this.functions?.of === of) return this.functions;
    this.functions?.runtime.close();
    const runtime = new FunctionRuntime({ clock: this.ownClock, logBook: this.logs, http: this.http('Function'), options: resolveOptions({}) });
    const id = runtime.create({ name: 'chain', code: renderArtifact('function', config, env) });
    this.functions = { of, id, runtime };
    return this.functions;
  }

  private newStorage(): SessionStorage {
    return new SessionStorage(landingAtOnce(this.clock), resolveOptions({}));
  }

  private http(by: Seen['by']): HttpClient {
    return async ({ url, headers = {}, data }) => {
      if (url.startsWith(TOKEN_URL)) return this.askTokenEndpoint({ by, url, headers }, data as string);
      await sleepOn(this.clock)(LATENCY_MS);
      if (url === STORE_URL) return this.isStoreDown ? jsonResponse(503, 'down for maintenance') : this.askStore(data);
      if (url !== `${API_URL}/new/v2.0/functions/${FUNCTION_ID}/trigger`) throw new Error(`There is nothing at ${url}.`);
      this.chain = (data as { parameters: JsonObject }).parameters;
      return jsonResponse(201, { functionInstanceId: 'the next' });
    };
  }

  private async askTokenEndpoint(request: Pick<Seen, 'by' | 'url' | 'headers'>, body: string): Promise<HttpClientResponse> {
    const seen = { ...request, at: this.clock.now(), parameters: Object.fromEntries(new URLSearchParams(body)) };
    this.sent.push(seen);
    const answer = this.answer(seen, this.sent.length - 1);
    await sleepOn(this.clock)(this.latencyMs);
    if (answer instanceof TransportError) throw answer;
    const { status = 200, headers: answered = {}, data = '' } = answer;
    return { status, statusText: '', headers: answered, data };
  }

  private readonly nodeTransport: Transport = async ({ body, ...request }, timeoutMs) => {
    const timeUp = sleepOn(this.clock)(timeoutMs).then((): HttpResponse => {
      throw new TransportError('timeout');
    });
    if (request.url.startsWith(ORDERS_URL)) return Promise.race([this.askApi({ ...request, body }), timeUp]);
    const sent: HttpClientRequest = { ...request, data: body };
    const answered = this.http('node')(sent).then(({ status, headers, data }): HttpResponse => {
      return { status, headers: headers as Record<string, string>, data };
    });
    return Promise.race([answered, timeUp]);
  };

  private async askApi({ method, url, headers, body }: HttpRequest): Promise<HttpResponse> {
    const call = { at: this.clock.now(), method, url, headers, body };
    this.calls.push(call);
    const answer = await this.apiAnswer(call, this.calls.length - 1);
    await sleepOn(this.clock)(LATENCY_MS);
    if (answer instanceof TransportError) throw answer;
    return { status: 200, headers: {}, data: '', ...answer };
  }

  private askStore(body: unknown): Promise<HttpClientResponse> {
    return askTransformer(this.transformer, body);
  }
}

/** A token endpoint's answer with a token that lives 100 s. */
export function issue(access_token: string, members: object = {}): Partial<HttpResponse> {
  return { data: JSON.stringify({ access_token, token_type: 'Bearer', expires_in: 100, ...members }) };
}

export function refuse(error: string, status = 400, members: object = {}): Partial<HttpResponse> {
  return { status, data: JSON.stringify({ error, ...members }) };
}

/** Checks what a bot builder is told. */
export function expectTold(report: { code: string; message: string; remedy: string; status?: number } | undefined, told: Told): void {
  expect(report?.code).toBe(told.code);
  if (told.message !== undefined) expect(report?.message).toMatch(told.message);
  if (told.remedy !== undefined) expect(report?.remedy).toMatch(told.remedy);
  if (told.status !== undefined) expect(report?.status).toBe(told.status);
}

/** A world for all tests of a file, reset for each of them. */
export function useOutcomeWorld(make: () => OutcomeWorld | Promise<OutcomeWorld> = () => new OutcomeWorld()): () => OutcomeWorld {
  let world: OutcomeWorld;
  beforeAll(async () => {
    world = await make();
  });
  beforeEach(() => world.begin());
  afterAll(() => world.close());
  return () => world;
}
