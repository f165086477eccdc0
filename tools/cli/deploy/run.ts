import { redact } from '../../../src/errors';
import { ApiFailure, openApi, toCliError } from '../api';
import type { Api } from '../api';
import { CliError } from '../cli-error';
import { EXIT_DONE, refuseMore } from '../command';
import type { Call, CliContext } from '../command';
import { readConfiguration } from '../config';
import { removeLeftovers } from '../files';
import { baseOf } from '../lock';
import { LockKeeper } from '../lock/keeper';
import { oneAtATime } from '../lock/one-at-a-time';
import type { ConfigKeys } from '../../../src/settings/setting';
import { reportFailure } from '../report';
import type { Report, Told } from '../report';
import { secretStriker } from '../secrets';
import { fileNames, openSources } from '../sources';

import { secretsOf } from './desired-state';
import type { DeployValues, DesiredState } from './desired-state';
import { openProgress, withProgress } from './progress';
import type { Progress } from './progress';

/** One run of a command that changes a project; with `--dry-run` it only shows what it would change. */
export interface ProjectRun {
  api: Api;
  values: DeployValues;
  keeper: LockKeeper;
  progress: Progress;
  context: CliContext;
  configFile: string;
  /** Strikes secrets out of a text from outside. */
  redact: (text: string) => string;
}

/** Everything that a step of `deploy` needs. */
export interface DeployRun extends ProjectRun {
  desired: DesiredState;
}

export interface ProjectCommand {
  /** The first line. */
  title: string;
  settings: (content: Record<string, unknown>) => ConfigKeys;
  work: (run: ProjectRun, isDry: boolean) => Promise<Report>;
}

/**
 * The common part of `deploy` and `undeploy`. It reads the configuration, lets no second run work with it at the same time (a dry run
 * needs no such protection), and with `--json` prints one document with everything.
 *
 * @returns the exit code
 */
export async function runOnProject(call: Call, context: CliContext, command: ProjectCommand): Promise<number> {
  refuseMore(call, 0);
  const json = call.values['json'] === true;
  const isDry = call.values['dry-run'] === true;
  const told: Told = { warnings: [], notes: [] };
  const { complain, env, now, sleep } = context;
  try {
    const warn = (warning: string): void => (json ? void told.warnings.push(warning) : complain(`Warning: ${warning}\n`));
    const sources = openSources(call, env, warn);
    const { config: configFile } = sources;
    const configuration = readConfiguration(configFile, command.settings, sources.env, fileNames(sources));
    const values = configuration.values as DeployValues;
    const { apiUrl, apiKey } = values;
    const read = [configFile, ...fileNames(sources)].join(' and ');
    const progress = await openProgress(`${command.title}, with ${read}`, json, context, told);
    const work = (): Promise<Report> => {
      if (!isDry) removeLeftovers(baseOf(configFile));
      const keeper = new LockKeeper(configFile, values);
      for (const warning of configuration.warnings) progress.warn(warning);
      const secrets = secretsOf(values);
      const api = openApi({ apiUrl, apiKey, secrets, now, sleep });
      const strike = secretStriker(secrets);
      return command.work({ api, values, keeper, progress, context, configFile, redact: (text) => redact(strike(text), []) }, isDry);
    };
    const report = await withProgress(progress, () => (isDry ? work() : oneAtATime(configFile, work)));
    if (json) context.print(`${JSON.stringify({ ...report, ...told }, null, 2)}\n`);
    return EXIT_DONE;
  } catch (error) {
    return reportFailure(error, json, context, told);
  }
}

/** Runs a part of the work. If it fails, the error names the part. */
export async function atStep<T>(step: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ApiFailure) throw toCliError(error).at(step);
    throw error instanceof CliError ? error.at(step) : error;
  }
}

/** How long to poll, and the longest pause between two looks; milliseconds. */
export interface Patience {
  totalMs: number;
  longestPauseMs: number;
}

const FIRST_POLL_MS = 100;

/**
 * Polls with growing pauses until there is a result or the time is up.
 *
 * @param onTimeout gives the result, or throws the error, when the time is up
 */
export async function poll<T>(
  { now, sleep }: Pick<CliContext, 'now' | 'sleep'>,
  { totalMs, longestPauseMs }: Patience,
  look: () => Promise<T | undefined>,
  onTimeout: () => T,
): Promise<T> {
  const end = now() + totalMs;
  for (let pause = FIRST_POLL_MS; ; pause = Math.min(longestPauseMs, pause * 1.5)) {
    const result = await look();
    if (result !== undefined) return result;
    if (now() >= end) return onTimeout();
    await sleep(pause);
  }
}
