import type { Api, ConnectionItem, EndpointDetails, Instance, Item } from '../api';
import { CliError } from '../cli-error';
import type { Lock } from '../lock';
import { connectionStep } from '../lock/keeper';
import { hasOurCode, hasOurTransformer } from '../rendered/ownership';

import { EXTENSION_NAME } from './desired-state';
import type { DeployValues, DesiredState, EndpointType, Ids } from './desired-state';
import { answersAt, describe } from './things';

/** What is in the project. */
export interface ActualState {
  extension?: { id: string; version: string } | undefined;
  /** The Flow for a new Endpoint. */
  flow?: { id: string; referenceId: string } | undefined;
  endpoint?: EndpointDetails | undefined;
  /** The store is in another project, or is no Endpoint at all. Then deploy manages no Endpoint. */
  isStoreElsewhere: boolean;
  function?: { id: string; name: string; code: string; isDisabled: boolean } | undefined;
  /** By name. */
  connections: ReadonlyMap<string, ConnectionItem>;
  /** The Function's instances that are queued or active. */
  running: Instance[];
  /** What was looked for, by step as in the lock file. Nothing is known about anything else. */
  sought: ReadonlySet<string>;
}

/** The channels that use the same kind of transformer. */
const CHANNELS: Readonly<Record<EndpointType, readonly string[]>> = {
  rest: ['rest'],
  webhook: ['webhook', 'generic'],
  socket: ['socket', 'webchat2', 'webchat3'],
};

/**
 * Reads everything in the project that deploy manages. It changes nothing.
 *
 * @throws ApiFailure; CliError resource_not_found, name_ambiguous, endpoint_type_wrong, lock_names_another
 */
export async function readActualState(api: Api, desired: DesiredState, lock: Lock): Promise<ActualState> {
  const { values, hasStore } = desired;
  const { projectId, names } = values;
  const extension = (await api.extensions(projectId)).find(({ name }) => name === EXTENSION_NAME);
  const { endpoint, isStoreElsewhere } = hasStore
    ? await findEndpoint(api, values, lock)
    : { endpoint: undefined, isStoreElsewhere: true };
  const needsFlow = endpoint === undefined && !isStoreElsewhere;
  const flow = needsFlow ? await findFlow(api, values, lock) : undefined;
  const search = { kind: 'Function', explicitId: values.functionId, lockedId: lock.functionId, name: names.function };
  const functions = await api.functions(projectId);
  const item = locate(functions, search);
  await refuseToForget('function', functions, item, search, lock, async (id) => hasOurCode(await api.readFunction(id)));
  const ourFunction = item === undefined ? undefined : await api.readFunction(item.id);
  const instances = ourFunction === undefined ? [] : await api.instances(ourFunction.id);
  return {
    extension,
    flow,
    endpoint,
    isStoreElsewhere,
    function: ourFunction,
    connections: findConnections(await api.connections(projectId), desired, lock),
    running: instances.filter(isRunning),
    sought: new Set([
      'extension',
      'function',
      ...(isStoreElsewhere ? [] : ['endpoint']),
      ...desired.connections({}).map(({ name }) => connectionStep(name)),
    ]),
  };
}

/** @returns the ids that other things refer to; `undefined` for things that don't exist yet */
export function knownIds({ function: ourFunction, endpoint }: ActualState): Ids {
  return { functionId: ourFunction?.id, urlToken: endpoint?.urlToken };
}

export function isRunning({ status }: Pick<Instance, 'status'>): boolean {
  return status === 'queued' || status === 'active';
}

interface Search {
  /** For error messages, such as `Function`. */
  kind: string;
  /** The id in the configuration. */
  explicitId?: string | undefined;
  /** The id in the lock file. */
  lockedId?: string | undefined;
  name: string;
}

/**
 * Finds a thing: by the id in the configuration, else by the id in the lock file if it still exists, else by name.
 *
 * @returns `undefined` if there is none
 * @throws CliError resource_not_found if the id in the configuration does not exist; name_ambiguous
 */
