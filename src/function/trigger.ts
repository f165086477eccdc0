import { readCognigyApi, triggerFunction } from '../cognigy-api';
import { AccessTokenError, toAccessTokenError } from '../errors';
import type { Hop } from './context';
import type { HopParameters } from './parameters';

/** An outage of the management API must last longer than this, milliseconds, to end the chain. */
const LONGEST_PAUSE_MS = 30_000;
const LONGEST_WAIT_MS = 10_000;

/**
 * Starts the next hop, with all requests that are left if need be. A second start of the same hop does
 * no harm: the store lets only one of them go on.
 *
 * @throws AccessTokenError trigger_failed, and those of `readCognigyApi`
 */
export async function triggerNextHop(next: HopParameters, hop: Hop): Promise<void> {
  const { budget, config, end, now, sleep, transport } = hop;
  const cognigyApi = readCognigyApi(config, config);
  let problem = new AccessTokenError('trigger_failed', 'No request was left to trigger it.');
  while (budget.left > 0 && now() < end) {
    // Half of the time that is left: the other half is for a second try.
    const share = budget.left > 1 ? 0.5 : 0.9;
    const timeoutMs = Math.max(1, Math.min(LONGEST_WAIT_MS, (end - now()) * share));
    try {
      await triggerFunction(cognigyApi, { ...next }, budget.limit(transport, 0), timeoutMs);
      return;
    } catch (thrown) {
      problem = toAccessTokenError(thrown);
    }
    if (budget.left > 0) await sleep(Math.min(LONGEST_PAUSE_MS, (end - now()) / (budget.left + 1)));
  }
  const { code, message, remedy } = problem;
  hop.console.error(`[access-token] ${code}: The chain has no successor. ${message} ${remedy}`);
  throw new AccessTokenError('trigger_failed', `The chain has no successor. ${message}`);
}
