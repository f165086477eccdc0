import { unknown } from './findings';
import { judgeChain } from './judge-chain';
import { judgeFunction } from './judge-function';
import { judgeToken } from './judge-token';
import type { Observation } from './observation';
import { exitCodeOf, verdictOf } from './report';
import type { Finding, StatusReport } from './report';

/** Turns what was seen into what is wrong, what can't be told, and what is well. */
export function judge({ now, tokens, store, function: seen }: Observation): StatusReport {
  const findings: Finding[] = [];
  const views = 'views' in store ? store.views : new Map<string, never>();
  if ('obstacle' in store) findings.push(unknown('store', store.obstacle));
  // Each answer tells of the chain: the latest one counts.
  const [latest] = [...views.values()].sort((one, other) => other.now - one.now);
  const tokenStatuses = tokens.map((token) => judgeToken(token, views.get(token.tokenName), findings));
  const chain = judgeChain(latest, seen !== undefined, findings);
  const instances = judgeFunction(seen, chain, findings);
  const verdict = verdictOf(findings);
  return {
    verdict,
    exitCode: exitCodeOf(verdict),
    checkedAt: latest?.now ?? now,
    tokens: tokenStatuses,
    chain,
    function: instances,
    findings,
  };
}
