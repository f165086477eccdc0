import type { HttpRequest, Transport } from '../../../../src/http';
import type { TokenRecord } from '../../../../src/lifetime';
import type { ExecutionResult, FunctionInstance, HttpClient } from '../../../../tools/sandbox';
// Not the sandbox as a whole, which takes its time to load.
import { FunctionRuntime } from '../../../../tools/sandbox/functions/runtime';
import { LogBook } from '../../../../tools/sandbox/log-book';
import { resolveOptions } from '../../../../tools/sandbox/options';
import type { JsonObject } from '../../../../tools/sandbox/json';
import { VirtualClock } from '../../../../tools/sandbox/virtual-clock';
import type { NodeResult } from '../../../support/artifact-platform';
import { builtFile, BuiltTransformer } from '../../../support/built-transformer';
import { openedRecord } from '../../../support/opened-record';
import { RedisDouble } from '../../../support/redis-in-time';
import type { Connect } from '../../../support/redis-in-time';
import { CHILDREN } from '../../../support/rendered';
import { VirtualExtension } from '../../../support/virtual-extension';
import { inVirtualTime } from '../../../support/virtual-time';

export const STORE_URL = 'https://endpoint.example.com/0123456789abcdef';
const API_URL = 'https://api.example.com';
export const ENDPOINT_SECRET = 'canary-endpoint-secret-5e0b';
export const API_KEY = 'canary-api-key-5e0b';
/** How long each request takes, milliseconds. */
const LATENCY_MS = 40;

export type StoreKind = 'conversation' | 'endpoint' | 'redis';

/** A token endpoint's answer. */
export interface Answer {
  status?: number;
  headers?: Record<string, string>;
  body: unknown;
}

/** A token endpoint, or an API's own login. @param now Unix seconds, when the request left */
export type Server = (request: HttpRequest, now: number) => Answer | Promise<Answer>;

export interface Outcome {
  result: NodeResult & JsonObject;
  /** Such as `OnSuccess`. */
  branch: string | undefined;
  execution: Omit<ExecutionResult, 'durationMs'>;
}

/** The built nodes, transformer and Function, and a server that gives out tokens in whatever way; without network. */
export class WaysWorld {
  /** What the server got, as it was sent. */
  readonly requests: HttpRequest[] = [];
  server: Server = () => ({ status: 500, body: '' });
  private readonly clock = new VirtualClock();
  /** Texts that an administrator or a bot builder sees. */
  readonly logs = new LogBook(this.clock);
  private readonly extension: VirtualExtension;
  private readonly transformer = new BuiltTransformer('rest', { endpointSecret: ENDPOINT_SECRET });

  /** @param redis a real server, in the place of one that is played, and how to get there */
  constructor(private readonly redis?: { url: string; connect: (clock: VirtualClock) => Connect }) {
    const write = (level: string, text: string): void => {
      this.logs.add('extension', level, text);
    };
    const createConnection = redis?.connect(this.clock) ?? new RedisDouble(this.clock).connect;
    this.extension = new VirtualExtension(this.clock, this.transport, write, { net: { createConnection } });
  }

  /** Unix seconds. */
  get now(): number {
    return Math.floor(this.clock.now() / 1000);
  }

  /** From here on a server answers, and the requests to the one before are forgotten. */
  play(server: Server): void {
    this.server = server;
    this.requests.length = 0;
  }

  async pass(seconds: number): Promise<void> {
    await this.clock.advanceBy(seconds * 1000);
  }

  /** What a bot builder enters for a store. */
  storeConfig(kind: StoreKind): JsonObject {
    if (kind === 'conversation') return { store: kind };
    if (kind === 'endpoint') return { store: kind, endpointConnection: { url: STORE_URL, endpointSecret: ENDPOINT_SECRET } };
    return { store: kind, redisConnection: { url: this.redis?.url ?? 'redis://127.0.0.1:6379', encryptionKey: 'canary-encryption-key-5e0b' } };
  }

