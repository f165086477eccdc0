import { ApiFailure } from '../api';
import { CliError } from '../cli-error';
import { functionVersion, PLACEHOLDER_CODE, transformerVersion, unified } from '../rendered/ownership';
import { readTemplate, userSection } from '../rendered/template';

import { saveOld } from './backup';
import { isRunning } from './found';
import type { Removal } from './removal';
import type { Undeployment } from './undeployment';

const STOP_ROUNDS = 20;
/** Grows with each round: half a minute in all. */
const STOP_PAUSE_MS = 150;

/** What an Endpoint's transformer is without ours. */
const NO_TRANSFORMER = {
  transformer: '',
  abortOnError: false,
  inputTransformerEnabled: false,
  outputTransformerEnabled: false,
  finalPingTransformerEnabled: false,
  injectTransformerEnabled: false,
  notifyTransformerEnabled: false,
};

/**
 * Takes one thing away, and notes that it is gone. That it is gone already is fine.
 *
 * @throws ApiFailure; CliError chain_not_stopped
 */
export async function remove(removal: Removal, work: Undeployment): Promise<void> {
  const { api, keeper } = work;
  const { step, action, id } = removal;
  if (action === 'stop') return stopChain(id, work);
  if (step === 'endpoint') await unlessGone(() => saveOwnSection(id, work));
  if (action === 'delete') {
    if (step === 'function') await unlessGone(() => saveForeignCode(id, work));
    await unlessGone(() => deletion(step, id, work));
    keeper.gone(step, step === keeper.lock.making ? { making: undefined } : {});
  } else if (step === 'function') {
    await unlessGone(() => api.updateFunction(id, { code: PLACEHOLDER_CODE, isDisabled: true }));
  } else {
    await unlessGone(() => api.updateTransformer(id, NO_TRANSFORMER));
  }
}

function deletion(step: string, id: string, { api }: Undeployment): Promise<unknown> {
  switch (step) {
    case 'function':
      return api.deleteFunction(id);
    case 'endpoint':
      return api.deleteEndpoint(id);
    case 'flow':
      return api.deleteFlow(id);
    case 'extension':
      return api.deleteExtension(id);
    default:
      return api.deleteConnection(id);
  }
}

/** The Function is disabled first: a hop that ends meanwhile must not trigger another one. */
async function stopChain(functionId: string, { api, surroundings }: Undeployment): Promise<void> {
  await unlessGone(() => api.updateFunction(functionId, { isDisabled: true }));
  for (let round = 0; round < STOP_ROUNDS; round += 1) {
    const running = (await api.instances(functionId)).filter(isRunning);
    if (running.length === 0) return;
    // One that ended by itself can't be stopped any more: the next round sees.
    for (const { id } of running) await unlessRefused(() => api.stopInstance(functionId, id));
    await surroundings.sleep(STOP_PAUSE_MS * round);
  }
  throw new CliError('chain_not_stopped', 'There are still instances that are queued or active.');
}

/** What users wrote into the transformer is theirs, though deploy has made the rest; a transformer of theirs is so as a whole. */
async function saveOwnSection(endpointId: string, work: Undeployment): Promise<void> {
  const { api, surroundings, values } = work;
  const { transformer } = await api.readEndpoint(endpointId);
  const text = unified(transformer.transformer ?? '');
  if (text === '') return;
  const template = readTemplate(surroundings.templates, `transformer-${values.endpointType}`);
  const section = transformerVersion(text) === undefined ? undefined : userSection(text);
  if (section !== undefined && section === userSection(template)) return;
  const subject = section === undefined ? 'The transformer that was there' : 'Your own section of the transformer';
  saveOld({ subject, name: `transformer-${endpointId}`, text: section ?? text }, work);
}

/** Code that somebody has put into our Function since is theirs. */
async function saveForeignCode(functionId: string, work: Undeployment): Promise<void> {
  const { code } = await work.api.readFunction(functionId);
  if (code.trim() === '' || functionVersion(code) !== undefined) return;
  saveOld({ subject: 'The code in the Function, which is not ours,', name: `function-${functionId}`, text: code }, work);
}

async function unlessGone(work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof ApiFailure) || error.status !== 404) throw error;
  }
}

async function unlessRefused(work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof ApiFailure) || ![400, 404, 409].includes(error.status ?? 0)) throw error;
  }
}
