import vm, { type Script } from 'node:vm';
import type { Clock } from '../clock';
import { errorJson, toRequest } from '../http-calls';
import type { HttpClient } from '../http-client';
import { messageOf } from '../json';
import { createBareContext, evaluateModule } from '../vm-bootstrap';
import { FUNCTION_BOOTSTRAP, type FunctionBootstrap, type FunctionBridge } from './bootstrap';
import type { FunctionInstance } from './types';

export interface InstanceRunInput {
  instance: FunctionInstance;
  script: Script;
  clock: Clock;
  http: HttpClient;
  maxHttpRequests: number;
  random?: (() => number) | undefined;
  onLog: (level: string, text: string) => void;
  onRequest: (request: { method: string; url: string }) => void;
  onMessage: (kind: 'inject' | 'notify', payload: unknown) => void;
  /** Called once, with the reason if the instance ended in an error. */
  onEnd: (error?: string) => void;
}

/** One instance of a Function, in a VM context of its own. None of its code runs after its end. */
export class InstanceRun {
  private ended = false;
  private timers = 0;
  private readonly cancelTimers = new Map<number, () => void>();

  constructor(private readonly input: InstanceRunInput) {}

  start(): void {
    const { instance, script, clock, random } = this.input;
    try {
      const context = createBareContext(() => clock.now());
      const bootstrap = vm.runInContext(FUNCTION_BOOTSTRAP, context) as FunctionBootstrap;
      const run = bootstrap(this.bridge(random));
      const exported = evaluateModule(context, script);
      run(
        exported,
        JSON.stringify(instance.parameters),
        () => this.end(),
        (message) => this.end(message),
      );
    } catch (error) {
      this.end(messageOf(error));
    }
  }

  /** Ends the instance. Its timers no longer fire, and its calls are refused. */
  end(error?: string): void {
    if (this.ended) return;
    this.ended = true;
    for (const cancel of this.cancelTimers.values()) cancel();
    this.cancelTimers.clear();
    this.input.onEnd(error);
  }

  private bridge(random: (() => number) | undefined): FunctionBridge {
    const { clock, onLog } = this.input;
    return {
      now: () => clock.now(),
      random,
      log: (level, text) => onLog(level, text),
      setTimer: (callback, delayMs) => this.setTimer(callback, delayMs),
      call: (method, argumentJson, resolve, reject) => {
        const fail = (error: unknown): void => reject(errorJson(error));
        if (this.ended) {
          fail(new Error('the Function instance has ended'));
          return;
        }
        const argument: unknown = JSON.parse(argumentJson);
        if (method !== 'httpRequest') {
          this.input.onMessage(method, argument);
          resolve('');
          return;
        }
        this.request(argument).then(
          // A late answer must not wake up the code of an instance that has ended.
          (response) => this.ended || resolve(JSON.stringify(response)),
          (error: unknown) => this.ended || fail(error),
        );
      },
    };
  }

  private setTimer(callback: () => void, delayMs: number): number {
    const id = ++this.timers;
    if (this.ended) return id;
    const fire = (): void => {
      this.cancelTimers.delete(id);
      try {
        callback();
      } catch (error) {
        this.end(messageOf(error));
      }
    };
    this.cancelTimers.set(id, this.input.clock.setTimeout(fire, delayMs));
    return id;
  }

  private async request(argument: unknown): Promise<unknown> {
    const { instance, maxHttpRequests, http, onRequest } = this.input;
    if (instance.httpRequests >= maxHttpRequests) {
      instance.refusedHttpRequests += 1;
      throw new Error(`a Function instance may send ${maxHttpRequests} HTTP requests`);
    }
    instance.httpRequests += 1;
    const request = toRequest(argument);
    onRequest({ method: request.method ?? 'GET', url: request.url });
    return http(request);
  }
}
