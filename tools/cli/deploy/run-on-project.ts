import type { ConfigKeys } from '../../../src/settings/setting';
import { configOption, EXIT_DONE, refuseMore } from '../command';
import type { Call, Surroundings } from '../command';
import { readConfiguration } from '../config';
import { warnOfExposedSecrets } from '../exposed';
import { reportFailure } from '../report';
import type { Report } from '../report';
import { warnAhead } from '../told';
import type { Told } from '../told';

import { LockKeeper } from './lock-keeper';
import { oneAtATime } from './one-at-a-time';
import { openProgress, withProgress } from './progress';
import type { Progress } from './progress';
import type { DeployValues } from './wanted';

/** One run of a command that changes a project, or with `--dry-run` shows what it would change. */
export interface ProjectRun {
  values: DeployValues;
  /** What is allowed but unwise in the configuration, a line for each. */
  warnings: readonly string[];
  isDry: boolean;
  keeper: LockKeeper;
  progress: Progress;
  surroundings: Surroundings;
  configFile: string;
}

export interface ProjectCommand {
  /** Before the project's id, such as `Access Token: deploy to the project`. */
  title: string;
  settings: (content: Record<string, unknown>) => ConfigKeys;
  work: (run: ProjectRun) => Promise<Report>;
}

/**
 * What `deploy` and `undeploy` have in common: the configuration is read, nobody else is at work with it while something
 * is changed, and all that was told and done is in one document with `--json`.
 *
 * @returns the exit code
 */
export async function runOnProject(call: Call, surroundings: Surroundings, command: ProjectCommand): Promise<number> {
  refuseMore(call, 0);
  const configFile = configOption(call);
  const json = call.values['json'] === true;
  const isDry = call.values['dry-run'] === true;
  const told: Told = { warnings: [], notes: [] };
  try {
    warnAhead(warnOfExposedSecrets(configFile), json, told, surroundings);
    const configuration = readConfiguration(configFile, command.settings, surroundings.env);
    const values = configuration.values as DeployValues;
    const { projectId } = values;
    const progress = await openProgress(`${command.title} ${projectId}`, json, surroundings, told);
    const run = { values, warnings: configuration.warnings, isDry, progress, surroundings, configFile };
    const work = (keeper: LockKeeper): Promise<Report> => command.work({ ...run, keeper });
    const report = await withProgress(progress, () =>
      isDry ? work(new LockKeeper(configFile, projectId)) : oneAtATime(configFile, projectId, work),
    );
    if (json) surroundings.print(`${JSON.stringify({ ...report, ...told }, null, 2)}\n`);
    return EXIT_DONE;
  } catch (error) {
    return reportFailure(error, json, surroundings, told);
  }
}
