import { types } from 'node:util';

import { AccessTokenError } from '../../src/errors';

import { ApiFailure, toCliError } from './api';
import { CliError } from './cli-error';
import { EXIT_FAILED, EXIT_MISUSED, UsageError } from './command';
import type { CliContext } from './command';
import { calledAs } from './invocation';

/** What `deploy --json` and `undeploy --json` print: one document per run. */
export interface Report {
  ok: boolean;
  dryRun?: true;
  projectId?: string;
  /** What was changed; with `--dry-run`, what would be changed. */
  changes?: Array<{ step: string; action: string; description: string }>;
  storeUrl?: string;
  functionId?: string;
  warnings?: string[];
  notes?: string[];
  error?: Omit<Failure, 'exitCode'>;
}

/** Warnings and notes from the run, for the document at the end. */
export interface Told {
  warnings: string[];
  notes: string[];
}

/** @returns such as `1 change` or `8 changes` */
export function countChanges({ length }: readonly unknown[]): string {
  return length === 1 ? '1 change' : `${length} changes`;
}

export interface Failure {
  code: string;
  message: string;
  remedy?: string | undefined;
  /** The part of the work that failed. */
  step?: string | undefined;
  /** The HTTP status that was answered. */
  status?: number | undefined;
  exitCode: number;
}

/** @returns what to report for a thrown value of any kind */
export function failureOf(error: unknown): Failure {
  if (error instanceof ApiFailure) return toCliError(error);
  if (error instanceof CliError) return error;
  if (error instanceof UsageError) return new CliError('call_wrong', error.message);
  if (!(error instanceof AccessTokenError)) {
    return new CliError('unexpected_error', types.isNativeError(error) ? error.message : 'Something unknown went wrong.');
  }
  const { code, message, remedy, status } = error;
  // The error's general remedy is about rendering, so it is left out.
  return code === 'configuration_invalid' ? { code, message, exitCode: EXIT_MISUSED } : { code, message, remedy, status, exitCode: EXIT_FAILED };
}

/**
 * Reports a failure.
 *
 * @param told earlier warnings and notes, for the document
 * @returns the exit code
 */
export function reportFailure(error: unknown, json: boolean, { print, complain, program }: CliContext, told?: Told): number {
  const { code, message, step, status, exitCode, ...failure } = failureOf(error);
  const remedy = failure.remedy === undefined ? undefined : calledAs(program, failure.remedy);
  if (json) {
    const report = { ok: false, error: { code, message, remedy, step, status }, ...told };
    print(`${JSON.stringify(report, null, 2)}\n`);
  } else {
    const lines = [`${step === undefined ? '' : `Failed at ${step}: `}${message}`, ...(remedy === undefined ? [] : [remedy])];
    complain(`${lines.join('\n')}\n`);
  }
  return exitCode;
}
