import { AccessTokenError } from '../../src/errors';

import { CliError } from './cli-error';
import { EXIT_FAILED, EXIT_MISUSED } from './command';
import type { CliContext } from './command';

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

/** What was reported on the way, for the document at the end. */
export interface Told {
  warnings: string[];
  notes: string[];
}

/** @returns such as `1 change` or `8 changes` */
export function countChanges({ length }: readonly unknown[]): string {
  return length === 1 ? '1 change' : `${length} changes`;
}

/**
 * Reports a failure. An error that is not ours is thrown on.
 *
 * @param told what was reported before, for the document
 * @returns the exit code
 */
export function reportFailure(error: unknown, json: boolean, { print, complain }: CliContext, told?: Told): number {
  const isKnown = error instanceof CliError || error instanceof AccessTokenError;
  if (!isKnown) throw error;
  const { code, message, remedy, status } = error;
  const step = error instanceof CliError ? error.step : undefined;
  // The configuration's own remedy is about rendering.
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
