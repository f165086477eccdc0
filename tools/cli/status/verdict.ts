import type { Finding } from './report';

/** From the best to the worst: what is surely wrong counts for more than what can't be told, and that for more than a risk. */
export const VERDICTS = ['healthy', 'degraded', 'unknown', 'wrong'] as const;

export type Verdict = (typeof VERDICTS)[number];

/** What the program exits with. */
const EXIT_CODES = {
  usual: { healthy: 0, degraded: 0, wrong: 1, unknown: 2 },
  /** `--strict` */
  strict: { healthy: 0, degraded: 1, wrong: 1, unknown: 2 },
  /** OK, WARNING, CRITICAL, UNKNOWN of the Monitoring Plugins Development Guidelines. */
  nagios: { healthy: 0, degraded: 1, wrong: 2, unknown: 3 },
  /** The level is one of the metrics. A code would keep `&& mv` from passing on the very text that tells of trouble. */
  prometheus: { healthy: 0, degraded: 0, wrong: 0, unknown: 0 },
} satisfies Readonly<Record<string, Readonly<Record<Verdict, number>>>>;

/** Whose exit codes count. */
export type Exits = keyof typeof EXIT_CODES;

/** @returns the worst that was found */
export function verdictOf(findings: readonly Pick<Finding, 'level'>[]): Verdict {
  const levels: readonly string[] = findings.map(({ level }) => level);
  return [...VERDICTS].reverse().find((verdict) => levels.includes(verdict)) ?? 'healthy';
}

export function exitCodeOf(verdict: Verdict, exits: Exits): number {
  return EXIT_CODES[exits][verdict];
}
