import type { Surroundings } from './command';

/** What is told on the way, for those who read one document at the end. */
export interface Told {
  warnings: string[];
  notes: string[];
}

/** Warns of what is known before the work begins, and so also where it never does. */
export function warnAhead(warnings: readonly string[], json: boolean, told: Told, { complain }: Surroundings): void {
  if (json) told.warnings.push(...warnings);
  else for (const warning of warnings) complain(`Warning: ${warning}\n`);
}
