/** 128 and the number of SIGINT, as shells count. */
export const EXIT_INTERRUPTED = 130;

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/**
 * A first Ctrl+C asks the demo to end, with its summary; a second one ends the program at once. The listeners stay:
 * the library that restores the cursor ends the program by itself where it finds nobody else listening.
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
