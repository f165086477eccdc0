import { refreshAt } from '../../../src/lifetime';
import { describeDuration } from '../durations';

/** With fewer seconds than this between refresh and expiry, the start of a Function alone may take longer. */
const COMFORTABLE_SECONDS = 10;

/** @param lifetimeSeconds `expires_in` of a fresh token */
export function describeLifetime(lifetimeSeconds: number): string {
  const lifetime = describeDuration(lifetimeSeconds * 1000);
  return `The token endpoint answered with a token that lives ${lifetime} (${lifetimeSeconds} s).`;
}

/**
 * Says what a refresh percentage means for a token with this lifetime.
 *
 * @returns the sentence, and a warning if the time between refresh and expiry is short
 */
export function describeRefresh(lifetimeSeconds: number, percent: number): { text: string; warning?: string } {
  const dueMs = refreshAt({ timestamp: 0, token: { expires_in: lifetimeSeconds } }, percent);
  const leftMs = lifetimeSeconds * 1000 - dueMs;
  const text = `It is refreshed ${describeDuration(dueMs)} after it was issued, ${describeDuration(leftMs)} before it expires.`;
  if (leftMs >= COMFORTABLE_SECONDS * 1000) return { text };
  const warning = `That is little time: a Function takes some seconds to start. A smaller percentage gives the chain more time.`;
  return { text, warning };
}
