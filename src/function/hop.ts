import { readCognigyApi } from '../cognigy-api';
import { toAccessTokenError } from '../errors';
import { checkUrl } from '../http';
import { logError } from '../log';
import type { TokenAlert } from '../stores/protocol/wire';
import { adoptLegacyToken } from './adopt-legacy-token';
import { sendAlerts } from './alert';
import { beatStore } from './beat-store';
import type { FunctionConfig } from './config';
import { prepareHop } from './context';
import type { Hop } from './context';
import { passOnChainId, readParameters } from './parameters';
import type { LegacyToken } from './parameters';
import type { HopEnvironment } from './platform';
import { nextWakeAt } from './schedule';
import type { HopOutcome } from './schedule';
import { triggerNextHop } from './trigger';
import { wakeFlow } from './wake-flow';

/** If the store or the Flow did not answer, wait this long before the next beat. */
const OUTAGE_PAUSE_MS = 15_000;
/** If it refuses us, somebody must change a setting. Wait this long before asking again. */
const REFUSED_PAUSE_MS = 60_000;
/** A chain that has not reached its store or its Flow after this many hops ends with an error. */
const MOST_FAILED_BEATS = 5;

/**
 * Runs one hop of the chain. It sleeps until a token is due (or this instance must end), beats, refreshes the token that is due, and
 * triggers the next hop, whatever happened before. It sends at most 5 HTTP requests: beat, token request, commit, trigger, and a spare one,
 * which an alert may use at the end. If a Flow refreshes, it needs two and has three to spare. A hop that takes over from the older,
 * hand-made Function needs three: read, commit, trigger.
 *
 * @throws AccessTokenError trigger_failed, if there is no successor; the reason why the beat failed, if none of the chain's first 5 hops
 *   could beat; url_missing, url_malformed, insecure_url and cognigy_api_incomplete, if the configuration can't run a chain
 */
export async function runHop(config: FunctionConfig, environment: HopEnvironment): Promise<void> {
  const start = readParameters(environment.parameters, environment.now(), environment.random());
  const { parameters: chain, legacy, failedBeats } = start;
  const hop = prepareHop(config, { chain, first: failedBeats !== undefined }, environment);
  readCognigyApi(config, config);
  checkTarget(config);
  const done = legacy === undefined ? await sleepAndWork(failedBeats, hop) : await takeOver(legacy, failedBeats, hop);
  if (done === null) return;
  const chainId = passOnChainId(chain.chainId, done.failedBeats);
  // The next instance starts from the machine's clock.
  const wakeAt = hop.machineNow() + done.wakeAt - hop.now();
  await triggerNextHop({ chainId, hop: chain.hop + 1, wakeAt }, hop);
  await sendAlerts(done.alerts, hop);
}

/** A mistake that would stop every beat fails the instance, where somebody sees it, instead of every hop. */
function checkTarget(config: FunctionConfig): void {
  const { allowInsecure } = config;
  if (config.refreshBy === 'flow') checkUrl(config.refreshFlowUrl, { field: 'refreshFlowUrl', allowInsecure });
  else checkUrl(config.storeUrl, { field: 'storeUrl', allowInsecure });
}

/** The next hop does the work, because this one lacks the requests for it. */
async function takeOver(legacy: LegacyToken, failedBeats: number | undefined, hop: Hop): Promise<Done> {
  await adoptLegacyToken(legacy, hop);
  return { wakeAt: hop.now(), failedBeats };
}

async function sleepAndWork(failedBeats: number | undefined, hop: Hop): Promise<Done | null> {
  const { chain, sleepEnd, now, sleep } = hop;
  await sleep(Math.min(chain.wakeAt, sleepEnd) - now());
  return work(failedBeats, hop);
}

/** What the next hop gets. */
interface Done {
  /** Unix milliseconds. */
  wakeAt: number;
  failedBeats: number | undefined;
  alerts?: readonly TokenAlert[] | undefined;
}

/**
 * Beats, and refreshes the token that is due.
 *
 * @returns `null` if this chain must end
 * @throws AccessTokenError why the beat failed, if no beat of this chain ever succeeded: the store does not know this chain, so it must not
 *   run forever beside the ones that nodes start
 */
async function work(failedBeats: number | undefined, hop: Hop): Promise<Done | null> {
  const { config, log, now } = hop;
  try {
    const outcome: HopOutcome | null =
      config.refreshBy === 'flow' ? await wakeFlow(config, hop) : await beatStore(config, hop);
    if (outcome !== null) return { wakeAt: nextWakeAt(outcome, now()), failedBeats: undefined, alerts: outcome.alerts };
    log('info', 'ended', 'This hop, or a newer chain, is at work already: this instance ends. To start anew, trigger without parameters.');
    return null;
  } catch (thrown) {
    const error = toAccessTokenError(thrown);
    logError(log, error);
    if (failedBeats !== undefined && failedBeats + 1 >= MOST_FAILED_BEATS) throw error;
    const wakeAt = now() + (error.transient ? OUTAGE_PAUSE_MS : REFUSED_PAUSE_MS);
    return { wakeAt, failedBeats: failedBeats === undefined ? undefined : failedBeats + 1 };
  }
}
