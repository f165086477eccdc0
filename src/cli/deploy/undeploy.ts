import { redact } from '../../errors';
import { openApi, secretForms } from '../api';
import type { Api } from '../api';
import { configOption, EXIT_DONE, refuseMore } from '../command';
import type { Command, Surroundings } from '../command';
import { readConfiguration } from '../config';
import { UNDEPLOY_SETTINGS } from '../settings';

import { checkProject } from './check-project';
import { finishEarlierUpload } from './extension';
import { LockKeeper } from './lock-keeper';
import { oneAtATime } from './one-at-a-time';
import { openProgress, withProgress } from './progress';
import type { Progress, Told } from './progress';
import { remove } from './remove';
import { planRemoval } from './removal';
import type { Removal } from './removal';
import { reportFailure } from './report';
import type { DeployValues } from './wanted';
import { refuseWithoutLock } from './without-lock';
import { atStep } from './work';

/** `undeploy`: stops the chain, and removes what `deploy` made. */
export const undeployCommand: Command = {
  name: 'undeploy',
  usage: `  undeploy --config FILE [--dry-run] [--json]
      Stops the chain and removes what deploy has made, and nothing else.
      --dry-run shows what would be removed.`,
  options: { config: { type: 'string' }, 'dry-run': { type: 'boolean' }, json: { type: 'boolean' } },

  async run(call, surroundings) {
    refuseMore(call, 0);
    const configFile = configOption(call);
    const json = call.values['json'] === true;
    const dryRun = call.values['dry-run'] === true;
    const told: Told = { warnings: [], notes: [] };
    try {
      const { values } = readConfiguration(configFile, () => UNDEPLOY_SETTINGS, surroundings.env);
      const work = await prepare(configFile, values as DeployValues, json, surroundings, told);
      const removals = await withProgress(work.progress, () =>
        dryRun ? atStep('look', () => look(work)) : oneAtATime(configFile, () => {
              work.keeper.readAgain();
              return undeploy(work);
            }),
      );
      const changes = removals.map(({ step, action, description }) => ({ step, action, description }));
      if (dryRun) for (const { step, description } of changes) work.progress.note(`${step}: ${description}`);
      work.progress.end(lastLine(changes.length, dryRun));
      if (json) surroundings.print(`${JSON.stringify({ ok: true, ...(dryRun ? { dryRun } : {}), changes, ...told }, null, 2)}\n`);
      return EXIT_DONE;
    } catch (error) {
      return reportFailure(error, json, surroundings, told);
    }
  },
};

/** What the removal of each thing works with. */
export interface Undeployment {
  api: Api;
  values: DeployValues;
  keeper: LockKeeper;
  progress: Progress;
  surroundings: Surroundings;
  configFile: string;
}

async function prepare(
  configFile: string,
  values: DeployValues,
  json: boolean,
  surroundings: Surroundings,
  told: Told,
): Promise<Undeployment> {
  const { now, sleep } = surroundings;
  const { projectId, apiUrl, apiKey } = values;
  const api = await openApi({ apiUrl, apiKey, now, sleep });
  const keeper = new LockKeeper(configFile, projectId);
  const title = `Access Token: undeploy from the project ${projectId}`;
  return { api, values, keeper, progress: await openProgress(title, json, surroundings, told), surroundings, configFile };
}

async function look({ api, values, keeper, configFile }: Undeployment): Promise<Removal[]> {
  await checkProject(api, values.projectId);
  await refuseWithoutLock(api, values, configFile);
  return planRemoval(api, values, keeper.lock);
}

async function undeploy(work: Undeployment): Promise<Removal[]> {
  const { progress, keeper, values } = work;
  const waiting = { ...work, wanted: { values }, redact: redactKey(values.apiKey) };
  await atStep('extension', () => finishEarlierUpload(waiting));
  const removals = await atStep('look', () => look(work));
  for (const removal of removals) {
    progress.begin(`${removal.step}: ${removal.description}`);
    await atStep(removal.step, () => remove(removal, work));
    progress.done();
  }
  keeper.remove();
  return removals;
}

function redactKey(apiKey: string): (text: string) => string {
  return (text) => redact(text, secretForms([apiKey]));
}

function lastLine(count: number, dryRun: boolean): string {
  if (count === 0) return 'Nothing to remove: 0 changes.';
  const changes = count === 1 ? '1 change' : `${count} changes`;
  return dryRun ? `${changes} would be made. Nothing was changed.` : `${changes} made. Your configuration file is kept.`;
}
