import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { LogBook, resolveOptions, SessionStorage, Transformer } from '../../tools/sandbox';
import type { Clock, HandlerName, SandboxOptions, TransformerKind } from '../../tools/sandbox';
import type { SessionAccess } from '../../tools/sandbox/session-storage';

const DIST = join(__dirname, '../../dist');
const URL_TOKEN = 'store';
/** The user that owned the store's sessions in version 0.1. */
const FIRST_STORE_USER = 'accessTokenStore';
/** A handler's time limit, which is in real time. It only ends a handler that hangs. Milliseconds. */
const HANGS_AFTER_MS = 120_000;
const CONFIGURATION = /(\/\/ ---- configuration: .*\n)[^]*?(\/\/ ---- end of configuration ----)/;

/** A built file with a configuration filled in, as the command line does. */
export function builtFile(name: string, config: object): string {
  const text = readFileSync(join(DIST, name), 'utf8');
  const literal = `const CONFIG = ${JSON.stringify(config)};\n`;
  return text.replace(CONFIGURATION, (_, start: string, end: string) => start + literal + end);
}

/** What a handler did with a body. */
export interface Handled {
  /** `null`: the Flow does not run. */
  returned: unknown;
  /** `undefined`: there was no answer. */
  status: number | undefined;
  headers: Record<string, string>;
  body: unknown;
}

export interface BuiltTransformerOptions extends Partial<SandboxOptions> {
  /** Changes the file before it is pasted, for example its section for the user's own code. */
  edit?: (source: string) => string;
  /** A storage that another transformer has filled, as if this file were pasted over an older one. */
  storage?: SessionStorage;
  /** Replaces `getSessionStorage`. */
  open?: SessionAccess['get'];
}

/** A built transformer in the sandbox's VM, without HTTP. Time stands still unless a test moves it. */
export class BuiltTransformer {
  /** Unix milliseconds. */
  time = 1_900_000_000_000;
  readonly logs: LogBook;
  readonly storage: SessionStorage;
  private readonly transformer: Transformer;

  constructor(
    readonly kind: TransformerKind,
    config: object,
    { edit = (source) => source, storage, open, ...overrides }: BuiltTransformerOptions = {},
  ) {
    const options = resolveOptions({
      moduleState: 'kept',
      sessionStorageWriteDelayMs: 0,
      transformerTimeoutMs: HANGS_AFTER_MS,
      ...overrides,
    });
    const clock = this.clock();
    this.logs = new LogBook(clock);
    const sessions = (this.storage = storage ?? new SessionStorage(clock, options));
    this.transformer = new Transformer(edit(builtFile(`transformer-${kind}.ts`, config)), kind, URL_TOKEN, {
      clock,
      options,
      logBook: this.logs,
      openSession: () => (open === undefined ? sessions.access(URL_TOKEN) : { get: open, stop: () => undefined }),
      openRequest: () => () => Promise.reject(new Error('The store sends no request.')),
    });
  }

  /** The handlers for messages from outside. */
  get handlers(): HandlerName[] {
    return this.kind === 'rest' ? ['handleInput'] : ['handleInput', 'handleInject', 'handleNotify'];
  }

  /** Runs one handler on a body, and waits until everything it wrote has landed. */
  async handle(handler: HandlerName, body: unknown): Promise<Handled> {
    const handled: Handled = { returned: undefined, status: undefined, headers: {}, body: undefined };
    const response = {
      status: (code: number) => {
        handled.status = code;
        return response;
      },
      set: (header: string, value: string) => {
        handled.headers[header.toLowerCase()] = value;
        return response;
      },
      json: (answer: unknown) => {
        handled.body = answer;
        return response;
      },
    };
    const isSocketMessage = this.kind === 'socket' && handler === 'handleInput';
    const argument = isSocketMessage ? { payload: body } : { request: { body }, response };
    handled.returned = await this.transformer.run(handler, { ...argument, endpoint: { URLToken: URL_TOKEN } });
    await this.settled();
    return handled;
  }

  /** Sends a body to the handler that serves the store. */
  post(body: unknown): Promise<Handled> {
    return this.handle(this.kind === 'rest' ? 'handleInput' : 'handleInject', body);
  }

  operate(endpointSecret: string, tokenStore: object): Promise<Handled> {
    return this.post({ endpointSecret, tokenStore });
  }

  /** What `handleOutput` returns for an output. */
  output(): Promise<unknown> {
    return this.transformer.run('handleOutput', { output: {}, endpoint: {}, userId: 'user', sessionId: 'session' });
  }

  /** Puts a value into one of the store's sessions, as an older version or an accident might have. */
  async plant(sessionId: string, member: string, value: unknown): Promise<void> {
    const session = await this.storage.get(URL_TOKEN, this.userOf(sessionId) ?? FIRST_STORE_USER, sessionId);
    session[member] = value;
    await this.settled();
  }

  /** One of the store's sessions, as stored. */
  session(sessionId: string): Record<string, unknown> | undefined {
    return this.storage.dump()[JSON.stringify([URL_TOKEN, this.userOf(sessionId), sessionId])];
  }

  /** The user that owns a session: the store's own user, whose id comes from its secret, or the user of version 0.1. */
  private userOf(sessionId: string): string | undefined {
    const keys = Object.keys(this.storage.dump()).map((key) => JSON.parse(key) as string[]);
    const users = keys.filter(([, , session]) => session === sessionId).map(([, user = '']) => user);
    return users.find((user) => user !== FIRST_STORE_USER) ?? users[0];
  }

  /** Everything stored, as text to compare and search. */
  dump(): string {
    return JSON.stringify(this.storage.dump());
  }

  private async settled(): Promise<void> {
    while (this.storage.pendingWrites > 0) await Promise.resolve();
  }

  /** A clock on which writes land at once and other timers never fire. */
  private clock(): Clock {
    return {
      now: () => this.time,
      setTimeout: (callback, delayMs) => {
        let isCancelled = delayMs > 0;
        queueMicrotask(() => {
          if (!isCancelled) callback();
        });
        return () => {
          isCancelled = true;
        };
      },
    };
  }
}
