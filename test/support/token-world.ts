import { TransportError } from '../../src/http';
import type { HttpResponse, JsonObject, Transport } from '../../src/http';
import type { RefreshFailure, TokenRecord } from '../../src/lifetime';
import { readTokenEndpointConfig } from '../../src/oauth';
import type { TokenEndpointSettings } from '../../src/oauth';
import { VirtualClock } from '../../tools/sandbox/virtual-clock';
import { EndpointStore } from '../../src/stores';
import type { StoreOperation, TokenStore } from '../../src/stores';
import { getToken } from '../../src/refresh';
import type { HandedOutToken, TokenEnvironment, TokenRequest } from '../../src/refresh';
import { MemorySessions } from './memory-sessions';
import { ENDPOINT_SECRET, ENDPOINT_URL, StoreEndpoint } from './store-endpoint';
import { recordOf, START } from './token-records';
import { inVirtualTime, sleepOn } from './virtual-time';

export const TOKEN_URL = 'https://login.example.com/oauth2/token';
export const CLIENT_SECRET = 'canary-client-secret-31c4';
/** The longest time that an execution takes, milliseconds. */
export const DEADLINE_MS = 14_000;
export const NAME = 'accessToken';

/** What the token endpoint got. */
export interface SeenTokenRequest {
  /** Unix milliseconds. */
  at: number;
  timeoutMs: number;
  parameters: Record<string, string>;
}

/** An answer. A `TransportError` means that there is none, and `hang` that there is none in time. */
export type TokenAnswer = Partial<HttpResponse> | TransportError | 'hang';

/** How a store operation fails: it is not carried out, or it is and the answer is lost. */
export type StoreFault = TransportError | Partial<HttpResponse> | 'answer lost' | undefined;

/** What `getToken` needs: the shared store, a token endpoint, and one virtual clock. */
export class TokenWorld {
  readonly clock = new VirtualClock(START);
  readonly sessions = new MemorySessions();
  readonly endpoint = new StoreEndpoint(this.sessions.get);
  readonly notes: string[] = [];
  readonly tokenRequests: SeenTokenRequest[] = [];
  /** All operations that were sent to the store, whether they were carried out or not. */
  readonly operations: StoreOperation[] = [];
  /** What happened, in order. */
  readonly events: string[] = [];

  tokenLatencyMs = 50;
  storeLatencyMs = 10;
  tokenAnswer: (request: SeenTokenRequest, index: number) => TokenAnswer = (_, index) => issue(`fresh ${index + 1}`);
  storeFault: (operation: StoreOperation) => StoreFault = () => undefined;

  constructor() {
    jest.spyOn(Date, 'now').mockImplementation(() => this.clock.now());
  }

  readonly store: TokenStore = new EndpointStore({
    url: ENDPOINT_URL,
    endpointSecret: ENDPOINT_SECRET,
    transport: (request, timeoutMs) => this.askStore(request, timeoutMs),
    timeoutMs: () => 3000,
  });

  /** Stores a token that was issued `ageMs` milliseconds ago. It lives 100 s unless `members` say otherwise. */
  async keep(access_token: string, ageMs: number, members: Partial<TokenRecord['token']> = {}): Promise<TokenRecord> {
    const { record } = (await this.endpoint.operate({ op: 'read', tokenName: NAME })).body as {
      record: TokenRecord | null;
    };
    const ifVersion = record?.version ?? 0;
    const kept = recordOf(access_token, this.clock.now() - ageMs, members);
    await this.endpoint.operate({ op: 'commit', tokenName: NAME, owner: 'a keeper', ifVersion, record: kept });
    return { ...kept, version: ifVersion + 1 };
  }

  async hold(leaseMs: number, owner = 'another'): Promise<void> {
    await this.endpoint.operate({ op: 'checkout', tokenName: NAME, owner, leaseMs, refreshPercent: 90 });
  }

