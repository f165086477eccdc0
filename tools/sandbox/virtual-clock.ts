import type { Clock } from './clock';

interface TimerEvent {
  at: number;
  order: number;
  callback: () => void;
}

// Kept when the module loads, so that a test with fake global timers does not stop this clock.
const realSetImmediate = setImmediate;

function macrotaskTurn(): Promise<void> {
  return new Promise((resolve) => realSetImmediate(resolve));
}

/**
 * Discrete-event time. It passes only through `runUntil`, `advanceTo` and `advanceBy`, and idle time costs nothing.
 * Between two events the clock lets all promise reactions and one macrotask turn run, so that async code always proceeds
 * in the same order.
 */
export class VirtualClock implements Clock {
  private currentMs: number;
  private events: TimerEvent[] = [];
  private order = 0;
  private readonly outside = new Set<Promise<unknown>>();

  /** @param startMs the time at the start, Unix milliseconds */
  constructor(startMs: number = Date.UTC(2030, 0, 1)) {
    this.currentMs = startMs;
  }

  now(): number {
    return this.currentMs;
  }

  setTimeout(callback: () => void, delayMs: number): () => void {
    const delay = Number.isFinite(delayMs) ? Math.max(0, delayMs) : 0;
    const event: TimerEvent = { at: this.currentMs + delay, order: this.order++, callback };
    this.insert(event);
    return () => {
      const index = this.events.indexOf(event);
      if (index >= 0) this.events.splice(index, 1);
    };
  }

  /** How many timers have not fired. */
  get pending(): number {
    return this.events.length;
  }

  /**
   * Virtual time stands still until `work` is settled, however long that takes. Use it for real input and output, such as a
   * request to a local server. Don't use it for work that waits for this clock: that would be a deadlock.
   */
  track<T>(work: Promise<T>): Promise<T> {
    const settled = work.then(
      () => undefined,
      () => undefined,
    );
    this.outside.add(settled);
    void settled.then(() => this.outside.delete(settled));
    return work;
  }

  /**
   * Fires events in order until the time (Unix milliseconds) is reached or the predicate is true.
   *
   * @returns false if no events were left before the predicate was true. A time is always reached.
   */
  async runUntil(goal: number | (() => boolean)): Promise<boolean> {
    for (;;) {
      await this.settle();
      if (typeof goal === 'function' && goal()) return true;
      const next = this.events[0];
      if (typeof goal === 'number' && (next === undefined || next.at > goal)) {
        this.currentMs = Math.max(this.currentMs, goal);
        return true;
      }
      if (next === undefined) return false;
      this.events.shift();
      this.currentMs = Math.max(this.currentMs, next.at);
      next.callback();
    }
  }

  /** Fires everything that is due by `timeMs` (Unix milliseconds), and stops there. */
  async advanceTo(timeMs: number): Promise<void> {
    await this.runUntil(timeMs);
  }

  /** `advanceTo`, `durationMs` milliseconds from now. */
  async advanceBy(durationMs: number): Promise<void> {
    await this.runUntil(this.currentMs + durationMs);
  }

  /** Lets promise reactions, one macrotask turn and tracked work finish, while time stands still. */
  async settle(): Promise<void> {
    await macrotaskTurn();
    while (this.outside.size > 0) {
      await Promise.race(this.outside);
      await macrotaskTurn();
    }
  }

  private insert(event: TimerEvent): void {
    let low = 0;
    let high = this.events.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const other = this.events[middle];
      // Events at the same time fire in the order in which they were set.
      if (other !== undefined && other.at <= event.at) low = middle + 1;
      else high = middle;
    }
    this.events.splice(low, 0, event);
  }
}
