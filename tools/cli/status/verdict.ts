import type { Finding } from './report';

/** From best to worst. A certain fault outweighs what can't be told, and that outweighs a risk. */
export const VERDICTS = ['healthy', 'degraded', 'unknown', 'wrong'] as const;

export type Verdict = (typeof VERDICTS)[number];

/** The exit code for each verdict, by how the command was called. */
const EXIT_CODES = {
  usual: { healthy: 0, degraded: 0, wrong: 1, unknown: 2 },
  /** `--strict` */
  strict: { healthy: 0, degraded: 1, wrong: 1, unknown: 2 },
  /** OK, WARNING, CRITICAL, UNKNOWN of the Monitoring Plugins Development Guidelines. */
  nagios: { healthy: 0, degraded: 1, wrong: 2, unknown: 3 },
  /** The metrics contain the level. With another exit code, `… && mv` would drop exactly the text that reports the trouble. */
  prometheus: { healthy: 0, degraded: 0, wrong: 0, unknown: 0 },
} satisfies Readonly<Record<string, Readonly<Record<Verdict, number>>>>;

/** Which set of exit codes applies. */
export type Exits = keyof typeof EXIT_CODES;

/** @returns the worst verdict among the findings */
export function verdictOf(findings: readonly Pick<Finding, 'level'>[]): Verdict {
  const levels: readonly string[] = findings.map(({ level }) => level);
  return [...VERDICTS].reverse().find((verdict) => levels.includes(verdict)) ?? 'healthy';
}

export function exitCodeOf(verdict: Verdict, exits: Exits): number {
  return EXIT_CODES[exits][verdict];
}