  async stored(): Promise<{ record: TokenRecord | null; failure?: RefreshFailure }> {
    return (await this.endpoint.operate({ op: 'read', tokenName: NAME })).body as { record: TokenRecord | null };
  }

  environment(overrides: Partial<TokenEnvironment> = {}): TokenEnvironment {
    return {
      store: this.store,
      owner: 'this execution',
      log: (...[, code, message]) => void this.notes.push(`${code}: ${message}`),
      transport: (request, timeoutMs) => this.askTokenEndpoint(request, timeoutMs),
      now: () => this.clock.now(),
      sleep: sleepOn(this.clock),
      random: () => 0.5,
      ...overrides,
    };
  }

  /** A request that begins now. */
  request(members: Partial<TokenRequest> = {}): TokenRequest {
    const deadline = this.clock.now() + DEADLINE_MS;
    return { tokenName: NAME, refreshPercent: 90, config: clientConfig(), deadline, ...members };
  }

  /** Calls `getToken` and lets time pass until it is done. */
  get(request: Partial<TokenRequest> = {}, overrides: Partial<TokenEnvironment> = {}): Promise<HandedOutToken> {
    return inVirtualTime(this.clock, getToken(this.request(request), this.environment(overrides)));
  }

  private readonly askTokenEndpoint: Transport = async ({ url, body }, timeoutMs) => {
    expect(url).toBe(TOKEN_URL);
    const parameters = Object.fromEntries(new URLSearchParams(body as string));
    const request = { at: this.clock.now(), timeoutMs, parameters };
    this.tokenRequests.push(request);
    this.events.push(`token request: ${parameters['grant_type'] ?? ''}`);
    const answer = this.tokenAnswer(request, this.tokenRequests.length - 1);
    return this.answerWith(answer, this.tokenLatencyMs, timeoutMs);
  };

  private readonly askStore: Transport = async (request, timeoutMs) => {
    const operation = (request.body as JsonObject)['tokenStore'] as StoreOperation;
    this.operations.push(operation);
    const fault = this.storeFault(operation);
    if (fault !== undefined && fault !== 'answer lost') {
      this.events.push(`${operation.op} failed`);
      return this.answerWith(fault, this.storeLatencyMs, timeoutMs);
    }
    const answer = await this.endpoint.transport(request, timeoutMs);
    this.events.push(`${operation.op}: ${describeAnswer(answer.data)}`);
    return this.answerWith(fault === 'answer lost' ? 'hang' : answer, this.storeLatencyMs, timeoutMs);
  };

  private async answerWith(answer: TokenAnswer, latencyMs: number, timeoutMs: number): Promise<HttpResponse> {
    await sleepOn(this.clock)(answer === 'hang' ? timeoutMs : latencyMs);
    if (answer === 'hang') throw new TransportError('timeout');
    if (answer instanceof TransportError) throw answer;
    return { status: 200, headers: {}, data: '', ...answer };
  }
}

function describeAnswer(data: unknown): string {
  const { lease, version, error } = data as Record<string, unknown>;
  return JSON.stringify(lease ?? version ?? error ?? 'ok');
}

export function clientConfig(settings: TokenEndpointSettings = {}) {
  const defaults = { tokenUrl: TOKEN_URL, clientId: 'client', clientSecret: CLIENT_SECRET };
  return readTokenEndpointConfig({ ...defaults, clientAuthentication: 'client_secret_post', ...settings });
}

/** A token endpoint's answer with a token that lives 100 s. */
export function issue(access_token: string, members: JsonObject = {}): Partial<HttpResponse> {
  return { data: { access_token, token_type: 'Bearer', expires_in: 100, ...members } };
}

export function refuse(error: string, status = 400): Partial<HttpResponse> {
  return { status, data: { error } };
}

export const DOWN: Partial<HttpResponse> = { status: 503, data: 'down for maintenance' };
export const UNREACHABLE = new TransportError('network', 'ECONNREFUSED');
