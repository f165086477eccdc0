import type { ConnectionItem, EndpointDetails } from '../api';
import type { Lock } from '../lock';
import { connectionStep } from '../lock/keeper';
import { PLACEHOLDER_CODE } from '../rendered/ownership';

import { knownIds, locate } from './actual-state';
import type { ActualState } from './actual-state';
import { saveOld } from './backup';
import { startChain } from './chain';
import type { Ids } from './desired-state';
import { deployExtension } from './extension';
import { make } from './make';
import { desiredTransformer } from './plan';
import type { Change } from './plan';
import { atStep } from './run';
import type { DeployRun } from './run';

/**
 * Makes the planned changes, one after the other. If it stops anywhere, the next run finds what is done and goes on from there.
 *
 * @returns the ids that other things refer to
 * @throws CliError and ApiFailure's errors, with the step
 */
export async function apply(changes: readonly Change[], actual: ActualState, run: DeployRun): Promise<Ids> {
  const ids = knownIds(actual);
  let flowReference = actual.flow?.referenceId;
  for (const change of changes) {
    run.progress.begin(`${change.step}: ${change.description}`);
    await atStep(change.step, () => applyOne(change));
    run.progress.done();
  }
  return ids;

  async function applyOne(change: Change): Promise<void> {
    switch (change.step) {
      case 'extension':
        return deployExtension(change, actual.extension?.id, run);
      case 'flow':
        flowReference = await createFlow(run);
        return;
      case 'endpoint':
        if (change.action === 'create') ids.urlToken = (await createEndpoint(flowReference ?? '', run)).urlToken;
        else await updateTransformer(change, actual, run);
        return;
      case 'function':
        ids.functionId ??= await createFunction(run);
        return updateFunction(change, actual, { ...ids, functionId: ids.functionId }, run);
      case 'connection':
        return deployConnection(change, actual, ids, run);
      case 'chain':
        return startChain({ ...ids, functionId: ids.functionId ?? '' }, run, actual.running);
    }
  }
}

/** Creates the Flow that the Endpoint needs. @returns its `referenceId` */
async function createFlow(run: DeployRun): Promise<string> {
  const { api, keeper, values } = run;
  const { projectId, names } = values;
  const find = async () => locate(await api.flows(projectId), { kind: 'Flow', name: names.endpoint });
  const { id, referenceId } = await make('flow', run, () => api.createFlow(projectId, names.endpoint), find);
  keeper.made('flow', { flowId: id });
  return referenceId;
}

/** @param flowReference the `referenceId` of the Endpoint's Flow */
async function createEndpoint(flowReference: string, run: DeployRun): Promise<EndpointDetails> {
  const { api, desired, keeper, values } = run;
  const { projectId, names, endpointType: channel } = values;
  const localeReference = await api.primaryLocale(projectId);
  const transformer = desiredTransformer(desired);
  const create = (): Promise<EndpointDetails> =>
    api.createEndpoint(projectId, { name: names.endpoint, channel, flowReference, localeReference, transformer });
  const find = async (): Promise<EndpointDetails | undefined> => {
    const item = locate(await api.endpoints(projectId), { kind: 'Endpoint', name: names.endpoint });
    return item === undefined ? undefined : api.readEndpoint(item.id);
  };
  const endpoint = await make('endpoint', run, create, find);
  keeper.made('endpoint', { endpointId: endpoint.id, urlToken: endpoint.urlToken });
  return endpoint;
}

/** Writes the transformer, and notes in the lock file that deploy manages this Endpoint. */
async function updateTransformer({ savesOld }: Change, { endpoint }: ActualState, run: DeployRun): Promise<void> {
  if (endpoint === undefined) return;
  const { id, urlToken, transformer } = endpoint;
  if (savesOld) {
    const text = transformer.transformer ?? '';
    saveOld({ subject: 'The old transformer', name: `transformer-${id}`, text }, run);
  }
  await run.api.updateTransformer(id, desiredTransformer(run.desired, transformer));
  run.keeper.update({ endpointId: id, urlToken });
}

/**
 * Creates the Function with a placeholder, because the real code contains the Function's own id. Until the real code is there, the
 * Function is disabled.
 *
 * @returns its id
 */
async function createFunction(run: DeployRun): Promise<string> {
  const { api, keeper, values } = run;
  const { projectId, names } = values;
  const find = async () => locate(await api.functions(projectId), { kind: 'Function', name: names.function });
  const empty = { name: names.function, code: PLACEHOLDER_CODE, isDisabled: true };
  const { id } = await make('function', run, () => api.createFunction(projectId, empty), find);
  keeper.made('function', { functionId: id });
  return id;
}

/** Writes the code, enables the Function, and notes in the lock file that deploy manages it. */
async function updateFunction(
  { savesOld }: Change,
  actual: ActualState,
  ids: Ids & { functionId: string },
  run: DeployRun,
): Promise<void> {
  const { functionId } = ids;
  if (savesOld) {
    const text = actual.function?.code ?? '';
    saveOld({ subject: 'The old code', name: `function-${functionId}`, text }, run);
  }
  const code = run.desired.functionCode(ids);
  if (code === undefined) throw new Error('The Function was to be written before the store was known.');
  await run.api.updateFunction(functionId, { code, isDisabled: false });
  run.keeper.update({ functionId });
}

/** Creates a connection or rewrites its fields. It notes a hash, so that the next run sees whether they have changed. */
async function deployConnection({ action, name }: Change, actual: ActualState, ids: Ids, run: DeployRun): Promise<void> {
  const { api, desired, keeper, values } = run;
  const connection = desired.connections(ids).find((one) => one.name === name);
  if (connection?.fields === undefined) throw new Error('A connection was to be written before its fields were known.');
  const { fields, type, extension } = connection;
  const known = (id: string, lastChanged: number): Pick<Lock, 'connectionIds' | 'connections'> => ({
    connectionIds: { ...keeper.lock.connectionIds, [connection.name]: id },
    connections: { ...keeper.lock.connections, [connection.name]: { hash: keeper.hashFields(fields), lastChanged } },
  });
  const current = actual.connections.get(connection.name);
  if (action === 'create' || current === undefined) {
    const find = async (): Promise<ConnectionItem | undefined> => {
      const items = (await api.connections(values.projectId)).filter((one) => one.type === type && one.extension === extension);
      return locate(items, { kind: 'connection', name: connection.name });
    };
    const step = connectionStep(connection.name);
    const made = await make(step, run, () => api.createConnection(values.projectId, { ...connection, fields }), find);
    keeper.made(step, known(made.id, made.lastChanged));
  } else {
    await api.updateConnection(current.id, fields);
    keeper.update(known(current.id, await api.connectionChanged(current.id)));
  }
}
