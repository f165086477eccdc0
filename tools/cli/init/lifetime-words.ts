import { refreshAt } from '../../../src/lifetime';
import { describeDuration } from '../durations';

/** If less than this lies between refresh and expiry, seconds, a Function's start-up alone may take longer. */
const COMFORTABLE_SECONDS = 10;

/** @param lifetimeSeconds `expires_in` of a fresh token */
export function describeLifetime(lifetimeSeconds: number): string {
  const lifetime = describeDuration(lifetimeSeconds * 1000);
  return `The token endpoint answered with a token that lives ${lifetime} (${lifetimeSeconds} s).`;
}

/**
 * Explains a percentage for a token of this lifetime.
 *
 * @returns the sentence, and a warning if the time between refresh and expiry is short
 */
export function describeRefresh(lifetimeSeconds: number, percent: number): { text: string; warning?: string } {
  const dueMs = refreshAt({ timestamp: 0, token: { expires_in: lifetimeSeconds } }, percent);
  const leftMs = lifetimeSeconds * 1000 - dueMs;
  const text = `It is refreshed ${describeDuration(dueMs)} after it was issued, ${describeDuration(leftMs)} before it expires.`;
  if (leftMs >= COMFORTABLE_SECONDS * 1000) return { text };
  const warning = `That is little time: a Function takes some seconds to start. A smaller percentage gives the chain more.`;
  return { text, warning };
}
