import { randomBytes } from 'node:crypto';
import type { Script } from 'node:vm';
import { badRequest, notFound } from '../api-error';
import type { Clock } from '../clock';
import type { HttpClient } from '../http-client';
import { copyJson, isJsonObject, jsonBytes, type JsonObject } from '../json';
import type { LogBook } from '../log-book';
import type { SandboxOptions } from '../options';
import { transpile } from '../transpile';
import { InstanceRun } from './instance-run';
import type { FunctionEvent, FunctionInstance, FunctionMessage, FunctionStats } from './types';

type FunctionOptions = Pick<
  SandboxOptions,
  | 'functionTimeLimitSeconds'
  | 'maxFunctionHttpRequests'
  | 'maxFunctionParametersBytes'
  | 'maxFunctionCharacters'
  | 'maxActiveFunctionInstances'
  | 'functionStartupDelayMs'
>;

export interface FunctionRuntimeInput {
  clock: Clock;
  options: FunctionOptions;
  /** Sends the requests of `api.httpRequest`, and decides whether an error status rejects. */
  http: HttpClient;
  logBook?: LogBook;
  onEvent?: (event: FunctionEvent) => void;
  onMessage?: (message: FunctionMessage) => void;
  /** `Math.random` inside Functions. If absent, the engine's own. */
  random?: () => number;
}

interface StoredFunction {
  name: string;
  script: Script;
}

interface StoredInstance {
  view: FunctionInstance;
  /** The Function's code at the time of the trigger. */
  script: Script;
  /** Whether it counts towards `maxActiveFunctionInstances`. It does so from its start-up on. */
  placed: boolean;
  run?: InstanceRun;
  cancel: Array<() => void>;
}

/** The part of the platform that runs Functions, with the instances, their queue and their limits. */
export class FunctionRuntime {
  private readonly functions = new Map<string, StoredFunction>();
  private readonly instances = new Map<string, StoredInstance>();
  private readonly waiting: StoredInstance[] = [];
  /** Unanswered requests, by the Function that sent them. They are carried out even if their sender ends. */
  private readonly underWay = new Map<string, Set<Promise<unknown>>>();
  private occupied = 0;
  private maxOccupied = 0;
  private closed = false;

  constructor(private readonly input: FunctionRuntimeInput) {}

  /**
   * @returns the Function's id
   * @throws ApiError 400 if the source is too long or can't be transpiled
   */
  create(definition: { name: string; code: string }): string {
    const id = newId();
    this.store(id, definition.name, definition.code);
    return id;
  }

  /** Running instances keep the source they started with. @throws ApiError as `create` does; 404 */
  update(functionId: string, definition: { name?: string; code?: string }): void {
    const current = this.find(functionId);
    if (definition.code === undefined) current.name = definition.name ?? current.name;
    else this.store(functionId, definition.name ?? current.name, definition.code);
  }

  /** Removes the Function and stops its instances. @throws ApiError 404 */
  remove(functionId: string): void {
    this.find(functionId);
    for (const stored of this.instances.values()) {
      if (stored.view.functionId === functionId) this.end(stored, 'stopped');
    }
    this.functions.delete(functionId);
  }

  /**
   * Queues an instance and returns its id.
   * @throws ApiError 404 for an unknown Function, 400 if the parameters are not an object or are too large
   */
  trigger(functionId: string, parameters: unknown = {}): string {
    const { script } = this.find(functionId);
    if (!isJsonObject(parameters)) throw badRequest('parameters must be an object');
    const limit = this.input.options.maxFunctionParametersBytes;
    if (jsonBytes(parameters) > limit) throw badRequest(`parameters may have ${limit} bytes of JSON`);
    const view: FunctionInstance = {
      _id: newId(),
      functionId,
      status: 'queued',
      parameters: copyJson<JsonObject>(parameters),
      httpRequests: 0,
      refusedHttpRequests: 0,
      log: [],
      trigger: 'manual',
      createdAt: this.input.clock.now(),
    };
    const stored: StoredInstance = { view, script, placed: false, cancel: [] };
    this.instances.set(view._id, stored);
    this.waiting.push(stored);
    this.emit('queued', stored);
    this.startNext();
    return view._id;
  }

  /** Copies of all instances, or of one Function's instances, oldest first. */
  list(functionId?: string): FunctionInstance[] {
    if (functionId !== undefined) this.find(functionId);
    const views = [...this.instances.values()].map(({ view }) => view);
    return views.filter((view) => functionId === undefined || view.functionId === functionId).map(copyJson);
  }

  /** @throws ApiError 404 */
  get(functionId: string, instanceId: string): FunctionInstance {
    return copyJson(this.findInstance(functionId, instanceId).view);
  }

  /** Ends a queued or active instance with the status `error`. Does nothing to one that has ended. */
  stop(functionId: string, instanceId: string): FunctionInstance {
    const stored = this.findInstance(functionId, instanceId);
    this.end(stored, 'stopped');
    return copyJson(stored.view);
  }

