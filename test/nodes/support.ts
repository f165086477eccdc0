import type { INodeDescriptor } from '@cognigy/extension-tools';

import type { ErrorCode } from '../../src/errors';
import type { HttpRequest, HttpResponse, Transport } from '../../src/http';
import { forgetToken } from '../../src/nodes/forget-token';
import { getAccessToken } from '../../src/nodes/get-access-token';
import { refreshIfExpiring } from '../../src/nodes/refresh-if-expiring';
import { MemorySessions } from '../support/memory-sessions';
import { jsonAnswer } from '../support/recording-transport';
import { ENDPOINT_SECRET, ENDPOINT_URL, StoreEndpoint } from '../support/store-endpoint';
import { recordOf, START } from '../support/token-records';

export const TOKEN_URL = 'https://login.example.com/oauth2/token';
export const REVOCATION_URL = 'https://login.example.com/oauth2/revoke';
export const CLIENT_SECRET = 'canary-client-secret-77d2';
export const REFRESH_TOKEN = 'canary-refresh-token-3a90';

/** Where the conversation's copies lie in the context. */
export const COPIES = '_accessTokenCopies';
export const START_SECONDS = START / 1000;

export const CONNECTION = { tokenUrl: TOKEN_URL, clientId: 'a-client', clientSecret: CLIENT_SECRET };
export const SHARED = {
  connection: CONNECTION,
  store: 'endpoint',
  endpointConnection: { url: ENDPOINT_URL, endpointSecret: ENDPOINT_SECRET },
};

const MOST_API_CALLS = 5;
const FAMILIES: Record<string, INodeDescriptor[]> = { getAccessToken, refreshIfExpiring, forgetToken: [forgetToken] };

export interface ApiCall {
  method: string;
  args: unknown[];
}

export interface NodeRun {
  calls: ApiCall[];
  /** What was given to `addToContext`, by key; to `addToInput`; the lines given to `log`. */
  context: Record<string, unknown>;
  input: Record<string, unknown>;
  logs: unknown[][];
  /** The type of the child that is next. */
  branch: string | undefined;
}

export interface RunOptions {
  context?: unknown;
  /** Types of the children that are there, or `null` for none at all; by default all of them. */
  children?: string[] | null;
}

/** The world around a node: a token endpoint that plays answers, and the store's transformer. */
export class NodeWorld {
  readonly sessions = new MemorySessions();
  readonly endpoint = new StoreEndpoint(this.sessions.get);
  readonly tokenRequests: HttpRequest[] = [];
  readonly revocations: HttpRequest[] = [];
  storeRequests = 0;
  /** The token endpoint's answer. */
  answer: () => HttpResponse | Promise<HttpResponse> = () => this.issue();
  /** The revocation endpoint's answer. */
  revocation: () => HttpResponse | Promise<HttpResponse> = () => ({ status: 200, headers: {}, data: '' });
  /** Takes the store's place. */
  brokenStore: Transport | undefined;
  private issued = 0;

  readonly transport: Transport = async (request, timeoutMs) => {
    if (request.url === TOKEN_URL) {
      this.tokenRequests.push(request);
      return this.answer();
    }
    if (request.url === REVOCATION_URL) {
      this.revocations.push(request);
      return this.revocation();
    }
    if (request.url !== ENDPOINT_URL) throw new Error(`Nothing is at ${request.url}.`);
    this.storeRequests += 1;
    return (this.brokenStore ?? this.endpoint.transport)(request, timeoutMs);
  };

  /** A token answer: `token-1`, `token-2` and so on. */
  issue(members: Record<string, unknown> = {}): HttpResponse {
    this.issued += 1;
    return jsonAnswer(200, { access_token: `token-${this.issued}`, token_type: 'bearer', expires_in: 100, ...members });
  }
}

/** The world of the test that runs now, made anew for each by `useWorld`. */
export let world = new NodeWorld();

/** Takes the place of `src/http/node-transport`. */
export const transportModule = {
  nodeTransport: (request: HttpRequest, timeoutMs: number) => world.transport(request, timeoutMs),
};

