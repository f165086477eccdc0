import type { StoreName } from '../../../src/settings/stores';
import type { Failure } from '../report';
import { exitCodeOf, verdictOf } from './verdict';
import type { Exits, Verdict } from './verdict';

/**
 * What `status --format json` prints. Every time is in Unix milliseconds by the store's clock, or by this machine's if the store does not
 * answer. Members that end in `Ms` are durations in milliseconds. It contains no token and no secret. Members may be added; none is renamed
 * or removed within a version.
 */
export interface StatusReport {
  verdict: Verdict;
  /** The exit code of the program. */
  exitCode: number;
  checkedAt: number;
  /** From the configuration, or else from the lock file. */
  projectId?: string;
  store: StoreStatus;
  tokens: TokenStatus[];
  chain: ChainStatus;
  function: FunctionStatus;
  /** What is wrong, what may go wrong, what can't be told, and what is worth knowing; empty if all is well. */
  findings: Finding[];
}

export interface StoreStatus {
  state: 'reached' | 'unknown';
  /** The shared store that is watched; absent if the configuration names none. */
  kind?: StoreName;
}

export interface TokenStatus {
  tokenName: string;
  /** `due`: still valid, but past its refresh point; `missing`: none is stored. */
  state: 'valid' | 'due' | 'expired' | 'missing' | 'unknown';
  refreshPercent: number;
  /** This and the next six members are only there for a stored token. */
  version?: number;
  issuedAt?: number;
  refreshAt?: number;
  expiresAt?: number;
  /** Negative once the token has expired. */
  expiresInMs?: number;
  /** How much of the token's life has passed, 0 to 100. */
  lifePercent?: number;
  /** When its refresh token ends, if the server's answer or the provider table says so. */
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
  /** When the first of these attempts failed, if that is known. */
  since?: number;
  /** What happened, in the server's own words. Version 0.1 notes neither this nor the next two members. */
  message?: string;
  /** The HTTP status that was answered. */
  status?: number;
  /** The host that was asked for the token. */
  host?: string;
}

export interface ChainStatus {
  /** `never`: no chain has ever reported; `not_used`: the configuration has none. */
  state: 'on_time' | 'late' | 'never' | 'unknown' | 'not_used';
  /** This and the next four members are only there if a chain has reported. */
  chainId?: string;
  hop?: number;
  /** The last heartbeat. */
  at?: number;
  heartbeatAgeMs?: number;
  /** When the next heartbeat becomes late. */
  dueBy?: number;
}

export interface FunctionStatus {
  /** `running`: an instance is active or queued. */
  state: 'running' | 'stopped' | 'unknown' | 'not_used';
  functionId?: string;
  /** The Function's name on the platform, if the management API tells it. */
  name?: string;
  active?: number;
  queued?: number;
  /** The error of the last instance that ended with one. */
  lastError?: { at: number; message: string };
}

export interface Finding {
  /** Every level except `note` changes the verdict. */
  level: 'wrong' | 'unknown' | 'degraded' | 'note';
  /** Such as `token "accessToken"`, `chain`, `function`, `Redis redis.example.com:6379`. */
  about: string;
  /** One of the product's error codes, or a code from `findings.ts`. */
  code: string;
  message: string;
  /** What to do about it. */
  remedy: string;
}

/** Why something could not be looked at, and what to do about it. Every `AccessTokenError` is one. */
export type Obstacle = Readonly<Pick<Finding, 'code' | 'message' | 'remedy'>>;

/** @returns the report if looking was impossible: the call is wrong, or the configuration or the lock file can't be used */
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