  /** Resolves when all requests of a Function's instances are answered, including those of ended instances. */
  async requestsAnswered(functionId: string): Promise<void> {
    const underWay = this.underWay.get(functionId);
    if (underWay !== undefined) await Promise.allSettled(underWay);
  }

  stats(): FunctionStats {
    const stored = [...this.instances.values()];
    const most = (values: number[]): number => values.reduce((a, b) => Math.max(a, b), 0);
    return {
      instances: stored.length,
      hops: stored.filter(({ view }) => view.startedAt !== undefined).length,
      maxHttpRequestsPerInstance: most(stored.map(({ view }) => view.httpRequests)),
      refusedHttpRequests: stored.reduce((sum, { view }) => sum + view.refusedHttpRequests, 0),
      maxActive: this.maxOccupied,
    };
  }

  /** Ends every instance; no timer stays behind. */
  close(): void {
    this.closed = true;
    for (const stored of this.instances.values()) this.end(stored, 'the runtime was closed');
  }

  private startNext(): void {
    while (!this.closed && this.occupied < this.input.options.maxActiveFunctionInstances) {
      const stored = this.waiting.shift();
      if (stored === undefined) return;
      stored.placed = true;
      this.occupied += 1;
      this.maxOccupied = Math.max(this.maxOccupied, this.occupied);
      this.after(stored, this.input.options.functionStartupDelayMs, () => this.start(stored));
    }
  }

  private start(stored: StoredInstance): void {
    const { clock, options, http, logBook, random } = this.input;
    const { view } = stored;
    view.status = 'active';
    view.startedAt = clock.now();
    this.emit('started', stored);
    const limitMs = options.functionTimeLimitSeconds * 1000;
    this.after(stored, limitMs, () => {
      this.end(stored, `the time limit of ${options.functionTimeLimitSeconds} s was reached`);
    });
    stored.run = new InstanceRun({
      instance: view,
      script: stored.script,
      clock,
      http: (request) => this.track(view.functionId, http(request)),
      random,
      maxHttpRequests: options.maxFunctionHttpRequests,
      onLog: (level, text) => {
        view.log.push(`${level}: ${text}`);
        logBook?.add(`function:${view.functionId}`, level, text);
      },
      onRequest: (request) => this.emit('request', stored, request),
      onMessage: (kind, payload) => {
        this.input.onMessage?.({ kind, payload, functionId: view.functionId, instanceId: view._id });
      },
      onEnd: (error) => this.end(stored, error),
    });
    stored.run.start();
  }

  private end(stored: StoredInstance, error?: string): void {
    const { view } = stored;
    if (view.finishedAt !== undefined) return;
    view.finishedAt = this.input.clock.now();
    view.status = error === undefined ? 'done' : 'error';
    if (error !== undefined) {
      view.error = error;
      this.input.logBook?.add(`function:${view.functionId}`, 'error', error);
    }
    for (const cancel of stored.cancel) cancel();
    stored.run?.end(error);
    // Frees its VM.
    delete stored.run;
    const index = this.waiting.indexOf(stored);
    if (index >= 0) this.waiting.splice(index, 1);
    if (stored.placed) this.occupied -= 1;
    this.emit('ended', stored);
    this.startNext();
  }

  private track<T>(functionId: string, request: Promise<T>): Promise<T> {
    const underWay = this.underWay.get(functionId) ?? new Set();
    this.underWay.set(functionId, underWay.add(request));
    const forget = (): void => void underWay.delete(request);
    request.then(forget, forget);
    return request;
  }

  private after(stored: StoredInstance, delayMs: number, callback: () => void): void {
    stored.cancel.push(this.input.clock.setTimeout(callback, delayMs));
  }

  private emit(type: FunctionEvent['type'], stored: StoredInstance, request?: FunctionEvent['request']): void {
    const event: FunctionEvent = { type, at: this.input.clock.now(), instance: copyJson(stored.view) };
    this.input.onEvent?.(request === undefined ? event : { ...event, request });
  }

  private store(id: string, name: string, source: string): void {
    const limit = this.input.options.maxFunctionCharacters;
    if (source.length > limit) throw badRequest(`a Function may have ${limit} characters`);
    this.functions.set(id, { name, script: transpile(source, name).script });
  }

  private find(functionId: string): StoredFunction {
    const stored = this.functions.get(functionId);
    if (stored === undefined) throw notFound(`there is no Function ${functionId}`);
    return stored;
  }

  private findInstance(functionId: string, instanceId: string): StoredInstance {
    const stored = this.instances.get(instanceId);
    if (stored?.view.functionId !== functionId) throw notFound(`there is no instance ${instanceId}`);
    return stored;
  }
}

function newId(): string {
  return randomBytes(12).toString('hex');
}
