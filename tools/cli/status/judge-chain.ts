import { redact } from '../../../src/errors';
import type { StoreView } from '../../../src/stores';
import { describeDuration } from '../durations';
import { untold, wrong } from './findings';
import type { ChainStatus, Finding } from './report';

/**
 * @param isUsed whether the configuration has a chain; one that it does not know of is shown, but not missed
 * @param findings takes up what is wrong and what can't be told
 */
export function judgeChain(view: StoreView | undefined, isUsed: boolean, findings: Finding[]): ChainStatus {
  // Why the store could not be asked is said already.
  if (view === undefined) return { state: isUsed ? 'unknown' : 'not_used' };
  const { chain, now } = view;
  if (chain === undefined || chain === null) return withoutChain(chain, isUsed, findings);
  const { chainId, hop, at, dueBy } = chain;
  const heartbeatAgeMs = Math.max(0, now - at);
  const isLate = now >= dueBy;
  if (isLate && isUsed) {
    const [lateness, age] = [now - dueBy, heartbeatAgeMs].map(describeDuration);
    findings.push(wrong('chain', 'chain_late', `Its heartbeat has been late for ${lateness}; the last one was ${age} ago.`));
  }
  return { state: isLate ? 'late' : 'on_time', chainId: redact(chainId, []), hop, at, heartbeatAgeMs, dueBy };
}

function withoutChain(chain: null | undefined, isUsed: boolean, findings: Finding[]): ChainStatus {
  if (!isUsed) return { state: 'not_used' };
  if (chain === undefined) {
    const message = 'The transformer is an older one, which does not tell of the chain.';
    findings.push(untold('chain', 'chain_not_told', message));
    return { state: 'unknown' };
  }
  findings.push(wrong('chain', 'chain_never_ran', 'No chain has ever reported to the store.'));
  return { state: 'never' };
}
