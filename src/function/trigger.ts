import { readCognigyApi, triggerFunction } from '../cognigy-api';
import { AccessTokenError, toAccessTokenError } from '../errors';
import { sentencesOf } from '../log';
import type { Hop } from './context';
import type { HopParameters } from './parameters';

/** The time from the first try to the last, milliseconds. A shorter outage doesn't end the chain. */
const LONGEST_OUTAGE_MS = 91_000;
/** The longest wait for one answer, milliseconds. */
const LONGEST_WAIT_MS = 9000;
/** The shortest wait for one answer, milliseconds, even if the instance's time is up: the platform may not be that strict. */
const SHORTEST_WAIT_MS = 500;
/** Each pause is longer than the last by this factor, because most outages are over soon. */
const GROWTH = 4;

/**
 * Starts the next hop. It uses all requests that are left if it must, and at least one. Starting the same hop twice
 * does no harm, because the store lets only one of the two go on.
 *
 * @throws AccessTokenError trigger_failed, and the errors of `readCognigyApi`
 */
export async function triggerNextHop(next: HopParameters, hop: Hop): Promise<void> {
  const { budget, config, end, now, sleep, transport } = hop;
  const cognigyApi = readCognigyApi(config, config);
  const started = now();
  // A tenth of the instance's remaining time is kept for the last try.
  const span = Math.min(LONGEST_OUTAGE_MS, Math.max(0, end - started) * 0.9);
  const mostTries = budget.left;
  let problem = new AccessTokenError('trigger_failed', 'No request was left to trigger it.');
  for (let tries = 1; tries <= mostTries; tries += 1) {
    await sleep(started + startOf(tries, mostTries) * span - now());
    try {
      const timeoutMs = Math.max(SHORTEST_WAIT_MS, Math.min(LONGEST_WAIT_MS, timeOf(tries, mostTries, span), end - now()));
      await triggerFunction(cognigyApi, { ...next }, budget.limit(transport, 0), timeoutMs);
      return;
    } catch (thrown) {
      problem = toAccessTokenError(thrown);
    }
  }
  hop.log('error', problem.code, `The chain has no successor. ${sentencesOf(problem)}`);
  throw new AccessTokenError('trigger_failed', `The chain has no successor. ${problem.message}`);
}

/** When a try starts, as a share of the span. The first is at 0 and the last at 1, with growing pauses between. */
function startOf(tries: number, mostTries: number): number {
  return mostTries === 1 ? 0 : (GROWTH ** (tries - 1) - 1) / (GROWTH ** (mostTries - 1) - 1);
}

/** How long a try may take, milliseconds: until the next one starts. */
function timeOf(tries: number, mostTries: number, span: number): number {
  return tries === mostTries ? LONGEST_WAIT_MS : (startOf(tries + 1, mostTries) - startOf(tries, mostTries)) * span;
}
