import { retry } from '../../../src/retry';

import { ApiFailure } from './failure';

export interface RetryOptions {
  /** How many times a request is sent at most. */
  tries: number;
  /** Unix milliseconds */
  now: () => number;
  /** @param ms milliseconds */
  sleep: (ms: number) => Promise<void>;
  /** From 0 to 1. */
  random: () => number;
}

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 8_000;
/** A longer `Retry-After` ends the command with an error that says how long to wait. */
const LONGEST_RETRY_AFTER_MS = 60_000;

/**
 * Retries a request while its failure may pass: 408, 429, 5xx except 501, or no answer. It honours `Retry-After` up to a minute.
 *
 * @param before runs before each retry. It returns the result if the lost request did its work after all
 * @throws ApiFailure of the last try
 */
export async function withRetries<T>(
  send: () => Promise<T>,
  { tries, now, sleep, random }: RetryOptions,
  before: () => Promise<T | undefined> = () => Promise.resolve(undefined),
): Promise<T> {
  return retry(
    async (tried) => (tried === 1 ? undefined : await before()) ?? send(),
    (thrown, tried) => {
      if (!(thrown instanceof ApiFailure) || !thrown.transient || tried >= tries) return undefined;
      const backoff = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (tried - 1));
      // Clients that were refused at the same moment must not all come back at the same moment.
      const pause = Math.max(backoff, (thrown.retryAt ?? 0) - now()) * (1 + random() / 4);
      return pause > LONGEST_RETRY_AFTER_MS * 1.25 ? undefined : pause;
    },
    sleep,
  );
}
