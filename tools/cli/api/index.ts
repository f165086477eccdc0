import { sendRequest } from './client';
import type { ClientOptions, Method } from './client';
import { secretForms } from './failure';
import { allPages } from './paging';
import type { Page, PageRequest } from './paging';
import { withRetries } from './retry';
import type { RetryOptions } from './retry';
import type {
  ConnectionItem,
  EndpointDetails,
  EndpointItem,
  Flow,
  FunctionDetails,
  Instance,
  Item,
  NewConnection,
  NewEndpoint,
  Transformer,
} from './types';

export { ApiFailure, secretForms, toCliError } from './failure';
export { withRetries } from './retry';
export { SWITCHES } from './types';
export type * from './types';

export interface ApiOptions {
  /** Without a path. */
  apiUrl: string;
  apiKey: string;
  /** What must not be shown when an answer quotes it, besides the API key. */
  secrets?: readonly string[];
  /** Unix milliseconds */
  now: () => number;
  /** @param ms milliseconds */
  sleep: (ms: number) => Promise<void>;
  /** How often a request is sent at most; default 5. */
  tries?: number;
  /** Milliseconds that one request may take; default 30,000. */
  timeoutMs?: number;
}

const DEFAULT_TRIES = 5;
const DEFAULT_TIMEOUT_MS = 30_000;
/** Unix times below this are seconds: as milliseconds they would lie in 1973. */
const SMALLEST_MS = 1e11;

export type Api = ReturnType<typeof openApi>;

/** As the API has it. */
type Stored<T> = Omit<T, 'id' | 'urlToken'> & { _id: string; URLToken?: string };

/**
 * The parts of the management API that the commands need. Requests that may be sent twice without harm are repeated while
 * that makes sense; those that create something are not, as only the caller can find out what a lost one created. All
 * reject with `ApiFailure`.
 */
