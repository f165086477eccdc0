import { toAccessTokenError } from '../errors';
import { checkUrl } from '../http';
import { EndpointStore } from '../stores/endpoint';
import { DEFAULT_TOKEN_NAME } from '../stores/protocol';
import { describeBacklog, findBacklog } from './backlog';
import type { RefreshByFunction } from './config';
import { nameOf, refreshPercentOf, TRIGGER_RESERVE } from './context';
import type { Hop } from './context';
import type { LegacyToken } from './parameters';
import { refreshGranted } from './refresh-granted';
import { clockAhead } from './schedule';
import type { HopOutcome } from './schedule';

const STORE_TIMEOUT_MS = 5000;
/** Longer than a refresh can take here, short enough that a killed hop does not block the nodes for long. */
const LEASE_MS = 30_000;

/**
 * Beats at the shared store, and refreshes the token whose lease it was granted.
 *
 * @returns `null` when this chain is to end
 * @throws AccessTokenError those of the store
 */
export async function beatStore(config: RefreshByFunction, hop: Hop): Promise<HopOutcome | null> {
  const { chain, owner, beatWithinMs, now, console } = hop;
  const store = openStore(config, hop);
  const asked = now();
  const answer = await store.beat({
    chainId: chain.chainId,
    hop: chain.hop,
    owner,
    leaseMs: LEASE_MS,
    beatWithinMs,
    tokens: config.tokens.map((token) => ({ tokenName: nameOf(token), refreshPercent: refreshPercentOf(token) })),
  });
  if (!answer.continue) return null;
  const { schedule, granted } = answer;
  const clockAheadMs = clockAhead(asked, now(), answer.now);
  const handled = granted === null ? undefined : await refreshGranted(granted, answer, store, config, hop);
  // A busy chain's hop was to wake when the one before it was about to end.
  const backlog = findBacklog(answer, { hop: chain.hop, hopMs: now() - chain.wakeAt });
  if (backlog !== null) console.error(describeBacklog(backlog));
  return { schedule, handled, clockAheadMs };
}

/** Puts the token of the older, hand-made Function into the store, where this Function knows one. */
export async function adoptLegacyToken({ token, timestamp }: LegacyToken, hop: Hop): Promise<void> {
  const { config, console, log } = hop;
  if (config.refreshBy === 'flow') return;
  const [first] = config.tokens;
  try {
    await openStore(config, hop).update(first === undefined ? DEFAULT_TOKEN_NAME : nameOf(first), token, timestamp);
    log('The token of the older Function is in the store now.');
  } catch (thrown) {
    const { code, message, remedy } = toAccessTokenError(thrown);
    console.error(`[access-token] ${code}: the older Function's token could not be stored. ${message} ${remedy}`);
  }
}

function openStore({ storeUrl, endpointSecret }: RefreshByFunction, hop: Hop): EndpointStore {
  const { config, budget, transport, workEnd, now } = hop;
  return new EndpointStore({
    url: checkUrl(storeUrl, { field: 'storeUrl', allowInsecure: config.allowInsecure }),
    endpointSecret,
    transport: budget.limit(transport, TRIGGER_RESERVE),
    timeoutMs: () => Math.max(1, Math.min(STORE_TIMEOUT_MS, workEnd - now())),
  });
}
