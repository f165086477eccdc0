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

/** The store or the Flow did not answer: wait this long before the next beat. */
const OUTAGE_PAUSE_MS = 15_000;
/** They refuse us until somebody changes a setting: look again then. */
const REFUSED_PAUSE_MS = 60_000;
/** A chain that has not reached its store, or its Flow, by then ends with an error. */
const MOST_FAILED_BEATS = 5;

/**
 * One hop of the chain: sleeps until a token is due (or this instance must end), beats, has the due token
 * refreshed, and triggers the next hop, whatever happened before. At most 5 HTTP requests: beat, token
 * request, commit, trigger, and one to spare, which an alert may have in the end; or, with a Flow that refreshes, two and three to spare. A hop that takes
 * over from the older, hand-made Function has its own three: read, commit, trigger.
 *
 * @throws AccessTokenError trigger_failed, when there is no successor; why the beat failed, for a chain whose
 *   first 5 hops could not beat; url_missing, url_malformed,
 *   insecure_url and cognigy_api_incomplete for a configuration with which there can be no chain
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
  // The next instance goes by the machine's clock.
  const wakeAt = hop.machineNow() + done.wakeAt - hop.now();
  await triggerNextHop({ chainId, hop: chain.hop + 1, wakeAt }, hop);
  await sendAlerts(done.alerts, hop);
}

/** What each beat would stumble over is an error of the instance, which somebody sees, and not of each hop. */
function checkTarget(config: FunctionConfig): void {
  const { allowInsecure } = config;
  if (config.refreshBy === 'flow') checkUrl(config.refreshFlowUrl, { field: 'refreshFlowUrl', allowInsecure });
  else checkUrl(config.storeUrl, { field: 'storeUrl', allowInsecure });
}

/** The next hop does the work: there would not be requests enough for it in this one. */
async function takeOver(legacy: LegacyToken, failedBeats: number | undefined, hop: Hop): Promise<Done> {
  await adoptLegacyToken(legacy, hop);
  return { wakeAt: hop.now(), failedBeats };
}

async function sleepAndWork(failedBeats: number | undefined, hop: Hop): Promise<Done | null> {
  const { chain, sleepEnd, now, sleep } = hop;
  await sleep(Math.min(chain.wakeAt, sleepEnd) - now());
  return work(failedBeats, hop);
}

/** What is passed on to the next hop. */
interface Done {
  /** Unix milliseconds. */
  wakeAt: number;
  failedBeats: number | undefined;
  alerts?: readonly TokenAlert[] | undefined;
}

/**
 * Beats, and has refreshed what is due.
 *
 * @returns `null` when this chain ends
 * @throws AccessTokenError why the beat failed, where none of this chain's has ever succeeded: nobody knows
 *   of it, so it must not go on for ever beside the chains that are started in its place
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
