import { SWITCHES } from '../api';
import type { Api, ConnectionItem, EndpointItem, Item, Transformer } from '../api';
import type { Lock } from '../lock';
import { connectionName, connectionStep } from '../lock/keeper';
import { functionVersion, PLACEHOLDER_CODE, transformerVersion } from '../rendered/ownership';

import { EXTENSION_NAME } from './desired-state';
import type { DeployValues } from './desired-state';

/** An Endpoint's transformer without ours. */
const NO_TRANSFORMER = { transformer: '', ...Object.fromEntries(SWITCHES.map((name) => [name, false])) } as Transformer;

/** What the lock file says about a thing. */
export interface LockedThing {
  /** As in the lock file's `made`. */
  step: string;
  id: string | undefined;
  /** If an interrupted run may have created the thing, only its name is known. */
  name: string;
}

/** The text in a thing, which tells whose it is. */
export interface ThingText {
  /** What the text is called. */
  word: string;
  /** @returns the text; `isDisabled` only for things that can run */
  read(api: Api, id: string): Promise<{ text: string; isDisabled?: boolean }>;
  /** @returns the version of our text; `undefined` if the text is not ours */
  versionOf(text: string): string | undefined;
  /** Takes our text out of a thing that existed before deploy. */
  reset(api: Api, id: string): Promise<unknown>;
}

/** A kind of things that deploy creates or writes to. */
export interface Kind<T extends Item = Item> {
  /** For people. */
  label: string;
  list(api: Api, projectId: string): Promise<T[]>;
  locked(lock: Readonly<Lock>, values: DeployValues): LockedThing[];
  /** Whether the configuration itself names a thing, by its id or URL or else by its name. */
  isMeant(item: T, values: DeployValues, lockedName?: string): boolean;
  text?: ThingText;
  remove(api: Api, id: string): Promise<unknown>;
  /** Flows that use our nodes fail without it. */
  breaksNodes?: true;
}

const FUNCTION: Kind = {
  label: 'Function',
  list: (api, projectId) => api.functions(projectId),
  locked: ({ functionId }, { names }) => [{ step: 'function', id: functionId, name: names.function }],
  isMeant: ({ id, name }, { names, functionId }) => (functionId === undefined ? name === names.function : id === functionId),
  text: {
    word: 'code',
    read: async (api, functionId) => {
      const { code, isDisabled } = await api.readFunction(functionId);
      return { text: code, isDisabled };
    },
    versionOf: functionVersion,
    reset: (api, id) => api.updateFunction(id, { code: PLACEHOLDER_CODE, isDisabled: true }),
  },
  remove: (api, id) => api.deleteFunction(id),
};

const CONNECTION: Kind<ConnectionItem> = {
  label: 'connection',
  list: async (api, projectId) => (await api.connections(projectId)).filter(({ extension }) => extension === EXTENSION_NAME),
  // The configuration is not asked: it may no longer use a connection that deploy created.
  locked: ({ connectionIds, made, making = '' }) => {
    const names = new Set([...made, making].flatMap((step) => connectionName(step) ?? []));
    for (const name of Object.keys(connectionIds)) names.add(name);
    return [...names].map((name) => ({ step: connectionStep(name), id: connectionIds[name], name }));
  },
  // Any token name is accepted: the connection may belong to a token that the configuration no longer has.
  isMeant: ({ name }, { names: { connections: first } }, lockedName = name) =>
    name === lockedName && (name === `${first} Store` || name === `${first} Cognigy API` || name.startsWith(`${first} OAuth2 `)),
  remove: (api, id) => api.deleteConnection(id),
  breaksNodes: true,
};

const ENDPOINT: Kind<EndpointItem> = {
  label: 'Endpoint',
  list: (api, projectId) => api.endpoints(projectId),
  locked: ({ endpointId }, { names }) => [{ step: 'endpoint', id: endpointId, name: names.endpoint }],
  isMeant: (item, { names, endpointId, storeUrl }) => {
    if (endpointId !== undefined) return item.id === endpointId;
    return storeUrl === undefined ? item.name === names.endpoint : answersAt(item, storeUrl);
  },
  text: {
    word: 'transformer',
    read: async (api, id) => ({ text: (await api.readEndpoint(id)).transformer.transformer ?? '' }),
    versionOf: transformerVersion,
    reset: (api, id) => api.updateTransformer(id, NO_TRANSFORMER),
  },
  remove: (api, id) => api.deleteEndpoint(id),
};

const FLOW: Kind = {
  label: 'Flow',
  list: (api, projectId) => api.flows(projectId),
  locked: ({ flowId }, { names }) => [{ step: 'flow', id: flowId, name: names.endpoint }],
  isMeant: ({ name }, { names }) => name === names.endpoint,
  remove: (api, id) => api.deleteFlow(id),
};

const EXTENSION: Kind = {
  label: 'extension',
  list: async (api, projectId) => (await api.extensions(projectId)).filter(({ name }) => name === EXTENSION_NAME),
  locked: ({ extensionId }) => [{ step: 'extension', id: extensionId, name: EXTENSION_NAME }],
  isMeant: () => true,
  remove: (api, id) => api.deleteExtension(id),
  breaksNodes: true,
};

/** In the order of removal: a thing goes before the things that it refers to. */
export const KINDS: readonly Kind[] = [FUNCTION, CONNECTION, ENDPOINT, FLOW, EXTENSION];

/** Whether the lock file means a thing: by its id, or by its name if an interrupted run was about to create it. */
export function isLocked(item: Item, { step, id, name }: LockedThing, { making }: Readonly<Lock>): boolean {
  return item.id === id || (making === step && item.name === name);
}

/**
 * @param others of the same kind; if one has the same name, the id is added
 * @returns such as `Function "Access Token"`
 */
export function describe({ label }: Pick<Kind, 'label'>, { id, name }: Item, others: readonly Item[]): string {
  const isAlike = others.some((other) => other.name === name && other.id !== id);
  return `${label} "${name}"${isAlike ? ` (${id})` : ''}`;
}

/** Whether a URL belongs to an Endpoint: it ends with the Endpoint's URL token, whatever comes before that. */
export function answersAt({ urlToken }: EndpointItem, url: string): boolean {
  return urlToken !== undefined && url.replace(/\/+$/, '').endsWith(`/${urlToken}`);
}