  /** Runs one node with all of its branches. @param context the conversation's, from the turn before */
  async run(type: keyof typeof CHILDREN, config: JsonObject, context: JsonObject = {}): Promise<Outcome> {
    const childConfigs = (CHILDREN[type] ?? []).map((child) => ({ id: `to-${child}`, type: type + child, config: {} }));
    const work = this.extension.execute({ type, nodeId: 'node', config, childConfigs, context, input: {}, profile: {} });
    const execution = await inVirtualTime(this.clock, work);
    for (const { level, text } of execution.logs) this.logs.add('extension', level, text);
    return { result: execution.context['accessToken'] as Outcome['result'], branch: execution.nextNodeId?.replace('to-', ''), execution };
  }

  /** What lies in the shared store behind the Endpoint. */
  record(tokenName: string): TokenRecord | undefined {
    return openedRecord(this.transformer.session(`record:${tokenName}`)?.['record'], tokenName, ENDPOINT_SECRET);
  }

  /**
   * Runs the built Function with one token, for as many refreshes.
   *
   * @param file as built: `function.ts` or `function-custom-request.ts`
   * @returns its instances
   */
  async runFunction(file: string, token: JsonObject, refreshes: number): Promise<FunctionInstance[]> {
    const http: HttpClient = async ({ method, url, headers, data }) => {
      if (url.startsWith(API_URL)) {
        await this.pause();
        return { status: 201, statusText: '', headers: {}, data: { functionInstanceId: runtime.trigger(id, (data as { parameters: unknown }).parameters) } };
      }
      const answer = await this.transport({ method: method ?? 'GET', url, headers: headers ?? {}, body: (data ?? '') as string }, 0);
      return { ...answer, statusText: '', data: parsed(answer.data) };
    };
    const runtime = new FunctionRuntime({ clock: this.clock, logBook: this.logs, http, options: resolveOptions({ functionStartupDelayMs: 0 }) });
    const id = runtime.create({ name: 'chain', code: 'export default () => undefined' });
    const chain = { functionTimeLimitSeconds: 900, functionBufferSeconds: 60, apiUrl: API_URL, apiKey: API_KEY, functionId: id };
    runtime.update(id, { code: builtFile(file, { tokens: [token], storeUrl: STORE_URL, endpointSecret: ENDPOINT_SECRET, ...chain }) });
    runtime.trigger(id, {});
    const log = (): string[] => runtime.list(id).flatMap((instance) => instance.log);
    const isOver = (): boolean => log().filter((line) => / info refreshed |The refresh failed\./.test(line)).length >= refreshes;
    const end = this.clock.now() + 24 * 3_600_000;
    await this.clock.runUntil(() => (isOver() && runtime.list(id).some(({ status }) => status === 'active')) || this.clock.now() > end);
    // The hop that has refreshed goes on to trigger the next one.
    await this.clock.advanceBy(1000);
    const instances = runtime.list(id);
    runtime.close();
    if (!isOver()) throw new Error(`The chain did not refresh ${refreshes} times: ${this.logs.text().slice(-2000)}`);
    return instances;
  }

  private readonly transport: Transport = async (request) => {
    if (request.url !== STORE_URL) {
      this.requests.push(request);
      const { now } = this;
      await this.pause();
      const answered = Promise.resolve(this.server(request, now));
      const { status = 200, headers = {}, body } = await this.clock.track(answered);
      return { status, headers, data: typeof body === 'string' ? body : JSON.stringify(body) };
    }
    await this.pause();
    this.transformer.time = this.clock.now();
    const { status = 200, headers, body } = await this.transformer.post(parsed(request.body));
    return { status, headers, data: JSON.stringify(body) };
  };

  private pause(): Promise<void> {
    return new Promise((resolve) => void this.clock.setTimeout(resolve, LATENCY_MS));
  }
}

function parsed(data: unknown): unknown {
  if (typeof data !== 'string') return JSON.parse(JSON.stringify(data ?? null));
  try {
    return JSON.parse(data);
  } catch {
    return data;
  }
}
