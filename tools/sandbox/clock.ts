/** The clock of a part of the sandbox. Everything that waits or asks for the time takes one. */
export interface Clock {
  /** Unix milliseconds. */
  now(): number;
  /** Calls `callback` once, after `delayMs` milliseconds. Returns a function that cancels it. */
  setTimeout(callback: () => void, delayMs: number): () => void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  setTimeout(callback, delayMs) {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
};

/** Timers of another clock that can be cancelled together. */
export class ScopedClock implements Clock {
  private readonly cancels = new Set<() => void>();

  constructor(private readonly clock: Clock) {}

  now(): number {
    return this.clock.now();
  }

  setTimeout(callback: () => void, delayMs: number): () => void {
    const cancel = this.clock.setTimeout(() => {
      this.cancels.delete(cancel);
      callback();
    }, delayMs);
    this.cancels.add(cancel);
    return () => {
      this.cancels.delete(cancel);
      cancel();
    };
  }

  /** Cancels every timer that has not fired. */
  close(): void {
    for (const cancel of this.cancels) cancel();
    this.cancels.clear();
  }
}

/** Resolves after `delayMs` milliseconds of `clock`. */
export function sleep(clock: Clock, delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    clock.setTimeout(resolve, delayMs);
  });
}

/** Settles like `work`, or rejects with `onTimeout()` after `limitMs` milliseconds of `clock`. */
export async function withTimeLimit<T>(
  clock: Clock,
  limitMs: number,
  work: Promise<T>,
  onTimeout: () => Error,
): Promise<T> {
  let cancel: () => void = () => undefined;
  const limit = new Promise<never>((_resolve, reject) => {
    cancel = clock.setTimeout(() => reject(onTimeout()), limitMs);
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    cancel();
  }
}
