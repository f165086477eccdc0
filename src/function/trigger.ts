import { AccessTokenError } from '../errors';
import { TransportError } from '../http';
import type { Hop } from './context';
import type { HopParameters } from './parameters';

/** Before a second try, milliseconds. */
const RETRY_PAUSE_MS = 500;
const LONGEST_WAIT_MS = 10_000;

/**
 * Starts the next hop, with all requests that are left if need be. A second start of the same hop does
 * no harm: the store lets only one of them go on.
 *
 * @throws AccessTokenError trigger_failed
 */
export async function triggerNextHop(next: HopParameters, hop: Hop): Promise<void> {
  const { budget, end, now, sleep } = hop;
  let problem = 'no request was left';
  while (budget.left > 0 && now() < end) {
    const outcome = await tryTrigger(next, hop);
    if (outcome === 'triggered') return;
    problem = outcome;
    // Past its end the platform would stop this instance in its sleep, and nobody would learn why.
    if (budget.left === 0 || now() + RETRY_PAUSE_MS >= end) break;
    await sleep(RETRY_PAUSE_MS);
  }
  throw new AccessTokenError('trigger_failed', `The chain has no successor: ${problem}.`);
}

async function tryTrigger(next: HopParameters, { budget, config, end, now, transport }: Hop): Promise<string> {
  const base = config.apiUrl.trim().replace(/\/+$/, '');
  const request = {
    method: 'POST',
    url: `${base}/new/v2.0/functions/${encodeURIComponent(config.functionId)}/trigger`,
    headers: { accept: 'application/json', 'content-type': 'application/json', 'x-api-key': config.apiKey },
    body: { parameters: next },
  } as const;
  // Half of the time that is left: the other half is for a second try.
  const share = budget.left > 1 ? 0.5 : 0.9;
  const timeoutMs = Math.max(1, Math.min(LONGEST_WAIT_MS, (end - now()) * share));
  try {
    const { status } = await budget.limit(transport, 0)(request, timeoutMs);
    return status >= 200 && status < 300 ? 'triggered' : `the platform answered HTTP ${status}`;
  } catch (thrown) {
    return `the platform did not answer (${thrown instanceof TransportError ? thrown.message : 'network'})`;
  }
}
