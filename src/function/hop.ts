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

/** The pause after the store or the Flow did not answer, milliseconds. */
const OUTAGE_PAUSE_MS = 15_000;
/** The pause after they refused, milliseconds. Only a changed setting helps then. */
const REFUSED_PAUSE_MS = 60_000;
/** A chain that has never reached its store or Flow ends with an error after this many hops. */
const MOST_FAILED_BEATS = 5;

/**
 * One hop of the chain. It sleeps until a token is due or this instance must end. Then it sends its heartbeat, has the
 * due token refreshed, and triggers the next hop, whatever happened before.
 *
 * It sends at most 5 HTTP requests: heartbeat, token request, commit, trigger, and one to spare, which an alert may use
 * at the end. With a Flow that refreshes, it sends two and has three to spare. A hop that takes over from the older,
 * hand-made Function sends three: read, commit, trigger.
 *
 * @throws AccessTokenError trigger_failed if there is no successor; the heartbeat's error if it has failed in each of
 *   the chain's first 5 hops; url_missing, url_malformed, insecure_url and cognigy_api_incomplete if the configuration
 *   allows no chain
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

/** Checks the URL once. A wrong one then fails the instance, where somebody sees it, instead of every heartbeat. */
function checkTarget(config: FunctionConfig): void {
  const { allowInsecure } = config;
  if (config.refreshBy === 'flow') checkUrl(config.refreshFlowUrl, { field: 'refreshFlowUrl', allowInsecure });
  else checkUrl(config.storeUrl, { field: 'storeUrl', allowInsecure });
}

/** Leaves the work to the next hop, because this one has too few requests for it. */
async function takeOver(legacy: LegacyToken, failedBeats: number | undefined, hop: Hop): Promise<Done> {
  await adoptLegacyToken(legacy, hop);
  return { wakeAt: hop.now(), failedBeats };
}

async function sleepAndWork(failedBeats: number | undefined, hop: Hop): Promise<Done | null> {
  const { chain, sleepEnd, now, sleep } = hop;
  await sleep(Math.min(chain.wakeAt, sleepEnd) - now());
  return work(failedBeats, hop);
}

/** What the next hop and the alert need. */
interface Done {
  /** When the next hop must act, Unix milliseconds. */
  wakeAt: number;
  failedBeats: number | undefined;
  alerts?: readonly TokenAlert[] | undefined;
}

/**
 * Sends the heartbeat, and has the due token refreshed.
 *
 * @returns `null` if this chain must end
 * @throws AccessTokenError the heartbeat's error, if none of this chain's heartbeats has ever succeeded. The store
 *   doesn't know such a chain, so it must not run for ever beside the ones that replace it
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
