import { VirtualClock } from '../../src/sandbox/virtual-clock';

/**
 * Virtual time beside real input and output. It stands still for as long as a request is under way, however slow the
 * machine is, so that no time limit runs out by chance. What is due at once happens at once, as nobody may be there who
 * lets time pass.
 */
export class HandClock extends VirtualClock {
  private letGo: () => void = () => undefined;
  private released = this.nextRelease();

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

  /** Lets time go on although something is under way: for a server that has got a request and won't answer it yet. */
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
