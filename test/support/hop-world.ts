import { readTokenEndpointConfig } from '../../src/oauth';
import type { HttpRequest, JsonObject } from '../../src/http';
import type { TokenRecord } from '../../src/lifetime';
import type { ChainConfig, RefreshByFunction } from '../../src/function/config';
import { runHop } from '../../src/function/hop';
import type { HopParameters } from '../../src/function/parameters';
import { VirtualClock } from '../../tools/sandbox/virtual-clock';
import { MemorySessions } from './memory-sessions';
import { ENDPOINT_SECRET, ENDPOINT_URL, StoreEndpoint } from './store-endpoint';
import { START } from './token-records';
import { inVirtualTime, sleepOn } from './virtual-time';

export const CANARIES = {
  clientSecret: 'canary-client-secret-77b0',
  refreshToken: 'canary-refresh-token-77b1',
  apiKey: 'canary-api-key-77b2',
  endpointSecret: ENDPOINT_SECRET,
  accessToken: 'canary-access-token',
};

const TOKEN_URL = 'https://login.example.com/oauth2/token';
const API_URL = 'https://api.example.com';
const FUNCTION_ID = '64b7f0c2a1b2c3d4e5f60718';

/** A chat's webhook. It is a secret: anyone who knows it can post there. */
export const ALERT_URL = 'https://hooks.example.com/services/canary-alert-url';

export type TestConfig = ChainConfig & RefreshByFunction;

export const CONFIG: TestConfig = {
  tokens: [
    { tokenName: 'accessToken', tokenUrl: TOKEN_URL, clientId: 'client', clientSecret: CANARIES.clientSecret },
  ],
  storeUrl: ENDPOINT_URL,
  endpointSecret: ENDPOINT_SECRET,
  apiUrl: `${API_URL}/`,
  apiKey: CANARIES.apiKey,
  functionId: FUNCTION_ID,
  functionTimeLimitSeconds: 900,
  functionBufferSeconds: 5,
};

/** The same configuration with a first refresh token, which the server rotates. */
export const ROTATING_CONFIG: TestConfig = {
  ...CONFIG,
  tokens: CONFIG.tokens.map((token) => ({ ...token, refreshToken: CANARIES.refreshToken })),
};

export type Destination = 'store' | 'token_endpoint' | 'trigger' | 'alert';

/** What goes wrong with one request. */
export type Fault =
  /** Nothing. */
  | 'none'
  /** It did not arrive. */
  | 'no connection'
  | 'rejected with nothing'
  | 'thrown at once'
  /** It did not arrive, and the call never settles. */
  | 'silence'
  /** It was carried out, but the answer is lost. */
  | 'answer lost'
  /** It was carried out, but the answer comes after half a minute. */
  | 'late'
  | 'no status'
  /** It was not carried out, and was answered with this. */
  | { status: number; data: unknown };

interface SentRequest {
  at: number;
  to: Destination;
  fault: Fault;
  request: HttpRequest & { headers: Record<string, string> };
}

/** How one instance went. */
export interface HopRun {
  startedAt: number;
  endedAt: number;
  requests: SentRequest[];
  /** The parameters of the instances that it triggered. */
  triggered: JsonObject[];
  error: unknown;
  log: string;
}

type Answer = { status: number; statusText?: string; headers: Record<string, unknown>; data: unknown } | undefined;

/** A platform, a shared store and a token endpoint on one virtual clock, to run single instances of the chain. */
export class HopWorld {
  readonly clock = new VirtualClock(START);
  readonly sessions = new MemorySessions();
  readonly endpoint = new StoreEndpoint(this.sessions.get);
  /** Lifetime of the issued tokens, seconds. */
  lifetime = 100;
  rotates = false;
  tokenRequests = 0;
  /** The alerts that the chat got. */
  readonly alerts: { at: number; body: JsonObject }[] = [];
  /** Whether `api.httpRequest` rejects for a status other than 2xx. */
  throwsOnStatus = false;
  random: () => number = () => 0.5;
  /** How far the Function's clock is ahead of the store's, milliseconds. */
  private machineAheadMs = 0;
  private validRefreshToken: string = CANARIES.refreshToken;

  constructor(private readonly config: TestConfig = CONFIG) {
    jest.spyOn(Date, 'now').mockImplementation(() => this.clock.now());
    this.rotates = config.tokens.some(({ refreshToken }) => refreshToken !== undefined);
  }

  /** Runs an instance. `faults` says what goes wrong with its requests, in order. */
  async run(parameters: unknown, faults: readonly Fault[] = []): Promise<HopRun> {
    const { clock, config } = this;
    const run: HopRun = {
      startedAt: clock.now(),
      endedAt: 0,
      requests: [],
      triggered: [],
      error: undefined,
      log: '',
    };
    const write = (message: string) => void (run.log += `${message}\n`);
    const work = runHop(config, {
    readTokenEndpoint: readTokenEndpointConfig,
      parameters: JSON.parse(JSON.stringify(parameters)),
      api: { httpRequest: (request) => this.answer(request as unknown as PlatformRequest, run, faults) },
      setTimeout: (callback, ms) => clock.setTimeout(callback, ms),
      console: { log: write, error: write },
      now: () => clock.now() + this.machineAheadMs,
      random: () => this.random(),
    });
    try {
      await inVirtualTime(clock, work);
    } catch (thrown) {
      run.error = thrown;
    }
    run.endedAt = clock.now();
    return run;
  }

