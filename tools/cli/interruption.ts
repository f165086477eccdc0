import { setTimeout as sleep } from 'node:timers/promises';

/** Pauses that end early when the user presses Ctrl+C. */
export interface Interruption {
  readonly happened: boolean;
  /**
   * @param ms milliseconds
   * @param done ends this pause alone
   */
  pause(ms: number, done?: AbortSignal): Promise<void>;
  /** Stops listening to the signals. */
  forget(): void;
}

/** The parts of `process` and `process.stdout` that report signals, and that nobody reads the output any more. */
interface Source<E extends string> {
  on(event: E, listener: () => void): unknown;
  removeListener(event: E, listener: () => void): unknown;
}

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/**
 * From now on, the first Ctrl+C asks the program to end, and a second one ends it at once. Output that fails asks for it too: nobody is
 * reading any more.
 */
export function listenForInterruption(source: Source<(typeof SIGNALS)[number]>, output?: Source<'error'>): Interruption {
  const controller = new AbortController();
  const { signal } = controller;
  const interrupt = () => {
    controller.abort();
    // Not at once: libraries that restore the terminal (its cursor, for example) end the program themselves if they find no other listener.
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