/** Gives every test a world of its own, in which time only passes when it is waited for. */
export function useWorld(): void {
  beforeEach(() => {
    jest.useFakeTimers({ now: START });
    world = new NodeWorld();
  });
  afterEach(() => jest.useRealTimers());
}

/** Makes the token endpoint refuse. */
export function refuse(error: string, status = 400): void {
  world.answer = () => jsonAnswer(status, { error });
}

/** Puts a token of 100 s, issued some time ago, into the shared store. */
export function seed(accessToken: string, ageSeconds: number): Promise<unknown> {
  const record = recordOf(accessToken, START - ageSeconds * 1000);
  return world.endpoint.post({ endpointSecret: ENDPOINT_SECRET, ...record });
}

/** A conversation's copy of such a token. */
export function copyOf(accessToken: string, ageSeconds: number): object {
  return { ...recordOf(accessToken, START - ageSeconds * 1000), version: 1 };
}

/** Runs a node, as `execute`, while time passes as fast as it is waited for. */
export async function run(type: string, config: unknown, options?: RunOptions): Promise<NodeRun> {
  const state = { done: false };
  const running = execute(type, config, options).finally(() => {
    state.done = true;
  });
  // Whoever awaits `running` below is told of its failure.
  running.catch(() => undefined);
  for (let step = 0; !state.done && step < 3000; step += 1) await jest.advanceTimersByTimeAsync(10);
  return running;
}

/**
 * Runs a node's function as the platform does, and checks what holds in every case: it does not throw, makes few
 * calls, shows no secret, logs no token, and goes on at most once and only with a child that is there.
 */
async function execute(type: string, config: unknown, options: RunOptions = {}): Promise<NodeRun> {
  const [node, ...branches] = FAMILIES[type] ?? [];
  const { context = {}, children = branches.map((branch) => branch.type) } = options;
  const childConfigs = children?.map((child) => ({ id: `id of ${child}`, type: child, config: {} }));
  const calls: ApiCall[] = [];
  const record = (method: string) => (...args: unknown[]) => {
    // As the platform takes it: later changes do not count.
    calls.push({ method, args: JSON.parse(JSON.stringify(args)) as unknown[] });
  };
  const api = Object.fromEntries(['addToContext', 'addToInput', 'log', 'setNextNode'].map((name) => [name, record(name)]));
  const before = JSON.stringify({ context, config });
  const parameters = { cognigy: { api, context, input: {}, profile: {} }, config, childConfigs, nodeId: 'node' };
  const run = node?.function as unknown as (given: unknown) => Promise<unknown>;
  expect(await run(parameters)).toBeUndefined();

  expect(JSON.stringify({ context, config })).toBe(before);
  expect(calls.length).toBeLessThanOrEqual(MOST_API_CALLS);
  const shown = JSON.stringify(calls);
  for (const secret of [CLIENT_SECRET, ENDPOINT_SECRET, REFRESH_TOKEN]) expect(shown).not.toContain(secret);
  const of = (method: string) => calls.filter((call) => call.method === method).map(({ args }) => args);
  const logs = of('log');
  expect(JSON.stringify(logs)).not.toMatch(/token-\d|Bearer /);
  const next = of('setNextNode');
  expect(next.length).toBeLessThanOrEqual(1);
  const branch = childConfigs?.find(({ id }) => id === next[0]?.[0])?.type;
  expect(next).toHaveLength(branch === undefined ? 0 : 1);
  for (const args of of('addToContext')) expect(args).toEqual([args[0], args[1], 'simple']);
  return {
    calls,
    context: Object.fromEntries(of('addToContext') as [string, unknown][]),
    input: Object.fromEntries(of('addToInput') as [string, unknown][]),
    logs,
    branch,
  };
}

/** What the result of a failed node is, to the last key. */
export function errorResult(code: ErrorCode, status?: number): unknown {
  const message = expect.stringMatching(/^[A-Z].{10,300}$/) as string;
  // Some go by what the caller did: test/artifacts/outcomes/server-words.test.ts.
  const error = { code, message, remedy: expect.stringMatching(/^[A-Z].{15,}\.$/) as string };
  return { error: status === undefined ? error : { ...error, status } };
}
