import { SOURCE_OPTIONS } from '../command';
import type { Call, Command } from '../command';
import { countChanges } from '../report';
import type { Report } from '../report';
import { deploySettings } from '../settings';

import { readActualState } from './actual-state';
import type { ActualState } from './actual-state';
import { apply } from './apply';
import { listenForChain } from './chain';
import { verifyLock } from './check-lock';
import { desiredState, refuseTooLarge } from './desired-state';
import type { Ids } from './desired-state';
import { finishEarlierUpload } from './extension';
import { noteActual } from './note-actual';
import { plan, warnOfTakeOver } from './plan';
import type { Change, Heartbeat } from './plan';
import { atStep, runOnProject } from './run';
import type { DeployRun } from './run';

/** `deploy`: sets up everything in the project, and starts the chain. */
export const deployCommand: Command = {
  name: 'deploy',
  summary: 'puts everything in place, and starts the chain',
  usage: `  deploy [--dry-run] [--force] [--json] [--config FILE] [--env-file FILE]
      Puts everything in place through the management API: extension, Endpoint with
      transformer, Function, connections; then starts the chain. Run it again after each
      change of the configuration, and to finish what was interrupted.
      --dry-run shows what would be changed. --force also replaces a transformer or a
      Function that is not ours, after saving the old text to a file, and the values of
      connections that are not ours.`,
  options: {
    ...SOURCE_OPTIONS,
    'dry-run': { type: 'boolean' },
    force: { type: 'boolean' },
    json: { type: 'boolean' },
  },

  run: (call, context) =>
    runOnProject(call, context, {
      title: 'Access Token: deploy',
      settings: deploySettings,
      work: async (projectRun, isDry) => {
        const run = { ...projectRun, desired: desiredState(projectRun.values, context.templates) };
        refuseTooLarge(run.values, context.templates);
        await atStep('look', () => verifyLock(run));
        return isDry ? planOnly(run, call) : deploy(run, call);
      },
    }),
};

async function planOnly(run: DeployRun, call: Call): Promise<Report> {
  const { progress } = run;
  const { changes } = await look(run, call);
  for (const { step, description } of changes) progress.note(`${step}: ${description}`);
  progress.end(changes.length === 0 ? 'Nothing to do: 0 changes.' : `${countChanges(changes)} would be made. Nothing was changed.`);
  return { ...reportOf(run, changes, {}), dryRun: true };
}

async function deploy(run: DeployRun, call: Call): Promise<Report> {
  const { desired, keeper, progress } = run;
  await atStep('extension', () => finishEarlierUpload(run));
  const seen = await look(run, call);
  noteActual(seen.actual, seen.changes, keeper);
  if (seen.actual.isStoreElsewhere && desired.hasStore) {
    progress.note('storeUrl is not an Endpoint of this project, so deploy does not touch its transformer.');
  }
  const ids = await apply(seen.changes, seen.actual, run);
  tellTheRest(seen, ids, run);
  return reportOf(run, seen.changes, ids);
}

interface Look {
  actual: ActualState;
  changes: Change[];
  heartbeat: Heartbeat;
}

/** Compares the project with the configuration. */
async function look(run: DeployRun, call: Call): Promise<Look> {
  const { api, desired, keeper, progress, values } = run;
  progress.begin('read the project');
  return atStep('look', async () => {
    const { name } = await api.readProject(values.projectId);
    progress.begin(`compare "${name}" with the configuration`);
    const actual = await readActualState(api, desired, keeper.lock);
    const heartbeat = await listenForChain(actual, run);
    const force = call.values['force'] === true;
    const changes = plan(desired, actual, keeper.lock, { force, hashFields: keeper.hashFields, heartbeat });
    progress.done();
    for (const warning of warnOfTakeOver(values, actual, keeper.lock, changes)) progress.warn(warning);
    return { actual, changes, heartbeat };
  });
}

function tellTheRest({ changes, actual, heartbeat }: Look, ids: Ids, { desired, progress, values }: DeployRun): void {
  const hasNewCode = changes.some(({ step, action }) => step === 'function' && action === 'update');
  if (hasNewCode && actual.running.length > 0) {
    const end = `until it ends, within ${values.functionTimeLimitSeconds} s`;
    progress.note(`The instance that is running keeps the old code ${end}. The next one has the new code.`);
  }
  if (changes.length === 0) {
    const running = heartbeat === 'on_time' ? 'The chain is running.' : 'The Function is running. The command status shows more.';
    return progress.end(`Nothing to do: 0 changes. ${running}`);
  }
  const storeUrl = desired.storeUrl(ids);
  if (storeUrl !== undefined && desired.hasStore) progress.note(`The shared store: ${storeUrl}`);
  const names = desired.connections(ids).map(({ name }) => `"${name}"`);
  progress.note(`Connections to choose in your nodes: ${names.join(', ')}`);
  progress.end(`${countChanges(changes)} made.`);
}

function reportOf({ desired, values }: DeployRun, changes: readonly Change[], ids: Ids): Report {
  const storeUrl = desired.storeUrl(ids);
  return {
    ok: true,
    projectId: values.projectId,
    changes: changes.map(({ step, action, description }) => ({ step, action, description })),
    ...(storeUrl === undefined ? {} : { storeUrl }),
    ...(ids.functionId === undefined ? {} : { functionId: ids.functionId }),
  };
}
