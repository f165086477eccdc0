import { redact } from '../../errors';
import { openApi, secretForms } from '../api';
import { configOption, EXIT_DONE, refuseMore } from '../command';
import type { Command, Surroundings } from '../command';
import { readConfiguration } from '../config';
import { warnOfExposedSecrets } from '../exposed';
import { reportFailure } from '../report';
import { UNDEPLOY_SETTINGS } from '../settings';
import { warnAhead } from '../told';
import type { Told } from '../told';

import { checkProject } from './check-project';
import { finishEarlierUpload } from './extension';
import { LockKeeper } from './lock-keeper';
import { oneAtATime } from './one-at-a-time';
import { openProgress, withProgress } from './progress';
import type { Progress } from './progress';
import { remove } from './remove';
import { planRemoval } from './removal';
import type { Removal } from './removal';
import type { Undeployment } from './undeployment';
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
      warnAhead(warnOfExposedSecrets(configFile), json, told, surroundings);
      const { values } = readConfiguration(configFile, () => UNDEPLOY_SETTINGS, surroundings.env);
      const checked = values as DeployValues;
      const { projectId } = checked;
      const title = `Access Token: undeploy from the project ${projectId}`;
      const progress = await openProgress(title, json, surroundings, told);
      const removals = await withProgress(progress, async () => {
        const work = await prepare(configFile, checked, progress, surroundings);
        if (!dryRun) return oneAtATime(configFile, projectId, (keeper) => undeploy({ ...work, keeper }));
        return atStep('look', () => look({ ...work, keeper: new LockKeeper(configFile, projectId) }));
      });
      const changes = removals.map(({ step, action, description }) => ({ step, action, description }));
      if (dryRun) for (const { step, description } of changes) progress.note(`${step}: ${description}`);
      progress.end(lastLine(changes.length, dryRun));
      if (json) surroundings.print(`${JSON.stringify({ ok: true, ...(dryRun ? { dryRun } : {}), changes, ...told }, null, 2)}\n`);
      return EXIT_DONE;
    } catch (error) {
      return reportFailure(error, json, surroundings, told);
    }
  },

  refuseInJson: (error, surroundings) => reportFailure(error, true, surroundings),
};

/** The lock file is read where nobody else is at work any more. */
async function prepare(
  configFile: string,
  values: DeployValues,
  progress: Progress,
  surroundings: Surroundings,
): Promise<Omit<Undeployment, 'keeper'>> {
  const { now, sleep } = surroundings;
  const { apiUrl, apiKey } = values;
  return { api: await openApi({ apiUrl, apiKey, now, sleep }), values, progress, surroundings, configFile };
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
