import { redact } from '../../../src/errors';
import { openApi, secretForms } from '../api';
import type { Command } from '../command';
import { reportFailure } from '../report';
import { UNDEPLOY_SETTINGS } from '../settings';

import { checkProject } from './check-project';
import { finishEarlierUpload } from './extension';
import { remove } from './remove';
import { planRemoval } from './removal';
import type { Removal } from './removal';
import { runOnProject } from './run-on-project';
import type { ProjectRun } from './run-on-project';
import type { Undeployment } from './undeployment';
import { refuseWithoutLock } from './without-lock';
import { atStep } from './work';

/** `undeploy`: stops the chain, and removes what `deploy` made. */
export const undeployCommand: Command = {
  name: 'undeploy',
  usage: `  undeploy --config FILE [--dry-run] [--json]
      Stops the chain and removes what deploy has made, and nothing else.
      --dry-run shows what would be removed.`,
  options: { config: { type: 'string' }, 'dry-run': { type: 'boolean' }, json: { type: 'boolean' } },

  run: (call, surroundings) =>
    runOnProject(call, surroundings, {
      title: 'Access Token: undeploy from the project',
      settings: () => UNDEPLOY_SETTINGS,
      work: async (run) => {
        const { isDry, progress } = run;
        const work = await prepare(run);
        const removals = await (isDry ? atStep('look', () => look(work)) : undeploy(work));
        const changes = removals.map(({ step, action, description }) => ({ step, action, description }));
        if (isDry) for (const { step, description } of changes) progress.note(`${step}: ${description}`);
        progress.end(lastLine(changes.length, isDry));
        return { ok: true, ...(isDry ? { dryRun: true } : {}), changes };
      },
    }),

  refuseInJson: (error, surroundings) => reportFailure(error, true, surroundings),
};

async function prepare({ values, keeper, progress, surroundings, configFile }: ProjectRun): Promise<Undeployment> {
  const { now, sleep } = surroundings;
  const { apiUrl, apiKey } = values;
  return { api: await openApi({ apiUrl, apiKey, now, sleep }), values, keeper, progress, surroundings, configFile };
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
