import { AccessTokenError } from '../../errors';
import { CliError } from '../cli-error';
import { EXIT_FAILED, EXIT_MISUSED } from '../command';
import type { Surroundings } from '../command';

import type { Change } from './plan';

/** What `--json` prints, one document a run. */
export interface Report {
  ok: boolean;
  dryRun?: true;
  projectId?: string;
  /** What was changed, or with `--dry-run` what would be. */
  changes?: Array<Pick<Change, 'step' | 'action' | 'description'>>;
  storeUrl?: string;
  functionId?: string;
  warnings?: string[];
  error?: { code: string; message: string; remedy?: string; step?: string; status?: number };
}

/**
 * Tells of a failure, and ends with its exit code. What is not of our own making is thrown on.
 *
 * @returns the exit code
 */
export function reportFailure(error: unknown, json: boolean, { print, complain }: Surroundings): number {
  const isKnown = error instanceof CliError || error instanceof AccessTokenError;
  if (!isKnown) throw error;
  const { code, message, remedy, status } = error;
  const step = error instanceof CliError ? error.step : undefined;
  // The configuration's own remedy speaks of rendering.
  const isConfiguration = code === 'configuration_invalid';
  if (json) {
    const details = { ...(step === undefined ? {} : { step }), ...(status === undefined ? {} : { status }) };
    const report: Report = { ok: false, error: { code, message, ...(isConfiguration ? {} : { remedy }), ...details } };
    print(`${JSON.stringify(report, null, 2)}\n`);
  } else {
    complain(`${step === undefined ? '' : `Failed at ${step}: `}${message}\n${isConfiguration ? '' : `${remedy}\n`}`);
  }
  if (error instanceof CliError) return error.exitCode;
  return isConfiguration ? EXIT_MISUSED : EXIT_FAILED;
}
