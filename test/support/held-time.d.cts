export interface HeldTimeOptions {
  /** Unix milliseconds. */
  now: number;
  /** Shorter timers run in real time, and take no time here. Milliseconds. */
  shortestPauseMs: number;
  /** Awaited before each pause passes. */
  beforePause?: () => Promise<unknown>;
}

export declare class HeldTime {
  constructor(options: HeldTimeOptions);
  now(): number;
  set(now: number): void;
  noAnswerWillCome(hasHeard?: () => boolean): void;
  install(): void;
  uninstall(): void;
  run<T>(work: () => Promise<T>): Promise<T>;
  sleep(ms: number): Promise<void>;
}
