import { AccessTokenError } from '../../src/errors';

import { CliError } from './cli-error';
import { EXIT_FAILED, EXIT_MISUSED } from './command';
import type { Surroundings } from './command';
import type { Told } from './told';

/** What `deploy --json` and `undeploy --json` print, one document a run. */
export interface Report {
  ok: boolean;
  dryRun?: true;
  projectId?: string;
  /** What was changed, or with `--dry-run` what would be. */
  changes?: Array<{ step: string; action: string; description: string }>;
  storeUrl?: string;
  functionId?: string;
  warnings?: string[];
  notes?: string[];
  error?: { code: string; message: string; remedy?: string; step?: string; status?: number };
}

/**
 * Tells of a failure, and ends with its exit code. What is not of our own making is thrown on.
 *
 * @param told what was told before, for the document
 * @returns the exit code
 */
export function reportFailure(error: unknown, json: boolean, { print, complain }: Surroundings, told?: Told): number {
  const isKnown = error instanceof CliError || error instanceof AccessTokenError;
  if (!isKnown) throw error;
  const { code, message, remedy, status } = error;
  const step = error instanceof CliError ? error.step : undefined;
  // The configuration's own remedy speaks of rendering.
  const isConfiguration = code === 'configuration_invalid';
  if (json) {
    const details = { ...(step === undefined ? {} : { step }), ...(status === undefined ? {} : { status }) };
    const report: Report = { ok: false, error: { code, message, ...(isConfiguration ? {} : { remedy }), ...details }, ...told };
    print(`${JSON.stringify(report, null, 2)}\n`);
  } else {
    complain(`${step === undefined ? '' : `Failed at ${step}: `}${message}\n${isConfiguration ? '' : `${remedy}\n`}`);
  }
  if (error instanceof CliError) return error.exitCode;
  return isConfiguration ? EXIT_MISUSED : EXIT_FAILED;
}
