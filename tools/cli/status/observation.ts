import type { StoreView } from '../../../src/stores';

/** A token that is to be kept, as the configuration has it. */
export interface WatchedToken {
  tokenName: string;
  /** 1 to 99. */
  refreshPercent: number;
}

/** An instance of the Function, as the management API lists it. */
export interface ObservedInstance {
  status: string;
  /** Unix milliseconds. */
  createdAt: number;
  /** Unix milliseconds; absent while it runs. */
  finishedAt?: number | undefined;
  /** Why it ended with an error: text from outside, made fit to be shown. */
  error?: string | undefined;
}

/** Why something could not be looked at, and what to do about it; an `AccessTokenError` is one. */
export interface Obstacle {
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
}

/** What was seen at one moment; `judge` makes a report of it. */
export interface Observation {
  /** This machine's clock, Unix milliseconds. */
  now: number;
  tokens: readonly WatchedToken[];
  /** What the store says of each token, by its name. */
  store: { views: ReadonlyMap<string, StoreView> } | { obstacle: Obstacle };
  /** Absent where the configuration has no chain. */
  function?: ObservedFunction;
}

export type ObservedFunction =
  | { functionId: string; instances: readonly ObservedInstance[] }
  | { functionId?: string; obstacle: Obstacle };