export function locate<T extends Item>(items: readonly T[], { kind, explicitId, lockedId, name }: Search): T | undefined {
  if (explicitId !== undefined) {
    const explicit = items.find(({ id }) => id === explicitId);
    if (explicit === undefined) throw new CliError('resource_not_found', `The project has no ${kind} with the id ${explicitId}.`);
    return explicit;
  }
  const locked = items.find(({ id }) => id === lockedId);
  if (locked !== undefined) return locked;
  const named = items.filter((item) => item.name === name);
  if (named.length < 2) return named[0];
  const ids = named.map(({ id }) => id).join(', ');
  throw new CliError('name_ambiguous', `The project has ${named.length} ${kind}s named "${name}": ${ids}.`);
}

async function findEndpoint(
  api: Api,
  { projectId, names, endpointId, endpointType, storeUrl }: DeployValues,
  lock: Lock,
): Promise<Pick<ActualState, 'endpoint' | 'isStoreElsewhere'>> {
  const items = await api.endpoints(projectId);
  const isExplicitUrl = storeUrl !== undefined && endpointId === undefined;
  const search = { kind: 'Endpoint', explicitId: endpointId, lockedId: lock.endpointId, name: names.endpoint };
  const item = isExplicitUrl ? items.find((one) => answersAt(one, storeUrl)) : locate(items, search);
  if (item === undefined) return { endpoint: undefined, isStoreElsewhere: isExplicitUrl };
  await refuseToForget('endpoint', items, item, search, lock, async (id) => hasOurTransformer(await api.readEndpoint(id)));
  if (!CHANNELS[endpointType].includes(item.channel)) {
    throw new CliError('endpoint_type_wrong', `The Endpoint "${item.name}" is of the type ${item.channel}, but endpointType is ${endpointType}.`);
  }
  return { endpoint: await api.readEndpoint(item.id), isStoreElsewhere: false };
}

/**
 * Refuses to replace the thing that the lock file remembers. It remembers one of each kind. If deploy noted another one, the former one
 * would keep running with its secrets, and nobody would ever remove it or take our text out of it.
 */
async function refuseToForget(
  step: string,
  items: readonly Item[],
  found: Item | undefined,
  { kind, lockedId }: Search,
  { made }: Lock,
  hasOurText: (id: string) => Promise<boolean>,
): Promise<void> {
  const former = items.find(({ id }) => id === lockedId);
  if (found === undefined || former === undefined || found.id === former.id) return;
  const isMade = made.includes(step);
  if (!isMade && !(await hasOurText(former.id))) return;
  const what = isMade ? 'which deploy made' : 'which deploy wrote to, and which still contains our text';
  const [remembered, named] = [former, found].map((one) => describe({ label: kind }, one, [former, found]));
  throw new CliError('lock_names_another', `The lock file remembers the ${remembered}, ${what}; the configuration names the ${named}.`);
}

async function findFlow(api: Api, { projectId, names, flowId }: DeployValues, lock: Lock): Promise<ActualState['flow']> {
  const flows = await api.flows(projectId);
  // The browser's address contains a Flow's id; snippets and exports contain its referenceId.
  const byReference = flows.find(({ referenceId }) => referenceId === flowId);
  return byReference ?? locate(flows, { kind: 'Flow', explicitId: flowId, lockedId: lock.flowId, name: names.endpoint });
}

function findConnections(items: ConnectionItem[], desired: DesiredState, lock: Lock): Map<string, ConnectionItem> {
  const found = new Map<string, ConnectionItem>();
  for (const { name, type, extension } of desired.connections({})) {
    const ofType = items.filter((item) => item.type === type && item.extension === extension);
    const item = locate(ofType, { kind: 'connection', lockedId: lock.connectionIds[name], name });
    if (item !== undefined) found.set(name, item);
  }
  return found;
}
