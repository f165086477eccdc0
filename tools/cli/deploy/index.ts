import { redact } from '../../../src/errors';
import { openApi, secretForms } from '../api';
import type { Call, Command } from '../command';
import { reportFailure } from '../report';
import type { Report } from '../report';
import { deploySettings } from '../settings';

import { carryOut } from './carry-out';
import { listenForChain } from './chain';
import type { Change } from './change';
import { checkProject } from './check-project';
import { finishEarlierUpload } from './extension';
import { fieldsHasher } from './fields-hash';
import { survey } from './found';
import type { Found } from './found';
import { noteFound } from './note-found';
import { plan } from './plan';
import type { Heartbeat } from './plan';
import { runOnProject } from './run-on-project';
import type { ProjectRun } from './run-on-project';
import { warnOfTakeOver } from './take-over';
import { secretsOf, wantedOf } from './wanted';
import type { Ids } from './wanted';
import { atStep } from './work';
import type { Work } from './work';

/** `deploy`: puts everything in place, and starts the chain. */
export const deployCommand: Command = {
  name: 'deploy',
  usage: `  deploy --config FILE [--dry-run] [--force] [--json]
      Puts everything in place through the management API: extension, Endpoint with
      transformer, Function, connections; then starts the chain. Run it again after each
      change of the configuration, and to finish what was interrupted.
      --dry-run shows what would be changed. --force replaces a transformer or a Function
      that is not ours, and saves the old text to a file first; and the values of
      connections that are not ours.`,
  options: {
    config: { type: 'string' },
    'dry-run': { type: 'boolean' },
    force: { type: 'boolean' },
    json: { type: 'boolean' },
  },

  run: (call, surroundings) =>
    runOnProject(call, surroundings, {
      title: 'Access Token: deploy to the project',
      settings: deploySettings,
      work: async (run) => {
        for (const warning of run.warnings) run.progress.warn(warning);
        const work = await prepare(run);
        return run.isDry ? planOnly(work, call) : deploy(work, call);
      },
    }),

  refuseInJson: (error, surroundings) => reportFailure(error, true, surroundings),
};

async function prepare({ values, keeper, progress, surroundings, configFile }: ProjectRun): Promise<Work> {
  const { now, sleep, templates } = surroundings;
  const { apiUrl, apiKey } = values;
  const wanted = wantedOf(values, templates);
  const secrets = secretsOf(values);
  return {
    api: await openApi({ apiUrl, apiKey, secrets, now, sleep }),
    wanted,
    keeper,
    progress,
    surroundings,
    configFile,
    redact: (text) => redact(text, secretForms(secrets)),
  };
}

async function planOnly(work: Work, call: Call): Promise<Report> {
  const { progress } = work;
  const { changes } = await look(work, call);
  for (const { step, description } of changes) progress.note(`${step}: ${description}`);
  progress.end(changes.length === 0 ? 'Nothing to do: 0 changes.' : `${count(changes)} would be made. Nothing was changed.`);
  return { ...reportOf(work, changes, {}), dryRun: true };
}

async function deploy(work: Work, call: Call): Promise<Report> {
  const { progress, keeper } = work;
  await atStep('extension', () => finishEarlierUpload(work));
  const { changes, found, heartbeat, hashFields } = await look(work, call);
  noteFound(found, changes, keeper);
  if (found.isStoreElsewhere && work.wanted.hasStore) {
    progress.note('storeUrl is no Endpoint of this project: its transformer is left alone.');
  }
  const ids = await carryOut(changes, found, hashFields, work);
  tellTheRest({ changes, found, heartbeat }, ids, work);
  return reportOf(work, changes, ids);
}

interface Look {
  found: Found;
  changes: Change[];
  heartbeat: Heartbeat;
  hashFields: ReturnType<typeof fieldsHasher>;
}

/** Finds out how things are, and what is to be done. */
async function look(work: Work, call: Call): Promise<Look> {
  const { api, wanted, keeper, progress } = work;
  progress.begin('look at what is there');
  return atStep('look', async () => {
    await checkProject(api, wanted.values.projectId);
    const found = await survey(api, wanted, keeper.lock);
    const hashFields = fieldsHasher(wanted.values.apiKey, keeper.salt);
    const heartbeat = await listenForChain(found, work);
    const force = call.values['force'] === true;
    const changes = plan(wanted, found, keeper.lock, { force, hashFields, heartbeat });
    progress.done();
    for (const warning of warnOfTakeOver(wanted.values, found, keeper.lock, changes)) progress.warn(warning);
    return { found, changes, heartbeat, hashFields };
  });
}

function tellTheRest(
  { changes, found, heartbeat }: Pick<Look, 'changes' | 'found' | 'heartbeat'>,
  ids: Ids,
  { progress, wanted }: Work,
): void {
  const { functionTimeLimitSeconds } = wanted.values;
  const hasNewCode = changes.some(({ step, action }) => step === 'function' && action === 'update');
  if (hasNewCode && found.running.length > 0) {
    const end = `until it ends, within ${functionTimeLimitSeconds} s`;
    progress.note(`The hop that is running keeps the old code ${end}; the next one has the new.`);
  }
  const storeUrl = wanted.storeUrl(ids);
  if (changes.length > 0) {
    if (storeUrl !== undefined && wanted.hasStore) progress.note(`The shared store: ${storeUrl}`);
    const names = wanted.connections(ids).map(({ name }) => `"${name}"`);
    progress.note(`Connections to choose in your nodes: ${names.join(', ')}`);
  }
  const isNothing = changes.length === 0;
  const running = heartbeat === 'on_time' ? 'The chain is running.' : 'The Function is running; status tells more.';
  progress.end(isNothing ? `Nothing to do: 0 changes. ${running}` : `${count(changes)} made.`);
}

function count({ length }: readonly Change[]): string {
  return length === 1 ? '1 change' : `${length} changes`;
}

function reportOf({ wanted }: Work, changes: readonly Change[], ids: Ids): Report {
  const storeUrl = wanted.storeUrl(ids);
  return {
    ok: true,
    projectId: wanted.values.projectId,
    changes: changes.map(({ step, action, description }) => ({ step, action, description })),
    ...(storeUrl === undefined ? {} : { storeUrl }),
    ...(ids.functionId === undefined ? {} : { functionId: ids.functionId }),
  };
}
