import { readCognigyApi } from '../cognigy-api';
import { toAccessTokenError } from '../errors';
import { checkUrl } from '../http';
import { beatStore, adoptLegacyToken } from './beat-store';
import type { FunctionConfig } from './config';
import { prepareHop } from './context';
import type { Hop } from './context';
import { readParameters } from './parameters';
import type { HopEnvironment } from './platform';
import { nextWakeAt } from './schedule';
import type { HopOutcome } from './schedule';
import { triggerNextHop } from './trigger';
import { wakeFlow } from './wake-flow';

/** The store or the Flow did not answer: wait this long before the next beat. */
const OUTAGE_PAUSE_MS = 15_000;
/** They refuse us until somebody changes a setting: look again then. */
const REFUSED_PAUSE_MS = 60_000;

/**
 * One hop of the chain: sleeps until a token is due (or this instance must end), beats, has the due token
 * refreshed, and triggers the next hop, whatever happened before. At most 5 HTTP requests: beat, token
 * request, commit, trigger, and one to spare; or, with a Flow that refreshes, two and three to spare.
 *
 * @throws AccessTokenError trigger_failed, when there is no successor; url_missing, url_malformed,
 *   insecure_url and cognigy_api_incomplete for a configuration with which there can be no chain
 */
export async function runHop(config: FunctionConfig, environment: HopEnvironment): Promise<void> {
  const { parameters: chain, legacy } = readParameters(environment.parameters, environment.now(), environment.random());
  const hop = prepareHop(config, chain, environment);
  readCognigyApi(config, config);
  checkTarget(config);
  if (legacy !== undefined) await adoptLegacyToken(legacy, hop);
  await sleepUntil(Math.min(chain.wakeAt, hop.end - config.functionBufferSeconds * 1000), hop);
  const wakeAt = await work(hop);
  if (wakeAt !== null) await triggerNextHop({ ...chain, hop: chain.hop + 1, wakeAt }, hop);
}

/** What each beat would stumble over is an error of the instance, which somebody sees, and not of each hop. */
function checkTarget(config: FunctionConfig): void {
  const { allowInsecure } = config;
  if (config.refreshBy === 'flow') checkUrl(config.refreshFlowUrl, { field: 'refreshFlowUrl', allowInsecure });
  else checkUrl(config.storeUrl, { field: 'storeUrl', allowInsecure });
}

/** Timers may fire a little early, and a token must not be asked for before it is due. */
async function sleepUntil(time: number, { now, sleep }: Hop): Promise<void> {
  while (now() < time) await sleep(time - now());
}

/** @returns when the next hop has to wake, Unix milliseconds, or `null` when this chain ends */
async function work(hop: Hop): Promise<number | null> {
  const { config, console, log, now } = hop;
  try {
    const outcome: HopOutcome | null =
      config.refreshBy === 'flow' ? await wakeFlow(config, hop) : await beatStore(config, hop);
    if (outcome !== null) return nextWakeAt(outcome, now());
    log('This hop, or a newer chain, is at work already: this instance ends. To start anew, trigger without parameters.');
    return null;
  } catch (thrown) {
    const { code, message, remedy, transient } = toAccessTokenError(thrown);
    console.error(`[access-token] ${code}: ${message} ${remedy}`);
    return now() + (transient ? OUTAGE_PAUSE_MS : REFUSED_PAUSE_MS);
  }
}