  /** Makes the Function's clock jump by `stepMs` milliseconds, `afterMs` milliseconds from now. */
  stepMachineClock(afterMs: number, stepMs: number): void {
    this.clock.setTimeout(() => (this.machineAheadMs += stepMs), afterMs);
  }

  /** Runs the instance that another one has triggered. */
  async runNext(run: HopRun, faults?: readonly Fault[]): Promise<HopRun> {
    return this.run(run.triggered[0], faults);
  }

  async stored(tokenName = 'accessToken'): Promise<TokenRecord | null> {
    const { body } = await this.endpoint.operate({ op: 'read', tokenName });
    return (body as { record: TokenRecord | null }).record;
  }

  private answer(request: PlatformRequest, run: HopRun, faults: readonly Fault[]): Promise<unknown> {
    const fault = faults[run.requests.length] ?? 'none';
    const { method, url, headers, data } = request;
    const to = url === ENDPOINT_URL ? 'store' : url === TOKEN_URL ? 'token_endpoint' : url === ALERT_URL ? 'alert' : 'trigger';
    run.requests.push({ at: this.clock.now(), to, fault, request: { method, url, headers, body: data } });
    if (fault === 'thrown at once') throw failed('ECONNREFUSED', request);
    return this.later(request, to, run, fault);
  }

  private async later(request: PlatformRequest, to: Destination, run: HopRun, fault: Fault): Promise<unknown> {
    if (fault === 'silence') return new Promise(() => undefined);
    await sleepOn(this.clock)(20);
    if (fault === 'no connection') throw failed('ECONNREFUSED', request);
    // eslint-disable-next-line @typescript-eslint/only-throw-error -- foreign code does
    if (fault === 'rejected with nothing') throw undefined;
    if (typeof fault === 'object') return this.settle({ headers: { 'Retry-After': '1' }, ...fault }, request);
    const answer = await this.carryOut(request, to, run);
    if (fault === 'late') await sleepOn(this.clock)(30_000);
    if (fault === 'answer lost') throw failed('ECONNRESET', request);
    return this.settle(fault === 'no status' ? undefined : answer, request);
  }

  private settle(answer: Answer, request: PlatformRequest): Answer {
    if (!this.throwsOnStatus || answer === undefined || (answer.status >= 200 && answer.status < 300)) return answer;
    throw Object.assign(failed('ERR_BAD_RESPONSE', request), { response: answer });
  }

  private async carryOut({ url, data, headers }: PlatformRequest, to: Destination, run: HopRun): Promise<Answer> {
    if (to === 'store') {
      const answer = await this.endpoint.transport({ method: 'POST', url, headers, body: data }, 0);
      return { statusText: 'OK', ...answer };
    }
    if (to === 'token_endpoint') return this.issueToken(Object.fromEntries(new URLSearchParams(data as string)));
    if (to === 'alert') {
      this.alerts.push({ at: this.clock.now(), body: data as JsonObject });
      return { status: 200, headers: {}, data: 'ok' };
    }
    expect(url).toBe(`${API_URL}/new/v2.0/functions/${FUNCTION_ID}/trigger`);
    if (headers['X-API-Key'] !== CANARIES.apiKey)
      return { status: 401, headers: {}, data: { title: 'Unauthorized' } };
    run.triggered.push((data as { parameters: JsonObject }).parameters);
    return { status: 201, headers: {}, data: { functionInstanceId: `instance ${run.triggered.length}` } };
  }

  private issueToken(parameters: Record<string, string>): Answer {
    this.tokenRequests += 1;
    const headers = { 'Content-Type': 'application/json' };
    const { grant_type, refresh_token } = parameters;
    if (grant_type === 'refresh_token' && refresh_token !== this.validRefreshToken) {
      return { status: 400, headers, data: { error: 'invalid_grant' } };
    }
    const token: JsonObject = {
      access_token: `${CANARIES.accessToken}-${this.tokenRequests}`,
      token_type: 'Bearer',
      expires_in: this.lifetime,
    };
    if (this.rotates && grant_type === 'refresh_token') {
      this.validRefreshToken = `${CANARIES.refreshToken}-${this.tokenRequests}`;
      token['refresh_token'] = this.validRefreshToken;
    }
    return { status: 200, headers, data: token };
  }
}

interface PlatformRequest {
  method: 'POST';
  url: string;
  headers: Record<string, string>;
  data: string | JsonObject;
}

/** An error like those of axios: it has the whole request, secrets included. */
function failed(code: string, request: PlatformRequest): Error {
  const message = `request to ${request.url} failed: ${JSON.stringify(request)}`;
  return Object.assign(new Error(message), { code, config: request, isAxiosError: true });
}

/** The parameters of a chain's instance. */
export function chainParameters(members: Partial<HopParameters> = {}): HopParameters {
  return { chainId: 'chain', hop: 1, wakeAt: START, ...members };
}
