import { setTimeout as sleep } from 'node:timers/promises';

/** Waits that end early when somebody presses Ctrl+C. */
export interface Interruption {
  readonly happened: boolean;
  /** @param ms milliseconds */
  pause(ms: number): Promise<void>;
  /** Gives the signals back to whoever had them. */
  forget(): void;
}

/** The part of `process` that tells of signals. */
export interface SignalSource {
  on(signal: Signal, listener: () => void): unknown;
  removeListener(signal: Signal, listener: () => void): unknown;
}

/** The part of `process.stdout` that tells that nobody reads any more. */
export interface Output {
  on(event: 'error', listener: () => void): unknown;
  removeListener(event: 'error', listener: () => void): unknown;
}

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;
type Signal = (typeof SIGNALS)[number];

/**
 * From here on a first Ctrl+C is a request to end; a second one ends the program as usual. An output that fails is one
 * too: there is nobody to look for.
 */
export function listenForInterruption(source: SignalSource, output?: Output): Interruption {
  const controller = new AbortController();
  const { signal } = controller;
  const interrupt = () => {
    controller.abort();
    // Not at once: libraries that tidy up at the end (the cursor, for example) end the program themselves where they
    // find nobody else listening.
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
