import { AsyncLocalStorage } from 'node:async_hooks';
import vm from 'node:vm';
import { ApiError, badRequest } from '../api-error';
import { withTimeLimit, type Clock } from '../clock';
import { messageOf, type JsonObject } from '../json';
import type { LogBook } from '../log-book';
import type { SandboxOptions } from '../options';
import type { SessionAccess } from '../session-storage';
import { transpile } from '../transpile';
import { createBareContext, evaluateModule } from '../vm-bootstrap';
import { transformerModules } from './modules';
import { transformerError } from './values';

export type TransformerKind = 'rest' | 'webhook' | 'socket';
export type HandlerName =
  | 'handleInput'
  | 'handleOutput'
  | 'handleExecutionFinished'
  | 'handleInject'
  | 'handleNotify';
type Handler = (argument: unknown) => unknown;
type Handlers = Partial<Record<HandlerName, Handler>>;

export interface TransformerServices {
  clock: Clock;
  options: Pick<SandboxOptions, 'maxTransformerCharacters' | 'transformerTimeoutMs' | 'moduleState'>;
  logBook: LogBook;
  /** The storage for one handler run. */
  openSession(): SessionAccess;
  /** `httpRequest` for one handler run. */
  openRequest(): (options: unknown) => Promise<unknown>;
}

interface HandlerRun {
  of: Transformer;
  session: SessionAccess;
  request: (options: unknown) => Promise<unknown>;
  ended: boolean;
}

interface Evaluated {
  context: vm.Context;
  handlers: Handlers;
}

const CREATORS: Record<TransformerKind, string> = {
  rest: 'createRestTransformer',
  webhook: 'createWebhookTransformer',
  socket: 'createSocketTransformer',
};
/** Where `CALL_SCRIPT` finds its call. A symbol, so that no list of globals shows it. */
const CALL_SLOT = Symbol.for('sandbox.call');
const CALL_SCRIPT = new vm.Script(`globalThis[Symbol.for('sandbox.call')]()`);
/**
 * Tells which handler run the code belongs to, even if several runs share one module. All transformers share one storage,
 * because each `AsyncLocalStorage` that has ever been used slows down every promise of the process.
 */
const currentRun = new AsyncLocalStorage<HandlerRun>();
const NEVER = new Promise<never>(() => undefined);

/** A transformer file as pasted into an Endpoint. It runs in a VM with only the platform's globals. */
export class Transformer {
  /** The transpiled JavaScript that the platform shows. */
  readonly code: string;
  private readonly script: vm.Script;
  private kept: Evaluated | undefined;

  /** @throws ApiError 400 if the platform would not save the file */
  constructor(
    source: string,
    private readonly kind: TransformerKind,
    private readonly name: string,
    private readonly services: TransformerServices,
  ) {
    const limit = services.options.maxTransformerCharacters;
    if (source.length > limit) throw badRequest(`a transformer may have ${limit} characters, not ${source.length}`);
    const { code, script } = transpile(source, `transformer-${name}`);
    if (code.length > limit) {
      throw badRequest(`a transformer may have ${limit} characters when transpiled, not ${code.length}`);
    }
    this.code = code;
    this.script = script;
    this.kept = this.evaluate();
  }

  has(handler: HandlerName): boolean {
    return this.kept?.handlers[handler] !== undefined;
  }

  /**
   * Runs one handler.
   * @returns what the handler returned; `undefined` too if the file has no such handler
   * @throws ApiError 500 if it throws or takes longer than the time limit
   */
  async run(handlerName: HandlerName, argument: JsonObject): Promise<unknown> {
    const { clock, options, logBook } = this.services;
    const run: HandlerRun = {
      of: this,
      session: this.services.openSession(),
      request: this.services.openRequest(),
      ended: false,
    };
    try {
      const { context, handlers } = this.modules();
      const handler = handlers[handlerName];
      if (handler === undefined) return undefined;
      const work = currentRun.run(run, async () => this.call(context, () => handler.call(handlers, argument)));
      // After the time limit nobody awaits it. A rejection must not count as unhandled.
      work.catch(() => undefined);
      return await withTimeLimit(clock, options.transformerTimeoutMs, work, () => {
        run.session.stop();
        return new Error(`it took longer than ${options.transformerTimeoutMs} ms`);
      });
    } catch (error) {
      logBook.add(`transformer:${this.name}`, 'error', `${handlerName}: ${messageOf(error)}`);
      throw error instanceof ApiError ? error : transformerError(`${handlerName} threw or took too long`);
    } finally {
      run.ended = true;
    }
  }

  private modules(): Evaluated {
    if (this.services.options.moduleState === 'fresh' || this.kept === undefined) this.kept = this.evaluate();
    return this.kept;
  }

  /** Calls into the context. A loop before the first `await` is interrupted at the time limit. */
  private call(context: vm.Context, callback: () => unknown): unknown {
    const slot = { value: callback, configurable: true };
    Object.defineProperty(context, CALL_SLOT, slot);
    return CALL_SCRIPT.runInContext(context, { timeout: this.services.options.transformerTimeoutMs });
  }

  private evaluate(): Evaluated {
    const { clock, logBook } = this.services;
    const context = createBareContext(() => clock.now());
    let handlers: Handlers | undefined;
    const create = (kind: TransformerKind) => (given: Handlers) => {
      if (kind !== this.kind) throw new Error(`this Endpoint needs ${CREATORS[this.kind]}, not ${CREATORS[kind]}`);
      handlers = given;
    };
    const globals: Record<string, unknown> = {
      ...transformerModules(),
      console: logBook.consoleFor(`transformer:${this.name}`),
      getSessionStorage: async (userId: string, sessionId: string) => this.running().session.get(userId, sessionId),
      httpRequest: (options: unknown) => this.request(options),
      [CREATORS.rest]: create('rest'),
      [CREATORS.webhook]: create('webhook'),
      [CREATORS.socket]: create('socket'),
    };
    for (const [key, value] of Object.entries(globals)) {
      Object.defineProperty(context, key, { value, writable: true, configurable: true, enumerable: false });
    }
    try {
      evaluateModule(context, this.script);
    } catch (error) {
      throw badRequest(`the transformer can't be loaded: ${messageOf(error)}`);
    }
    if (handlers === undefined) throw badRequest(`the transformer never calls ${CREATORS[this.kind]}`);
    return { context, handlers };
  }

  private async request(options: unknown): Promise<unknown> {
    const run = this.running();
    const answer = await run.request(options);
    // An answer must not wake up a handler that was stopped at its time limit.
    return run.ended ? NEVER : answer;
  }

  private running(): HandlerRun {
    const run = currentRun.getStore();
    if (run?.of !== this || run.ended) throw new Error('this can be used while a handler runs only');
    return run;
  }
}
