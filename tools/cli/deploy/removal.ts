import type { Api } from '../api';
import type { Lock } from '../lock';
import { functionVersion, hasOurTransformer, PLACEHOLDER_CODE, sameText } from '../rendered/ownership';

import { isRunning } from './found';
import { connectionName, connectionStep } from './lock-keeper';
import { EXTENSION_NAME } from './wanted';
import type { DeployValues } from './wanted';

/** One thing to take away. */
export interface Removal {
  /** As the lock file has it among what was made; `chain` for the running instances. */
  step: string;
  /** `reset`: it was there before deploy, which wrote into it what is ours. */
  action: 'stop' | 'delete' | 'reset';
  description: string;
  id: string;
}

/**
 * Finds what deploy has made and what is left of it. The chain comes first, so that nothing works with what goes;
 * things that refer to others go before those.
 *
 * @throws ApiFailure
 */
export async function planRemoval(api: Api, values: DeployValues, lock: Readonly<Lock>): Promise<Removal[]> {
  return [
    ...(await planFunction(api, values, lock)),
    ...(await planConnections(api, values, lock)),
    ...(await planEndpoint(api, values, lock)),
    ...(await planFlow(api, values, lock)),
    ...(await planExtension(api, values, lock)),
  ];
}

interface Item {
  id: string;
  name: string;
}

/** Finds a thing by the lock file's id; what an interrupted run was about to make has only its name. */
function find<T extends Item>(
  items: readonly T[],
  step: string,
  id: string | undefined,
  name: string,
  lock: Readonly<Lock>,
): T | undefined {
  const known = items.find((item) => item.id === id);
  return known ?? (lock.making === step ? items.find((item) => item.name === name) : undefined);
}

/**
 * Whether deploy has made a thing. Of what it was about to make when it was interrupted there is only the name, which may
 * be anybody's: our text in it tells, where there is any.
 */
function isMade(step: string, { made, making }: Readonly<Lock>, hasOurText = true): boolean {
  return made.includes(step) || (making === step && hasOurText);
}

async function planFunction(api: Api, { projectId, names }: DeployValues, lock: Readonly<Lock>): Promise<Removal[]> {
  const step = 'function';
  const item = find(await api.functions(projectId), step, lock.functionId, names.function, lock);
  if (item === undefined) return [];
  const { id, name } = item;
  const { code, isDisabled } = await api.readFunction(id);
  const isOurs = functionVersion(code) !== undefined;
  const isToGo = isMade(step, lock, isOurs);
  if (!isToGo && !isOurs) return [];
  const isIdle = isDisabled && !(await api.instances(id)).some(isRunning);
  const stop: Removal[] = isIdle ? [] : [{ step: 'chain', action: 'stop', description: 'stop the chain', id }];
  if (isToGo) return [...stop, { step, action: 'delete', description: `delete the Function "${name}"`, id }];
  if (sameText(code, PLACEHOLDER_CODE)) return stop;
  const description = `take the code out of the Function "${name}", which was there before`;
  return [...stop, { step, action: 'reset', description, id }];
}

/** By what was made, not by what is there: somebody may have renamed a connection since. */
async function planConnections(api: Api, { projectId }: DeployValues, lock: Readonly<Lock>): Promise<Removal[]> {
  const steps = new Set(lock.making === undefined ? lock.made : [...lock.made, lock.making]);
  const names = [...steps].flatMap((step) => connectionName(step) ?? []);
  const items = (await api.connections(projectId)).filter(({ extension }) => extension === EXTENSION_NAME);
  return names.flatMap((name): Removal[] => {
    const step = connectionStep(name);
    const item = find(items, step, lock.connectionIds[name], name, lock);
    return item === undefined ? [] : [{ step, action: 'delete', description: `delete the connection "${item.name}"`, id: item.id }];
  });
}

async function planEndpoint(api: Api, { projectId, names }: DeployValues, lock: Readonly<Lock>): Promise<Removal[]> {
  const step = 'endpoint';
  const item = find(await api.endpoints(projectId), step, lock.endpointId, names.endpoint, lock);
  if (item === undefined) return [];
  const { id, name } = item;
  const isOurs = hasOurTransformer(await api.readEndpoint(id));
  const isToGo = isMade(step, lock, isOurs);
  if (!isToGo && !isOurs) return [];
  if (isToGo) return [{ step, action: 'delete', description: `delete the Endpoint "${name}"`, id }];
  const description = `take the transformer out of the Endpoint "${name}", which was there before`;
  return [{ step, action: 'reset', description, id }];
}

async function planFlow(api: Api, { projectId, names }: DeployValues, lock: Readonly<Lock>): Promise<Removal[]> {
  const step = 'flow';
  if (!isMade(step, lock)) return [];
  const item = find(await api.flows(projectId), step, lock.flowId, names.endpoint, lock);
  return item === undefined ? [] : [{ step, action: 'delete', description: `delete the Flow "${item.name}"`, id: item.id }];
}

async function planExtension(api: Api, { projectId }: DeployValues, lock: Readonly<Lock>): Promise<Removal[]> {
  const step = 'extension';
  if (!isMade(step, lock)) return [];
  const item = find(await api.extensions(projectId), step, lock.extensionId, EXTENSION_NAME, lock);
  return item === undefined ? [] : [{ step, action: 'delete', description: `delete the extension ${item.name}`, id: item.id }];
}
