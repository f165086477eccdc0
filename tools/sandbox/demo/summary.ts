import type { AuthorizationServerStats } from '../authorization-server/types';
import type { SandboxStats } from '../platform';
import type { TrafficCounts } from './traffic';

/** The JSON line at the end of a run. */
export interface DemoSummary {
  executions: number;
  /** Failed messages, without those in `failed_in_outage`. */
  failed: number;
  /** Messages that failed because the user kept the token endpoint down until no valid token was left. */
  failed_in_outage: number;
  token_requests: number;
  /** Tokens that replaced another one. A token from a user's consent is not a refresh. */
  refreshes: number;
  /** The refreshes by the chain. */
  background_refreshes: number;
  chain_hops: number;
  /** Calls that the protected API refused, except those whose token was revoked on purpose. */
  expired_tokens_used: number;
  max_http_requests_per_instance: number;
  max_api_calls_per_execution: number;
  /** When the refreshes came, percent of the previous token's lifetime. */
  refresh_at_percent: { min: number | null; median: number | null; max: number | null };
  /** How many secrets were found where none may be. */
  secrets_leaked: number;
  /** The verdict of the command `status` at the end. */
  status: StatusVerdict;
  /** `null` when a signal ended it. */
  status_exit_code: number | null;
}

const CONSENT = 'authorization_code';

export type StatusVerdict = 'healthy' | 'wrong' | 'unknown';

export interface DemoFacts {
  traffic: TrafficCounts;
  failedInOutage: number;
  authorization: AuthorizationServerStats;
  platform: SandboxStats;
  /** How often the chain has asked for a token since its first report, or since it was stopped. */
  askedByChain: number;
  maxApiCalls: number;
  statusExitCode: number | null;
  secretsLeaked: number;
  /** Lifetime of an access token, seconds. */
  lifetime: number;
  /** When the stored tokens that the demo has seen were issued, Unix milliseconds. */
  beginnings: ReadonlySet<number>;
}

/** The token requests that were answered with a token. */
function issuedTokens({ tokenRequests }: AuthorizationServerStats): AuthorizationServerStats['tokenRequests'] {
  return tokenRequests.filter(({ status }) => status === 200);
}

/** How many tokens came from a user's consent. */
export function consentsIn(tokenRequests: AuthorizationServerStats['tokenRequests']): number {
  return tokenRequests.filter(({ status, grantType }) => status === 200 && grantType === CONSENT).length;
}

export function summarize(facts: DemoFacts): DemoSummary {
  const { traffic, authorization, platform } = facts;
  const issued = issuedTokens(authorization);
  const refreshes = Math.max(0, issued.length - 1 - consentsIn(issued));
  const percents = percentsOf(issued.map(({ at }) => at), facts).filter((_percent, index) => issued[index + 1]?.grantType !== CONSENT);
  return {
    executions: traffic.executions,
    failed: traffic.failed - facts.failedInOutage,
    failed_in_outage: facts.failedInOutage,
    token_requests: authorization.tokenRequests.length,
    refreshes,
    background_refreshes: Math.max(0, Math.min(refreshes, facts.askedByChain)),
    chain_hops: platform.functions.hops,
    expired_tokens_used: authorization.apiCalls.refused - authorization.apiCalls.revoked,
    max_http_requests_per_instance: platform.functions.maxHttpRequestsPerInstance,
    max_api_calls_per_execution: facts.maxApiCalls,
    refresh_at_percent: spread(percents),
    secrets_leaked: facts.secretsLeaked,
    status: verdictOf(facts.statusExitCode),
    status_exit_code: facts.statusExitCode,
  };
}

/** The verdict that an exit code of `status` stands for. */
function verdictOf(exitCode: number | null): StatusVerdict {
  if (exitCode === 0) return 'healthy';
  return exitCode === 1 ? 'wrong' : 'unknown';
}

/**
 * When each token was replaced, percent of its lifetime. A token's life begins where the product begins it: at the whole
 * second in which it was requested, which may be the second before the request arrived.
 *
 * @param issuedAt when the request for each token arrived, Unix milliseconds, in order
 */
export function percentsOf(issuedAt: readonly number[], { lifetime, beginnings }: Pick<DemoFacts, 'lifetime' | 'beginnings'>): number[] {
  return issuedAt.slice(1).map((at, index) => {
    const asked = issuedAt[index] ?? 0;
    const seen = [...beginnings].filter((beginning) => beginning <= asked && asked - beginning < 2000);
    const beginning = seen.length > 0 ? Math.max(...seen) : Math.floor(asked / 1000) * 1000;
    return ((at - beginning) / 1000 / lifetime) * 100;
  });
}

function spread(values: number[]): DemoSummary['refresh_at_percent'] {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (position: number) => {
    const value = sorted[Math.floor(position)];
    return value === undefined ? null : Math.round(value * 10) / 10;
  };
  return { min: at(0), median: at((sorted.length - 1) / 2), max: at(sorted.length - 1) };
}
