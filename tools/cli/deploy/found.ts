import type { Api, ConnectionItem, EndpointDetails, EndpointItem, Instance, Item } from '../api';
import { CliError } from '../cli-error';
import type { Lock } from '../lock';
import { hasOurCode, hasOurTransformer } from '../rendered/ownership';

import { locate } from './locate';
import type { Search } from './locate';
import { connectionStep } from './lock-keeper';
import { EXTENSION_NAME } from './wanted';
import type { DeployValues, EndpointType, Wanted } from './wanted';

/** How things are. */
export interface Found {
  extension?: { id: string; version: string } | undefined;
  /** The Flow that a new Endpoint gets. */
  flow?: { id: string; referenceId: string } | undefined;
  endpoint?: EndpointDetails | undefined;
  /** The store is in another project, or not behind an Endpoint at all: no Endpoint is looked after. */
  isStoreElsewhere: boolean;
  function?: { id: string; name: string; code: string; isDisabled: boolean } | undefined;
  /** By name. */
  connections: ReadonlyMap<string, ConnectionItem>;
  /** The Function's instances that are queued or active. */
  running: Instance[];
  /** What was looked for, by the steps' names in the lock file; about anything else nothing is known. */
  sought: ReadonlySet<string>;
}

/** The channels whose transformers are of one kind. */
const CHANNELS: Readonly<Record<EndpointType, readonly string[]>> = {
  rest: ['rest'],
  webhook: ['webhook', 'generic'],
  socket: ['socket', 'webchat2', 'webchat3'],
};

/**
 * Looks at everything that deploy cares for, and changes nothing.
 *
 * @throws ApiFailure; CliError resource_not_found, name_ambiguous, endpoint_type_wrong, lock_names_another
 */
export async function survey(api: Api, wanted: Wanted, lock: Lock): Promise<Found> {
  const { values, hasStore } = wanted;
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
  const found = item === undefined ? undefined : await api.readFunction(item.id);
  const instances = found === undefined ? [] : await api.instances(found.id);
  return {
    extension,
    flow,
    endpoint,
    isStoreElsewhere,
    function: found,
    connections: findConnections(await api.connections(projectId), wanted, lock),
    running: instances.filter(isRunning),
    sought: new Set([
      'extension',
      'function',
      ...(isStoreElsewhere ? [] : ['endpoint']),
      ...wanted.connections({}).map(({ name }) => connectionStep(name)),
    ]),
  };
}

/** Whether a URL is an Endpoint's: it ends in its token, behind whatever the installation puts before it. */
export function answersAt({ urlToken }: EndpointItem, url: string): boolean {
  return urlToken !== '' && url.replace(/\/+$/, '').endsWith(`/${urlToken}`);
}

export function isRunning({ status }: Pick<Instance, 'status'>): boolean {
  return status === 'queued' || status === 'active';
}

async function findEndpoint(
  api: Api,
  { projectId, names, endpointId, endpointType, storeUrl }: DeployValues,
  lock: Lock,
): Promise<Pick<Found, 'endpoint' | 'isStoreElsewhere'>> {
  const items = await api.endpoints(projectId);
  const isExplicitUrl = storeUrl !== undefined && endpointId === undefined;
  const search = { kind: 'Endpoint', explicitId: endpointId, lockedId: lock.endpointId, name: names.endpoint };
  const item = isExplicitUrl
    ? items.find((one) => answersAt(one, storeUrl))
    : locate(items, search);
  if (item === undefined) return { endpoint: undefined, isStoreElsewhere: isExplicitUrl };
  await refuseToForget('endpoint', items, item, search, lock, async (id) => hasOurTransformer(await api.readEndpoint(id)));
  if (!CHANNELS[endpointType].includes(item.channel)) {
    const named = `The Endpoint "${item.name}" (${item.id})`;
    throw new CliError('endpoint_type_wrong', `${named} is of the type ${item.channel}, but endpointType is ${endpointType}.`);
  }
  return { endpoint: await api.readEndpoint(item.id), isStoreElsewhere: false };
}

/**
 * The lock file remembers one of each kind. Were another one noted, nobody would ever remove the one that deploy made, or
 * take our text out of the one that it wrote to, and it would work on with its secrets.
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
  const what = isMade ? 'which deploy made' : 'which deploy wrote to, and which still has our text in it';
  const message = `The lock file remembers the ${kind} "${former.name}" (${former.id}), ${what}`;
  throw new CliError('lock_names_another', `${message}; the configuration names "${found.name}" (${found.id}).`);
}

async function findFlow(api: Api, { projectId, names, flowId }: DeployValues, lock: Lock): Promise<Found['flow']> {
  const flows = await api.flows(projectId);
  // In the browser's address a Flow has its id; snippets and exports know its referenceId.
  const byReference = flows.find(({ referenceId }) => referenceId === flowId);
  const search = { kind: 'Flow', explicitId: flowId, lockedId: lock.flowId, name: names.endpoint };
  return byReference ?? locate(flows, search);
}

function findConnections(items: ConnectionItem[], wanted: Wanted, lock: Lock): Map<string, ConnectionItem> {
  const found = new Map<string, ConnectionItem>();
  for (const { name, type, extension } of wanted.connections({})) {
    const ofType = items.filter((item) => item.type === type && item.extension === extension);
    const item = locate(ofType, { kind: 'connection', lockedId: lock.connectionIds[name], name });
    if (item !== undefined) found.set(name, item);
  }
  return found;
}
