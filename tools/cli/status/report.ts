import type { Failure } from '../report';

/**
 * What `status --json` prints. Every camelCase time is Unix milliseconds by the store's clock (where the store
 * does not answer, by this machine's); members that end in `Ms` are durations in milliseconds. There is no token
 * and no secret in it. Members may be added; none is renamed or removed within a version.
 */
export interface StatusReport {
  verdict: Verdict;
  /** What the program exits with: 0 healthy, 1 something is wrong, 2 can't tell. */
  exitCode: number;
  checkedAt: number;
  tokens: TokenStatus[];
  chain: ChainStatus;
  function: FunctionStatus;
  /** What is wrong, what can't be told, and what is worth knowing; empty when all is well. */
  findings: Finding[];
}

export type Verdict = 'healthy' | 'wrong' | 'unknown';

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
  active?: number;
  queued?: number;
  /** Of the last instance that ended with an error. */
  lastError?: { at: number; message: string };
}

export interface Finding {
  /** Only `wrong` and `unknown` change the verdict. */
  level: 'wrong' | 'unknown' | 'note';
  /** Such as `token "accessToken"`, `chain`, `function`. */
  about: string;
  /** One of the product's error codes, or of the findings in `findings.ts`. */
  code: string;
  message: string;
  /** What to do about it. */
  remedy: string;
}

/** Why something could not be looked at, and what to do about it; an `AccessTokenError` is one. */
export type Obstacle = Readonly<Pick<Finding, 'code' | 'message' | 'remedy'>>;

/** @returns the verdict: a certain fault counts for more than an open question */
export function verdictOf(findings: readonly Finding[]): Verdict {
  if (findings.some(({ level }) => level === 'wrong')) return 'wrong';
  return findings.some(({ level }) => level === 'unknown') ? 'unknown' : 'healthy';
}

/** @returns the exit code for a verdict */
export function exitCodeOf(verdict: Verdict): number {
  return { healthy: 0, wrong: 1, unknown: 2 }[verdict];
}

/** @returns the report of a look that was impossible: the call is wrong, or configuration or lock file can't be used */
export function reportOfNothing(failure: Failure, checkedAt: number): StatusReport {
  const { code, message, remedy = 'Correct the configuration file.' } = failure;
  const about = new Map([['call_wrong', 'call'], ['unexpected_error', 'program']]).get(code) ?? 'configuration';
  return {
    verdict: 'unknown',
    exitCode: exitCodeOf('unknown'),
    checkedAt,
    tokens: [],
    chain: { state: 'unknown' },
    function: { state: 'unknown' },
    findings: [{ level: 'unknown', about, code, message, remedy }],
  };
}
