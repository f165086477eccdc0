import type { StoreName } from '../../../src/settings/stores';
import type { Failure } from '../report';
import { exitCodeOf, verdictOf } from './verdict';
import type { Exits, Verdict } from './verdict';

/**
 * What `status --format json` prints. Every camelCase time is Unix milliseconds by the store's clock (where the store
 * does not answer, by this machine's); members that end in `Ms` are durations in milliseconds. There is no token
 * and no secret in it. Members may be added; none is renamed or removed within a version.
 */
export interface StatusReport {
  verdict: Verdict;
  /** What the program exits with. */
  exitCode: number;
  checkedAt: number;
  /** Of the configuration, or else of the lock file. */
  projectId?: string;
  store: StoreStatus;
  tokens: TokenStatus[];
  chain: ChainStatus;
  function: FunctionStatus;
  /** What is wrong, what may go wrong, what can't be told, and what is worth knowing; empty when all is well. */
  findings: Finding[];
}

export interface StoreStatus {
  state: 'reached' | 'unknown';
  /** Which of the shared stores is watched; absent where the configuration names none. */
  kind?: StoreName;
}

export interface TokenStatus {
  tokenName: string;
  /** `due`: past its refresh point and still valid; `missing`: none is stored. */
  state: 'valid' | 'due' | 'expired' | 'missing' | 'unknown';
  refreshPercent: number;
  /** From here on only for a stored token. */
  version?: number;
  issuedAt?: number;
  refreshAt?: number;
  expiresAt?: number;
  /** Negative once it has expired. */
  expiresInMs?: number;
  /** How much of its life is over, 0 to 100. */
  lifePercent?: number;
  /** When its refresh token ends, where the server's answer or the provider table says it. */
  refreshTokenEndsAt?: number;
  /** Why the last refresh failed, if it did. */
  failure?: FailureStatus;
}

export interface FailureStatus {
  code: string;
  at: number;
  attempts: number;
  /** The earliest time of the next try. */
  retryAt: number;
  /** When the first of these attempts failed, where that is known. */
  since?: number;
  /** What happened, with the server's own words. Absent from notes of version 0.1, as are the next two. */
  message?: string;
  /** The HTTP status that was answered. */
  status?: number;
  /** The host that was asked for the token. */
  host?: string;
}

export interface ChainStatus {
  /** `never`: no chain has ever reported; `not_used`: the configuration has none. */
  state: 'on_time' | 'late' | 'never' | 'unknown' | 'not_used';
  /** From here on only if a chain has reported. */
  chainId?: string;
  hop?: number;
  /** The last heartbeat. */
  at?: number;
  heartbeatAgeMs?: number;
  /** When the next heartbeat is late. */
  dueBy?: number;
}

export interface FunctionStatus {
  /** `running`: an instance is active or queued. */
  state: 'running' | 'stopped' | 'unknown' | 'not_used';
  functionId?: string;
  /** As the platform shows it, where the management API says it. */
  name?: string;
  active?: number;
  queued?: number;
  /** Of the last instance that ended with an error. */
  lastError?: { at: number; message: string };
}

export interface Finding {
  /** All but `note` change the verdict. */
  level: 'wrong' | 'unknown' | 'degraded' | 'note';
  /** Such as `token "accessToken"`, `chain`, `function`, `Redis redis.example.com:6379`. */
  about: string;
  /** One of the product's error codes, or of the findings in `findings.ts`. */
  code: string;
  message: string;
  /** What to do about it. */
  remedy: string;
}

/** Why something could not be looked at, and what to do about it; an `AccessTokenError` is one. */
export type Obstacle = Readonly<Pick<Finding, 'code' | 'message' | 'remedy'>>;

/** @returns the report of a look that was impossible: the call is wrong, or configuration or lock file can't be used */
export function reportOfNothing(failure: Failure, checkedAt: number, exits: Exits): StatusReport {
  const { code, message, remedy = 'Correct the configuration file.' } = failure;
  const about = new Map([['call_wrong', 'call'], ['unexpected_error', 'program'], ['file_unwritable', 'output']]).get(code) ?? 'configuration';
  const findings: Finding[] = [{ level: 'unknown', about, code, message, remedy }];
  const verdict = verdictOf(findings);
  return {
    verdict,
    exitCode: exitCodeOf(verdict, exits),
    checkedAt,
    store: { state: 'unknown' },
    tokens: [],
    chain: { state: 'unknown' },
    function: { state: 'unknown' },
    findings,
  };
}
