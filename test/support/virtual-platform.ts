import { TransportError } from '../../src/http';
import type { HttpResponse, Transport } from '../../src/http';
import { FunctionRuntime, LogBook, resolveOptions, SessionStorage, throwingOnErrorStatus, Transformer, VirtualClock } from '../../src/sandbox';
import type {
  ExecutionResult,
  FunctionEvent,
  FunctionInstance,
  HttpClient,
  HttpClientRequest,
  HttpClientResponse,
  SandboxOptions,
} from '../../src/sandbox';
import { CHILDREN, renderArtifact } from './artifact-platform';
import type { NodeResult } from './artifact-platform';
import { VirtualExtension } from './virtual-extension';
import { inVirtualTime, sleepOn } from './virtual-time';

const STORE_URL = 'https://endpoint.example.com/0123456789abcdef';
export const TOKEN_URL = 'https://login.example.com/oauth2/token';
const API_URL = 'https://api.example.com';
const CLIENT_ID = 'client';
/** How long the store, the token endpoint and the trigger take to answer, milliseconds. */
const LATENCY_MS = 40;

/** 30 days take some 2600. */
const MOST_INSTANCES = 3000;

export const CHAIN_SECRETS = {
  endpointSecret: 'canary-endpoint-secret-c1d2',
  clientSecret: 'canary-client-secret-c1d2',
  apiKey: 'canary-api-key-c1d2',
};

export interface VirtualPlatformOptions extends Partial<SandboxOptions> {
  /** How far the store's clock is ahead of the Function's, milliseconds. */
  storeClockAheadMs?: number;
  /** Seconds. */
  lifetime: number;
  refreshPercent?: number;
  /** Of the Function's configuration; the default there when absent. */
  functionBufferSeconds?: number;
  /** How long the store, the token endpoint or the trigger takes to answer the next request, milliseconds. */
  latencyMs?: () => number;
  random?: () => number;
  /** Told of each request of the Function, as it leaves. */
  onFunctionRequest?: (url: string) => void;
}

/** What the token endpoint got, and what it was asked for. */
export interface ChainRefresh {
  /** Unix milliseconds, when the request left. */
  at: number;
  /** When the token that it replaces was due, Unix milliseconds; unknown for the first. */
  dueAt: number | undefined;
}

/** How one execution of a node went. */
export interface VirtualOutcome {
  result: NodeResult;
  /** Such as `OnSuccess`. */
  branch: string | undefined;
  execution: Omit<ExecutionResult, 'durationMs'>;
}

const rendered = new Map<string, string>();

