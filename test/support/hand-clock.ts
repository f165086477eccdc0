import { VirtualClock } from '../../tools/sandbox/virtual-clock';

/**
 * Virtual time for tests with real input and output. It stands still while a request is under way, however slow the machine
 * is, so that no time limit ends by chance. Timers without a delay fire at once, because nobody may be letting time pass.
 */
export class HandClock extends VirtualClock {
  private letGo: () => void = () => undefined;
  private released = this.nextRelease();
  private lastStep: Promise<unknown> = Promise.resolve();

  override setTimeout(callback: () => void, delayMs: number): () => void {
    if (delayMs > 0) return super.setTimeout(callback, delayMs);
    let isCancelled = false;
    queueMicrotask(() => {
      if (!isCancelled) callback();
    });
    return () => {
      isCancelled = true;
    };
  }

  override track<T>(work: Promise<T>): Promise<T> {
    void super.track(Promise.race([work, this.released]));
    return work;
  }

  /** Several callers may let time pass. Each event comes after everything that the event before it caused. */
  override async runUntil(goal: number | (() => boolean)): Promise<boolean> {
    const isReached = typeof goal === 'number' ? undefined : goal;
    for (;;) {
      let steps = 0;
      const stop = isReached === undefined ? goal : () => isReached() || steps++ > 0;
      const step = this.lastStep.then(() => super.runUntil(stop));
      this.lastStep = step;
      const hasMore = await step;
      if (isReached === undefined || isReached()) return true;
      if (!hasMore) return false;
    }
  }

  /** Lets time go on although a request is under way: for a server that has the request, but does not answer it yet. */
  release(): void {
    this.letGo();
    this.released = this.nextRelease();
  }

  private nextRelease(): Promise<void> {
    return new Promise((resolve) => {
      this.letGo = resolve;
    });
  }
}
