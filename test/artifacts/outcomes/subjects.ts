import type { Store } from '../../support/outcome-world';

/** What plays the cases: all three stores with the nodes, and the Function, or a real Redis only. */
export interface Subjects {
  stores: readonly Store[];
  /** Those that several conversations share. */
  shared: readonly Store[];
  withFunction: boolean;
}

export const ALL: Subjects = { stores: ['conversation', 'endpoint', 'redis'], shared: ['endpoint', 'redis'], withFunction: true };
export const REDIS_ONLY: Subjects = { stores: ['redis'], shared: ['redis'], withFunction: false };
