import { setTimeout as sleep } from 'node:timers/promises';

/** Pauses that end early when somebody presses Ctrl+C. */
export interface Interruption {
  readonly happened: boolean;
  /**
   * @param ms milliseconds
   * @param done ends only this pause
   */
  pause(ms: number, done?: AbortSignal): Promise<void>;
  /** Stops listening to the signals. */
  forget(): void;
}

/** The parts of `process` and `process.stdout` that report signals, and a reader that has gone. */
interface Source<E extends string> {
  on(event: E, listener: () => void): unknown;
  removeListener(event: E, listener: () => void): unknown;
}

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/**
 * From here on, the first Ctrl+C only asks the program to end; a second one kills it as usual. An error of the output asks it to end too,
 * because nobody reads it any more.
 */
export function listenForInterruption(source: Source<(typeof SIGNALS)[number]>, output?: Source<'error'>): Interruption {
  const controller = new AbortController();
  const { signal } = controller;
  const interrupt = () => {
    controller.abort();
    // Not immediately: libraries that restore the terminal, such as its cursor, end the program if they find no other listener.
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
    pause: async (ms, done = signal) => {
      const either = AbortSignal.any([signal, done]);
      try {
        await sleep(ms, undefined, { signal: either });
      } catch (thrown) {
        if (!either.aborted) throw thrown;
      }
    },
    forget,
  };
}
