/** 128 and the number of SIGINT, as shells count. */
export const EXIT_INTERRUPTED = 130;

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/**
 * The first Ctrl+C asks the demo to end with its summary; the second one ends the program at once. The listeners stay,
 * because the library that restores the cursor ends the program if nobody else listens.
 */
export function listenForInterruption(): AbortSignal {
  const controller = new AbortController();
  const interrupt = () => {
    if (controller.signal.aborted) process.exit(EXIT_INTERRUPTED);
    controller.abort();
  };
  for (const name of SIGNALS) process.on(name, interrupt);
  return controller.signal;
}
