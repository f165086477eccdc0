import { toAccessTokenError } from '../errors';
import { checkUrl } from '../http';
import { EndpointStore } from '../stores/endpoint';
import type { BeatAnswer } from '../stores/protocol';
import { DEFAULT_TOKEN_NAME } from '../stores/protocol';
import type { FunctionConfig } from './config';
import { nameOf, prepareHop, refreshPercentOf, TRIGGER_RESERVE } from './context';
import type { Hop } from './context';
import { readParameters } from './parameters';
import type { LegacyToken } from './parameters';
import type { HopEnvironment } from './platform';
import { refreshGranted } from './refresh-granted';
import { nextWakeAt } from './schedule';
import { triggerNextHop } from './trigger';

const STORE_TIMEOUT_MS = 5000;
/** The store did not answer: wait this long before the next beat. */
const STORE_PAUSE_MS = 15_000;
/** The store refuses us until somebody changes a setting: look again then. */
const REFUSED_PAUSE_MS = 60_000;
/** Longer than a refresh can take here, short enough that a killed hop does not block the nodes for long. */
const LEASE_MS = 30_000;

/**
 * One hop of the chain: sleeps until a token is due (or this instance must end), beats, refreshes the
 * token whose lease it was granted, and triggers the next hop, whatever happened before. At most 5
 * HTTP requests: beat, token request, commit, trigger, and one to spare.
 *
 * @throws AccessTokenError trigger_failed, when there is no successor; url_missing, url_malformed and
 *   insecure_url for a configuration with which there can be no chain
 */
export async function runHop(config: FunctionConfig, environment: HopEnvironment): Promise<void> {
  const { parameters: chain, legacy } = readParameters(environment.parameters, environment.now(), environment.random());
  const hop = prepareHop(config, chain, environment);
  const store = storeOf(hop);
  checkUrl(config.apiUrl, { field: 'apiUrl', allowInsecure: config.allowInsecure });
  if (legacy !== undefined) await adopt(legacy, store, hop);
  await hop.sleep(Math.min(chain.wakeAt, hop.end - config.functionBufferSeconds * 1000) - hop.now());
  const wakeAt = await work(store, hop);
  if (wakeAt !== null) await triggerNextHop({ ...chain, hop: chain.hop + 1, wakeAt }, hop);
}

/** @returns when the next hop has to wake, Unix milliseconds, or `null` when this chain ends */
async function work(store: EndpointStore, hop: Hop): Promise<number | null> {
  try {
    const answer = await beat(store, hop);
    if (!answer.continue) {
      hop.log('A newer chain keeps the tokens: this one ends.');
      return null;
    }
    const handled = answer.granted === null ? undefined : await refreshGranted(answer.granted, answer, store, hop);
    return nextWakeAt({ schedule: answer.schedule, handled }, hop.now());
  } catch (thrown) {
    const error = toAccessTokenError(thrown);
    hop.console.error(`[access-token] ${error.code}: ${error.message} ${error.remedy}`);
    return hop.now() + (error.transient ? STORE_PAUSE_MS : REFUSED_PAUSE_MS);
  }
}

function storeOf({ config, budget, transport, workEnd, now }: Hop): EndpointStore {
  return new EndpointStore({
    url: checkUrl(config.storeUrl, { field: 'storeUrl', allowInsecure: config.allowInsecure }),
    endpointSecret: config.endpointSecret,
    transport: budget.limit(transport, TRIGGER_RESERVE),
    timeoutMs: () => Math.max(1, Math.min(STORE_TIMEOUT_MS, workEnd - now())),
  });
}

function beat(store: EndpointStore, { chain, owner, config }: Hop): Promise<BeatAnswer> {
  const { chainId, hop } = chain;
  const tokens = config.tokens.map((token) => ({ tokenName: nameOf(token), refreshPercent: refreshPercentOf(token) }));
  return store.beat({ chainId, hop, owner, leaseMs: LEASE_MS, tokens });
}

/** Puts the token of the older, hand-made Function into the store. */
async function adopt({ token, timestamp }: LegacyToken, store: EndpointStore, hop: Hop): Promise<void> {
  const [first] = hop.config.tokens;
  try {
    await store.update(first === undefined ? DEFAULT_TOKEN_NAME : nameOf(first), token, timestamp);
    hop.log('The token of the older Function is in the store now.');
  } catch (thrown) {
    const { code, message, remedy } = toAccessTokenError(thrown);
    hop.console.error(`[access-token] ${code}: the older Function's token could not be stored. ${message} ${remedy}`);
  }
}
