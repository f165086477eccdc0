import { describeBacklog, findBacklog } from './backlog';
import type { RefreshByFunction } from './config';
import { nameOf, refreshPercentOf } from './context';
import type { Hop } from './context';
import { openStore } from './open-store';
import { refreshGranted } from './refresh-granted';
import { clockAhead } from './schedule';
import type { HopOutcome } from './schedule';

/** Longer than a refresh can take here, milliseconds. */
const LONGEST_LEASE_MS = 30_000;

/**
 * Beats at the shared store, and refreshes the token whose lease it was granted.
 *
 * @returns `null` when this chain is to end
 * @throws AccessTokenError those of the store
 */
export async function beatStore(config: RefreshByFunction, hop: Hop): Promise<HopOutcome | null> {
  const { chain, owner, beatWithinMs, end, now, console } = hop;
  const store = openStore(config, hop);
  const asked = now();
  const answer = await store.beat({
    chainId: chain.chainId,
    hop: chain.hop,
    owner,
    // Nobody holds a lease after the end of the instance: where one was killed, the nodes need not wait any longer.
    leaseMs: Math.max(1, Math.min(LONGEST_LEASE_MS, Math.ceil(end - asked))),
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
