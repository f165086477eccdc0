import { setTimeout as sleep } from 'node:timers/promises';

import { ApiFailure, openApi, toCliError } from '../api';
import type { CliContext } from '../command';
import type { StatusEnvironment } from './observe';
import type { StatusSettings } from './settings';
import type { Picture } from './view';

type ProjectLists = Pick<StatusEnvironment, 'listInstances' | 'listUrlTokens'>;

/** What the command needs of the world besides its context. */
export interface StatusEdge {
  /** Columns of the terminal, where it knows them. */
  columns: () => number | undefined;
  openPicture: () => Promise<Picture>;
  /** Takes over Ctrl+C. */
  listen: () => Interruption;
  /** Opens the management API. */
  openProject: (settings: StatusSettings, context: CliContext) => ProjectLists;
}

/** One more try is enough for a look: the next one may be seconds away. */
const TRIES = 2;
/** Milliseconds that one request to the management API may take. */
const API_TIMEOUT_MS = 8000;
/** The running ones and the latest failure are among the newest. */
const MOST_INSTANCES = 100;

/** The terminal, the signals and the management API of the program. */
export const REAL_EDGE: StatusEdge = {
  columns: () => process.stdout.columns,
  openPicture: async () => {
    // An ES module, and only this needs it.
    const { createLogUpdate } = await import('log-update');
    const update = createLogUpdate(process.stdout);
    return { draw: (text) => update(text), done: () => update.done() };
  },
  listen: () => listenForInterruption(process, process.stdout),
  openProject: ({ apiUrl = '', apiKey = '' }, { now, sleep: pause }) => {
    const api = openApi({ apiUrl, apiKey, now, sleep: pause, tries: TRIES, timeoutMs: API_TIMEOUT_MS });
    return {
      listInstances: (functionId) => api.instances(functionId, { atMost: MOST_INSTANCES }).catch(rethrow),
      listUrlTokens: async (projectId) => (await api.endpoints(projectId).catch(rethrow)).flatMap(({ urlToken }) => urlToken ?? []),
    };
  },
};

function rethrow(thrown: unknown): never {
  throw thrown instanceof ApiFailure ? toCliError(thrown) : thrown;
}

/** Waits that end early when somebody presses Ctrl+C. */
export interface Interruption {
  readonly happened: boolean;
  /** @param ms milliseconds */
  pause(ms: number): Promise<void>;
  /** Stops listening to the signals. */
  forget(): void;
}

/** The parts of `process` and of `process.stdout` that report signals, and that nobody reads any more. */
interface Source<E extends string> {
  on(event: E, listener: () => void): unknown;
  removeListener(event: E, listener: () => void): unknown;
}

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/**
 * From here on a first Ctrl+C asks the program to end; a second one ends it as usual. A failing output asks for it too:
 * nobody reads any more.
 */
export function listenForInterruption(source: Source<(typeof SIGNALS)[number]>, output?: Source<'error'>): Interruption {
  const controller = new AbortController();
  const { signal } = controller;
  const interrupt = () => {
    controller.abort();
    // Not at once: libraries that restore the terminal (its cursor, for example) end the program themselves when they
    // find no other listener.
    setImmediate(forget);
  };
  const forget = () => {
    for (const name of SIGNALS) source.removeListener(name, interrupt);
    output?.removeListener('error', interrupt);
  };
  for (const name of SIGNALS) source.on(name, interrupt);
  output?.on('error', interrupt);
  return {
    get happened() {
      return signal.aborted;
    },
    pause: async (ms) => {
      try {
        await sleep(ms, undefined, { signal });
      } catch (thrown) {
        if (!signal.aborted) throw thrown;
      }
    },
    forget,
  };
}