export function openApi({ apiUrl, apiKey, secrets = [], now, sleep, tries = DEFAULT_TRIES, timeoutMs = DEFAULT_TIMEOUT_MS }: ApiOptions) {
  const retry: RetryOptions = { tries, now, sleep, random: Math.random };
  const options: ClientOptions = { baseUrl: apiUrl, apiKey, secrets: secretForms([apiKey, ...secrets]), timeoutMs, now };
  const once = <T>(method: Method, path: string, body?: unknown): Promise<T> =>
    sendRequest<T>(method, `/new/v2.0/${path}`, body, options);
  const again = <T = unknown>(method: Method, path: string, body?: unknown): Promise<T> =>
    withRetries(() => once<T>(method, path, body), retry);
  const at = (...segments: string[]): string => segments.map(encodeURIComponent).join('/');

  const listOf = async <T>(path: string, query: Record<string, string>, atMost?: number): Promise<T[]> => {
    const read = (page: PageRequest): Promise<Page<Stored<T>>> =>
      again('GET', `${path}?${new URLSearchParams({ ...query, ...page, limit: String(page.limit) }).toString()}`);
    return (await allPages(read, atMost)).map((item) => withId<T>(item));
  };
  const inProject =
    <T>(kind: string) =>
    (projectId: string): Promise<T[]> =>
      listOf<T>(kind, { projectId });
  const read = async <T>(kind: string, id: string): Promise<T> => withId(await again<Stored<T>>('GET', at(kind, id)));
  const create = async <T>(kind: string, body: object): Promise<T> => withId(await once<Stored<T>>('POST', kind, body));
  const update = (kind: string, id: string, changes: object): Promise<unknown> => again('PATCH', at(kind, id), changes);
  const remove =
    (kind: string) =>
    (id: string): Promise<unknown> =>
      again('DELETE', at(kind, id));
  /** @returns the id of the task that does the work */
  const upload = async (path: string, file: Buffer, fileName: string, fields: Record<string, string>): Promise<string> => {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    form.append('file', new Blob([new Uint8Array(file)], { type: 'application/gzip' }), fileName);
    return (await once<{ _id: string }>('POST', path, form))._id;
  };

  return {
    retry,
    readProject: (projectId: string): Promise<unknown> => again('GET', at('projects', projectId)),

    /** @returns the `referenceId` of the project's primary locale, which an Endpoint needs; `undefined` if there is none */
    primaryLocale: async (projectId: string): Promise<string | undefined> => {
      const locales = await listOf<{ primary: boolean; referenceId: string }>('locales', { projectId });
      return (locales.find(({ primary }) => primary) ?? locales[0])?.referenceId;
    },

    extensions: inProject<Item & { version: string }>('extensions'),
    uploadExtension: (projectId: string, file: Buffer, fileName: string): Promise<string> =>
      upload('extensions/upload', file, fileName, { projectId }),
    updateExtension: (projectId: string, extension: string, file: Buffer, fileName: string): Promise<string> =>
      upload('extensions/update', file, fileName, { projectId, extension }),
    deleteExtension: remove('extensions'),

    readTask: (taskId: string): Promise<{ status: string; failReason: string }> => again('GET', at('tasks', taskId)),
    /** All of the project's tasks that have not ended. */
    runningTasks: async (projectId: string): Promise<string[]> => {
      const tasks = await listOf<{ id: string; status: string }>('tasks', { projectId });
      return tasks.filter(({ status }) => ['queued', 'active', 'cancelling'].includes(status)).map(({ id }) => id);
    },

    flows: inProject<Flow>('flows'),
    createFlow: (projectId: string, name: string): Promise<Flow> => create('flows', { projectId, name }),
    deleteFlow: remove('flows'),

    endpoints: inProject<EndpointItem>('endpoints'),
    readEndpoint: (endpointId: string): Promise<EndpointDetails> => read('endpoints', endpointId),
    createEndpoint: async (projectId: string, wanted: NewEndpoint): Promise<EndpointDetails> => {
      const { flowReference: flowId, localeReference: localeId, ...rest } = wanted;
      const body = { projectId, ...rest, flowId, ...(localeId === undefined ? {} : { localeId }), entrypoint: projectId, active: true };
      const { id, urlToken } = await create<EndpointItem>('endpoints', body);
      return { ...rest, id, urlToken };
    },
    updateTransformer: (endpointId: string, transformer: Transformer): Promise<unknown> =>
      update('endpoints', endpointId, { transformer }),
    deleteEndpoint: remove('endpoints'),

    functions: inProject<Item>('functions'),
    readFunction: (functionId: string): Promise<FunctionDetails> => read('functions', functionId),
    createFunction: (projectId: string, wanted: Omit<FunctionDetails, 'id'>): Promise<Item> =>
      create('functions', { projectId, ...wanted }),
    updateFunction: (functionId: string, changes: Partial<Omit<FunctionDetails, 'id'>>): Promise<unknown> =>
      update('functions', functionId, changes),
    deleteFunction: remove('functions'),

    /**
     * The instances that are known, the newest first.
     *
     * @param atMost how many are wanted; a chain makes about a hundred a day
     */
    instances: async (functionId: string, { atMost }: { atMost?: number } = {}): Promise<Instance[]> => {
      const items = await listOf<Instance>(at('functions', functionId, 'instances'), { sort: 'createdAt:desc' }, atMost);
      const instances = items.map(({ id, status, error, createdAt, finishedAt }): Instance => ({
        id,
        status,
        createdAt: milliseconds(createdAt),
        ...(error ? { error } : {}),
        ...(finishedAt ? { finishedAt: milliseconds(finishedAt) } : {}),
      }));
      return instances.sort((one, other) => other.createdAt - one.createdAt);
    },
    readInstance: (functionId: string, instanceId: string): Promise<Pick<Instance, 'status' | 'error'>> =>
      again('GET', at('functions', functionId, 'instances', instanceId)),
    stopInstance: (functionId: string, instanceId: string): Promise<unknown> =>
      again('POST', at('functions', functionId, 'instances', instanceId, 'stop')),
    /** @returns the id of the new instance */
    triggerFunction: async (functionId: string): Promise<string> =>
      (await once<{ functionInstanceId: string }>('POST', at('functions', functionId, 'trigger'), { parameters: {} })).functionInstanceId,

    connections: inProject<ConnectionItem>('connections'),
    /** @returns when the connection was changed the last time */
    connectionChanged: async (connectionId: string): Promise<number> =>
      (await read<ConnectionItem>('connections', connectionId)).lastChanged,
    createConnection: (projectId: string, wanted: NewConnection): Promise<Pick<ConnectionItem, 'id' | 'lastChanged'>> =>
      create('connections', { projectId, ...wanted }),
    updateConnection: (connectionId: string, fields: Record<string, string>): Promise<unknown> =>
      update('connections', connectionId, { fields }),
    deleteConnection: remove('connections'),
  };
}

function withId<T>({ _id, URLToken, ...rest }: Stored<T>): T {
  return { ...rest, id: _id, ...(URLToken === undefined ? {} : { urlToken: URLToken }) } as T;
}

function milliseconds(time: number): number {
  return time < SMALLEST_MS ? time * 1000 : time;
}