/** A built artifact with its configuration filled in; once for each configuration. */
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
  /** Whether the token endpoint answers HTTP 503 for the time being. */
  isDown = false;
  /** Requests that came while it was down, Unix milliseconds. */
  readonly refused: number[] = [];
  /** The parameters of every instance, as the platform lists them. */
  readonly parameters: Record<string, unknown>[] = [];
  readonly runtime: FunctionRuntime;
  readonly storage: SessionStorage;
  private readonly transformer: Transformer;
  private extension: VirtualExtension | undefined;
  private readonly functionId: string;
  private readonly latencyMs: () => number;
  /** When each token expires, Unix milliseconds. */
  private readonly expiries = new Map<string, number>();

  constructor(private readonly options: VirtualPlatformOptions) {
    const { clock, logs: logBook } = this;
    this.latencyMs = options.latencyMs ?? (() => LATENCY_MS);
    const sandboxOptions = resolveOptions({ moduleState: 'kept', ...options });
    const send: HttpClient = (request) => {
      options.onFunctionRequest?.(request.url);
      return this.http(request);
    };
    const http = options.httpErrorStatusThrows === true ? throwingOnErrorStatus(send) : send;
    this.storage = new SessionStorage(clock, sandboxOptions);
    const { storeClockAheadMs = 0, random } = options;
    this.transformer = new Transformer(render('transformer-rest', chainConfig('', options)), 'rest', 'store', {
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
    // The id is part of the configuration, and only known afterwards.
    this.functionId = this.runtime.create({ name: 'chain', code: 'export default () => undefined' });
    const code = render('function', chainConfig('THE-FUNCTION', options));
    this.runtime.update(this.functionId, { code: code.replaceAll('THE-FUNCTION', this.functionId) });
  }

  start(parameters: object = {}): void {
    this.runtime.trigger(this.functionId, parameters);
  }

  /** Instances that are under way or about to be. */
  get running(): FunctionInstance[] {
    return this.runtime.list(this.functionId).filter(({ finishedAt }) => finishedAt === undefined);
  }

  /** Ends whatever runs of the chain, as somebody in the user interface does. */
  killChain(): void {
    for (const { _id } of this.running) this.runtime.stop(this.functionId, _id);
  }

  /** Puts a token into the store with the classic update. @param lifetime seconds @param timestamp Unix seconds */
  async seed(lifetime: number, timestamp: number): Promise<void> {
    const token = { access_token: 'canary-access-token-seeded', token_type: 'Bearer', expires_in: lifetime };
    const { status } = await this.askStore({ token, timestamp, endpointSecret: CHAIN_SECRETS.endpointSecret });
    expect(status).toBe(200);
    this.expiries.set(token.access_token, (timestamp + lifetime) * 1000);
  }

  /** Lets time pass until the token has been requested this often; a chain that runs wild is stopped. */
  async runUntilRefreshed(times: number): Promise<void> {
    const isWild = () => this.parameters.length > MOST_INSTANCES;
    const reached = await this.clock.runUntil(() => this.refreshes.length >= times || isWild());
    if (isWild()) throw new Error(`There were more than ${MOST_INSTANCES} instances: the chain loops without a pause.`);
    if (!reached) throw new Error(`The chain has ended: ${this.logs.text()}`);
  }

  /** Runs a node of the built extension; what it logs is in `logs`. Time must be let pass by somebody else. */
  async execute(type: keyof typeof CHILDREN, changes: object = {}, context: Record<string, unknown> = {}): Promise<VirtualOutcome> {
    const { endpointSecret, clientSecret, apiKey } = CHAIN_SECRETS;
    const config = {
      connection: { tokenUrl: TOKEN_URL, clientId: CLIENT_ID, clientSecret },
      store: 'endpoint',
      endpointConnection: { url: STORE_URL, endpointSecret },
      cognigyApiConnection: { apiUrl: API_URL, apiKey, functionId: this.functionId },
      refreshPercent: this.options.refreshPercent ?? 90,
      ...changes,
    };
    const childConfigs = (CHILDREN[type] ?? []).map((child) => ({ id: `to-${child}`, type: type + child, config: {} }));
    const request = { type, nodeId: 'node', config, childConfigs, context, input: {}, profile: {} };
    // Most tests of the chain run no node.
    this.extension ??= new VirtualExtension(this.clock, this.nodeTransport, (level, text) => this.logs.add('extension', level, text));
    const execution = await this.extension.execute(request);
    for (const { level, text } of execution.logs) this.logs.add('extension', level, text);
    const result = execution.context['accessToken'] as NodeResult;
    return { result, branch: execution.nextNodeId?.replace('to-', ''), execution };
  }

  /** `execute`, with time passing until it is done. */
  async run(type: keyof typeof CHILDREN, changes: object = {}, context: Record<string, unknown> = {}): Promise<VirtualOutcome> {
    return inVirtualTime(this.clock, this.execute(type, changes, context));
  }

  /** Whether the protected API takes a result's token: its HTTP status. */
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
    if (url !== `${API_URL}/new/v2.0/functions/${this.functionId}/trigger`)
      throw new Error(`There is nothing at ${url}.`);
    if (headers?.['X-API-Key'] !== CHAIN_SECRETS.apiKey) return answer(401, { title: 'Unauthorized' });
    return answer(201, {
      functionInstanceId: this.runtime.trigger(this.functionId, (data as { parameters: unknown }).parameters),
    });
  };

  /** The nodes' HTTP client: the same services, within a time limit. */
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
    expect([credentials, data]).toEqual([`${CLIENT_ID}:${CHAIN_SECRETS.clientSecret}`, 'grant_type=client_credentials']);
    const { lifetime, refreshPercent = 90 } = this.options;
    const at = this.clock.now() - LATENCY_MS;
    if (this.isDown) {
      this.refused.push(at);
      return answer(503, 'down for maintenance');
    }
    const previous = this.refreshes[this.refreshes.length - 1];
    // The record's timestamp is in whole seconds, rounded down.
    const issuedAt = previous === undefined ? undefined : Math.floor(previous.at / 1000) * 1000;
    this.refreshes.push({
      at,
      dueAt: issuedAt === undefined ? undefined : issuedAt + lifetime * refreshPercent * 10,
    });
    const access_token = `canary-access-token-${this.refreshes.length}`;
    this.expiries.set(access_token, this.clock.now() + lifetime * 1000);
    return answer(200, { access_token, token_type: 'Bearer', expires_in: lifetime });
  }

  private async askStore(body: unknown): Promise<HttpClientResponse> {
    let status = 200;
    let sent: unknown;
    const response = {
      status: (code: number) => {
        status = code;
        return response;
      },
      set: () => response,
      json: (value: unknown) => void (sent = JSON.parse(JSON.stringify(value))),
    };
    const returned = await this.transformer.run('handleInput', { request: { body }, response });
    return returned === null ? answer(status, sent) : answer(200, { text: '', data: {}, outputStack: [] });
  }

  private note({ type, instance }: FunctionEvent): void {
    if (type === 'queued') this.parameters.push(instance.parameters);
  }
}

function chainConfig(
  functionId: string,
  { refreshPercent = 90, functionTimeLimitSeconds, functionBufferSeconds }: VirtualPlatformOptions,
): object {
  const { endpointSecret, clientSecret, apiKey } = CHAIN_SECRETS;
  if (functionId === '') return { endpointSecret };
  return {
    endpointSecret,
    tokens: [{ tokenName: 'accessToken', tokenUrl: TOKEN_URL, clientId: CLIENT_ID, clientSecret, refreshPercent }],
    storeUrl: STORE_URL,
    apiUrl: API_URL,
    apiKey,
    functionId,
    functionTimeLimitSeconds,
    functionBufferSeconds,
  };
}

function answer(status: number, data: unknown): HttpClientResponse {
  return { status, statusText: '', headers: { 'Content-Type': 'application/json' }, data };
}
