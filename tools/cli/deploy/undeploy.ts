import { CliError } from '../cli-error';
import { SOURCE_OPTIONS } from '../command';
import type { Call, Command } from '../command';
import { countChanges } from '../report';
import { UNDEPLOY_SETTINGS } from '../settings';

import { refuseWithoutLock, verifyLock } from './check-lock';
import { EXTENSION_NAME } from './desired-state';
import { finishEarlierUpload } from './extension';
import type { Progress } from './progress';
import { planRemoval, remove, unlessAnswered } from './removal';
import type { Removal } from './removal';
import { atStep, runOnProject } from './run';
import type { ProjectRun } from './run';

/** `undeploy`: stops the chain and removes what `deploy` created. */
export const undeployCommand: Command = {
  name: 'undeploy',
  summary: 'stops the chain, and removes what deploy made',
  usage: `  undeploy [--yes] [--keep-extension] [--dry-run] [--json]
      [--config FILE] [--env-file FILE]
      Stops the chain and removes what deploy made, and nothing else. First it shows what
      that is and which Flows use the nodes, and asks. Scripts need --yes.
      --keep-extension leaves the extension. --dry-run shows what would be removed.`,
  options: {
    ...SOURCE_OPTIONS,
    yes: { type: 'boolean' },
    'keep-extension': { type: 'boolean' },
    'dry-run': { type: 'boolean' },
    json: { type: 'boolean' },
  },

  run: (call, context) =>
    runOnProject(call, context, {
      title: 'Access Token: undeploy',
      settings: () => UNDEPLOY_SETTINGS,
      work: async (run, isDry) => {
        const { progress } = run;
        await atStep('look', () => verifyLock(run));
        if (!isDry) await atStep('extension', () => finishEarlierUpload(run));
        const { projectName, removals } = await atStep('look', () => look(run, keepsExtension(call)));
        const changes = removals.map(({ step, action, description }) => ({ step, action, description }));
        const lines = changes.map(({ step, description }) => `${step}: ${description}`);
        if (isDry) for (const line of lines) progress.note(line);
        else {
          if (lines.length > 0 && call.values['yes'] !== true) await confirm(lines, projectName, progress);
          await undeploy(removals, run, keepsExtension(call));
        }
        progress.end(lastLine(changes, isDry));
        return { ok: true, ...(isDry ? { dryRun: true } : {}), changes };
      },
    }),
};

function keepsExtension({ values }: Call): boolean {
  return values['keep-extension'] === true;
}

interface Look {
  projectName: string;
  removals: Removal[];
}

async function look(run: ProjectRun, keepsExtension: boolean): Promise<Look> {
  const { api, values, keeper, configFile, progress } = run;
  progress.begin('read the project');
  const { name: projectName } = await api.readProject(values.projectId);
  progress.begin(`find what deploy made in "${projectName}"`);
  await refuseWithoutLock(api, values, configFile);
  const { removals, left } = await planRemoval(api, values, keeper.lock);
  for (const line of left) progress.warn(line);
  const wanted = removals.filter(({ step }) => !(keepsExtension && step === 'extension'));
  if (wanted.some(({ kind }) => kind.breaksNodes)) await warnOfUse(run);
  progress.done();
  return { projectName, removals: wanted };
}

/** Names the Flows that still use our nodes. */
async function warnOfUse({ api, values, progress }: ProjectRun): Promise<void> {
  const using: string[] = [];
  let isTold = true;
  for (const { id, name } of await api.flows(values.projectId)) {
    // The installation, or the rights of the API key's user, may not allow this.
    const nodes = await unlessAnswered([403, 404, 405, 501], () => api.flowNodes(id));
    isTold &&= nodes !== undefined;
    if (nodes?.some(({ extension }) => extension === EXTENSION_NAME)) using.push(`"${name}"`);
  }
  if (using.length > 0) progress.warn(`These Flows use the nodes and will fail: ${using.join(', ')}.`);
  if (!isTold) progress.warn('The API does not show the nodes of every Flow, so other Flows may use them too.');
}

/** @throws CliError not_confirmed, declined, interrupted */
async function confirm(lines: readonly string[], projectName: string, progress: Progress): Promise<void> {
  if (progress.confirm === undefined) {
    throw new CliError('not_confirmed', ['Nothing is removed without a yes. This would be done:', ...lines].join('\n  '));
  }
  for (const line of lines) progress.note(line);
  if (!(await progress.confirm(`Remove all of this from the project "${projectName}"?`))) throw new CliError('declined', 'Nothing was removed.');
}

async function undeploy(removals: readonly Removal[], run: ProjectRun, keepsExtension: boolean): Promise<void> {
  const { progress, keeper } = run;
  for (const removal of removals) {
    progress.begin(`${removal.step}: ${removal.description}`);
    await atStep(removal.step, () => remove(removal, run));
    progress.done();
  }
  keeper.finish({ keepsExtension });
}

function lastLine(changes: readonly unknown[], isDry: boolean): string {
  if (changes.length === 0) return 'Nothing to remove: 0 changes.';
  const count = countChanges(changes);
  return isDry ? `${count} would be made. Nothing was changed.` : `${count} made. Your configuration file is kept.`;
}
