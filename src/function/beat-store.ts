import { checkUrl } from '../http';
import { EndpointClient } from '../stores/protocol/endpoint-client';
import { clockAhead } from '../world';
import { describeBacklog, findBacklog } from './backlog';
import type { RefreshByFunction } from './config';
import { marksOf, nameOf, refreshPercentOf, TRIGGER_RESERVE } from './context';
import type { Hop } from './context';
import { refreshGranted } from './refresh-granted';
import type { HopOutcome } from './schedule';

const STORE_TIMEOUT_MS = 5000;
/** Longer than a refresh takes here, milliseconds. A node that waits for the lease gives up not much sooner. */
const LONGEST_LEASE_MS = 15_000;

/**
 * Reports to the shared store, and refreshes the token whose lease the store grants.
 *
 * @returns `null` if this chain must end
 * @throws AccessTokenError the store's errors
 */
export async function beatStore(config: RefreshByFunction, hop: Hop): Promise<HopOutcome | null> {
  const { chain, first, owner, beatWithinMs, end, now } = hop;
  const store = openStore(config, hop);
  const asked = now();
  const tells = Boolean(hop.config.alertUrl);
  const answer = await store.beat({
    chainId: chain.chainId,
    hop: chain.hop,
    owner,
    first,
    // The lease ends with the instance. If the platform kills it, nodes need not wait any longer.
    leaseMs: Math.max(1, Math.min(LONGEST_LEASE_MS, Math.ceil(end - asked))),
    beatWithinMs,
    alerts: tells || undefined,
    tokens: config.tokens.map((token) => ({ tokenName: nameOf(token), refreshPercent: refreshPercentOf(token), ...marksOf(token, hop) })),
  });
  if (!answer.continue) return null;
  const { schedule, granted, alerts } = answer;
  if (tells && alerts === undefined) hop.log('warn', 'alert_failed', "The Endpoint's transformer is older and knows no alerts: paste the new one.");
  const clockAheadMs = clockAhead(asked, now(), answer.now);
  const handled = granted === null ? undefined : await refreshGranted(granted, answer, store, config, hop, clockAheadMs);
  // In a busy chain, a hop should wake just when the previous one ends.
  const backlog = findBacklog(answer, { hop: chain.hop, hopMs: now() - chain.wakeAt });
  if (backlog !== null) hop.log('warn', 'behind', describeBacklog(backlog));
  return { schedule, handled, clockAheadMs, alerts };
}

/** The shared store, limited to the hop's time and requests. */
export function openStore({ storeUrl, endpointSecret }: RefreshByFunction, hop: Hop): EndpointClient {
  const { config, budget, transport, workEnd, now } = hop;
  return new EndpointClient({
    url: checkUrl(storeUrl, { field: 'storeUrl', allowInsecure: config.allowInsecure }),
    endpointSecret,
    transport: budget.limit(transport, TRIGGER_RESERVE),
    timeoutMs: () => Math.max(1, Math.min(STORE_TIMEOUT_MS, workEnd - now())),
  });
}
