import type { Command } from '../command';
import { countChanges, reportFailure } from '../report';
import { UNDEPLOY_SETTINGS } from '../settings';

import { refuseWithoutLock, verifyLock } from './check-lock';
import { finishEarlierUpload } from './extension';
import { planRemoval, remove } from './removal';
import type { Removal } from './removal';
import { atStep, checkProject, runOnProject } from './run';
import type { ProjectRun } from './run';

/** `undeploy`: stops the chain, and removes what `deploy` created. */
export const undeployCommand: Command = {
  name: 'undeploy',
  usage: `  undeploy --config FILE [--dry-run] [--json]
      Stops the chain and removes what deploy has made, and nothing else.
      --dry-run shows what would be removed.`,
  options: { config: { type: 'string' }, 'dry-run': { type: 'boolean' }, json: { type: 'boolean' } },

  run: (call, context) =>
    runOnProject(call, context, {
      title: 'Access Token: undeploy from the project',
      settings: () => UNDEPLOY_SETTINGS,
      work: async (run, isDry) => {
        const { progress } = run;
        await atStep('look', () => verifyLock(run));
        const removals = await (isDry ? atStep('look', () => look(run)) : undeploy(run));
        const changes = removals.map(({ step, action, description }) => ({ step, action, description }));
        if (isDry) for (const { step, description } of changes) progress.note(`${step}: ${description}`);
        progress.end(lastLine(changes, isDry));
        return { ok: true, ...(isDry ? { dryRun: true } : {}), changes };
      },
    }),

  refuseInJson: (error, context) => reportFailure(error, true, context),
};

async function look(run: ProjectRun): Promise<Removal[]> {
  const { api, values, keeper, configFile, progress } = run;
  await checkProject(run);
  await refuseWithoutLock(api, values, configFile);
  const { removals, left } = await planRemoval(api, values, keeper.lock);
  for (const line of left) progress.warn(line);
  return removals;
}

async function undeploy(run: ProjectRun): Promise<Removal[]> {
  const { progress, keeper } = run;
  await atStep('extension', () => finishEarlierUpload(run));
  const removals = await atStep('look', () => look(run));
  for (const removal of removals) {
    progress.begin(`${removal.step}: ${removal.description}`);
    await atStep(removal.step, () => remove(removal, run));
    progress.done();
  }
  keeper.remove();
  return removals;
}

function lastLine(changes: readonly unknown[], isDry: boolean): string {
  if (changes.length === 0) return 'Nothing to remove: 0 changes.';
  const count = countChanges(changes);
  return isDry ? `${count} would be made. Nothing was changed.` : `${count} made. Your configuration file is kept.`;
}
