import {
  SessionStorage,
  FunctionRuntime,
  LogBook,
  resolveOptions,
  throwingOnErrorStatus,
  Transformer,
  VirtualClock,
} from '../../src/sandbox';
import type {
  FunctionEvent,
  HttpClient,
  HttpClientRequest,
  HttpClientResponse,
  SandboxOptions,
} from '../../src/sandbox';
import { renderArtifact } from './artifact-platform';
import { sleepOn } from './virtual-time';

const STORE_URL = 'https://endpoint.example.com/0123456789abcdef';
const TOKEN_URL = 'https://login.example.com/oauth2/token';
const API_URL = 'https://api.example.com';
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
}

/** What the token endpoint got, and what it was asked for. */
export interface ChainRefresh {
  /** Unix milliseconds, when the request left. */
  at: number;
  /** When the token that it replaces was due, Unix milliseconds; unknown for the first. */
  dueAt: number | undefined;
}

const rendered = new Map<string, string>();

/** A built artifact with its configuration filled in by the built command line; once, since that takes a process. */
function render(artifact: string, config: object): string {
  const key = JSON.stringify([artifact, config]);
  const text = rendered.get(key) ?? renderArtifact(artifact, config);
  rendered.set(key, text);
  return text;
}

/** The built Function and the built transformer in their VMs, on one virtual clock. */
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
  private readonly functionId: string;

  constructor(private readonly options: VirtualPlatformOptions) {
    const { clock, logs: logBook } = this;
    const sandboxOptions = resolveOptions({ moduleState: 'kept', ...options });
    const http = options.httpErrorStatusThrows === true ? throwingOnErrorStatus(this.http) : this.http;
    this.storage = new SessionStorage(clock, sandboxOptions);
    const { storeClockAheadMs = 0 } = options;
    this.transformer = new Transformer(render('transformer-rest', chainConfig('', 90)), 'rest', 'store', {
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
    });
    // The id is part of the configuration, and only known afterwards.
    this.functionId = this.runtime.create({ name: 'chain', code: 'export default () => undefined' });
    const code = render('function', chainConfig('THE-FUNCTION', options.refreshPercent ?? 90));
    this.runtime.update(this.functionId, { code: code.replaceAll('THE-FUNCTION', this.functionId) });
  }

  start(parameters: object = {}): void {
    this.runtime.trigger(this.functionId, parameters);
  }

  /** Lets time pass until the token has been requested this often; a chain that runs wild is stopped. */
  async runUntilRefreshed(times: number): Promise<void> {
    const isWild = () => this.parameters.length > MOST_INSTANCES;
    const reached = await this.clock.runUntil(() => this.refreshes.length >= times || isWild());
    if (isWild()) throw new Error(`There were more than ${MOST_INSTANCES} instances: the chain loops without a pause.`);
    if (!reached) throw new Error(`The chain has ended: ${this.logs.text()}`);
  }

  close(): void {
    this.runtime.close();
    this.storage.close();
  }

  private readonly http: HttpClient = async (request) => {
    await sleepOn(this.clock)(LATENCY_MS);
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

  private issueToken({ headers, data }: HttpClientRequest): HttpClientResponse {
    const credentials = Buffer.from(headers?.['authorization']?.slice('Basic '.length) ?? '', 'base64').toString();
    expect([credentials, data]).toEqual([`client:${CHAIN_SECRETS.clientSecret}`, 'grant_type=client_credentials']);
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

function chainConfig(functionId: string, refreshPercent: number): object {
  const { endpointSecret, clientSecret, apiKey } = CHAIN_SECRETS;
  return {
    endpointSecret,
    ...(functionId === ''
      ? {}
      : {
          tokens: [{ tokenName: 'crm', tokenUrl: TOKEN_URL, clientId: 'client', clientSecret, refreshPercent }],
          storeUrl: STORE_URL,
          apiUrl: API_URL,
          apiKey,
          functionId,
        }),
  };
}

function answer(status: number, data: unknown): HttpClientResponse {
  return { status, statusText: '', headers: { 'Content-Type': 'application/json' }, data };
}
