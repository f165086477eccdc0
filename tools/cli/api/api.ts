import { secretForms } from './failure';
import { createHttpAdapter } from './http-adapter';
import { allPages } from './paging';
import type { Page, PageRequest } from './paging';
import { withRetries } from './retry';
import type { RetryOptions } from './retry';
import type {
  ApiOptions,
  ConnectionItem,
  EndpointDetails,
  EndpointItem,
  Flow,
  FunctionDetails,
  Instance,
  Item,
  NewConnection,
  NewEndpoint,
  TaskState,
  Transformer,
} from './types';

const DEFAULT_TRIES = 5;
const DEFAULT_TIMEOUT_MS = 30_000;
/** Unix times below this are seconds: as milliseconds they would lie in 1973. */
const SMALLEST_MS = 1e11;

export type Api = Awaited<ReturnType<typeof openApi>>;

/**
 * The parts of the management API that the commands need, through the vendor's client. Requests that change nothing
 * twice are repeated while that makes sense; those that create something are not, as only the caller can find out what
 * a lost one has made. All reject with `ApiFailure`.
 */
export async function openApi({ apiUrl, apiKey, secrets = [], now, sleep, random = Math.random, ...options }: ApiOptions) {
  // Loaded here, as the other commands can do without: it is large.
  const { RestAPIClient } = await import('@cognigy/rest-api-client');
  const { tries = DEFAULT_TRIES, timeoutMs = DEFAULT_TIMEOUT_MS } = options;
  const retry: RetryOptions = { tries, now, sleep, random };
  const shown = secretForms([apiKey, ...secrets]);
  const httpAdapter = createHttpAdapter({ baseUrl: apiUrl, apiKey, secrets: shown, timeoutMs, now });
  const client = new RestAPIClient({ httpAdapter, baseUrl: apiUrl, maxRetries: 0 });
  const again = <T>(send: () => Promise<T>): Promise<T> => withRetries(send, retry);
  const list = <T>(index: (page: PageRequest) => Promise<Page<T>>, atMost?: number): Promise<T[]> =>
    allPages((page) => again(() => index(page)), atMost);

  return {
    retry,
    readProject: (projectId: string): Promise<unknown> => again(() => client.readProject({ projectId })),

    /** @returns the `referenceId` of the project's primary locale, which an Endpoint needs; `undefined` if there is none */
    primaryLocale: async (projectId: string): Promise<string | undefined> => {
      const locales = await list((page) => client.indexLocales({ projectId, ...page }));
      return (locales.find(({ primary }) => primary) ?? locales[0])?.referenceId;
    },

    extensions: async (projectId: string): Promise<Array<Item & { version: string }>> => {
      const items = await list((page) => client.indexExtensions({ projectId, ...page }));
      return items.map(({ _id, name, version }) => ({ id: _id, name, version }));
    },
    /** @returns the id of the task, which does the work */
    uploadExtension: async (projectId: string, file: Buffer, fileName: string): Promise<string> => {
      // The client names the uploaded file by a member that its typings don't know.
      const upload = { projectId, file, fileName };
      return (await client.uploadExtension(upload))._id;
    },
    updateExtension: async (projectId: string, extension: string, file: Buffer, fileName: string): Promise<string> => {
      const upload = { projectId, extension, file, fileName };
      return (await client.updateExtensionPackage(upload))._id;
    },
    deleteExtension: (extensionId: string): Promise<unknown> => again(() => client.deleteExtension({ extensionId })),

    readTask: async (taskId: string, projectId: string): Promise<TaskState> => {
      const { _id, status, failReason } = await again(() => client.readTask({ taskId, projectId }));
      return { id: _id, status, failReason };
    },
    /** All of the project's tasks that have not ended. */
    runningTasks: async (projectId: string): Promise<string[]> => {
      const items = await list((page) => client.indexTasks({ projectId, ...page }));
      return items.filter(({ status }) => ['queued', 'active', 'cancelling'].includes(status)).map(({ _id }) => _id);
    },

    flows: async (projectId: string): Promise<Flow[]> => {
      const items = await list((page) => client.indexFlows({ projectId, ...page }));
      return items.map(({ _id, name, referenceId }) => ({ id: _id, name, referenceId }));
    },
    createFlow: async (projectId: string, name: string): Promise<Flow> => {
      const { _id, referenceId } = await client.createFlow({ projectId, name });
      return { id: _id, name, referenceId };
    },
    deleteFlow: (flowId: string): Promise<unknown> => again(() => client.deleteFlow({ flowId })),

    endpoints: async (projectId: string): Promise<EndpointItem[]> => {
      const items = await list((page) => client.indexEndpoints({ projectId, ...page }));
      return items.map(({ _id, name, channel, URLToken }) => ({ id: _id, name, channel, urlToken: URLToken }));
    },
    readEndpoint: async (endpointId: string): Promise<EndpointDetails> => {
      const { _id, name, channel, URLToken, transformer } = await again(() => client.readEndpoint({ endpointId }));
      return { id: _id, name, channel, urlToken: URLToken, transformer };
    },
    createEndpoint: async (projectId: string, wanted: NewEndpoint): Promise<EndpointDetails> => {
      const { name, channel, flowReference, localeReference, transformer } = wanted;
      const created = await client.createEndpoint({
        projectId,
        name,
        channel: channel as 'rest',
        flowId: flowReference,
        ...(localeReference === undefined ? {} : { localeId: localeReference }),
        entrypoint: projectId,
        active: true,
        transformer,
      });
      return { id: created._id, name, channel, urlToken: created.URLToken, transformer };
    },
    updateTransformer: (endpointId: string, transformer: Transformer): Promise<unknown> =>
      again(() => client.updateEndpoint({ endpointId, transformer })),
    deleteEndpoint: (endpointId: string): Promise<unknown> => again(() => client.deleteEndpoint({ endpointId })),

    functions: async (projectId: string): Promise<Item[]> => {
      const items = await list((page) => client.indexFunctions({ projectId, ...page }));
      return items.map(({ _id, name }) => ({ id: _id, name }));
    },
    readFunction: async (functionId: string): Promise<FunctionDetails> => {
      const { _id, name, code, isDisabled } = await again(() => client.readFunction({ functionId }));
      return { id: _id, name, code, isDisabled };
    },
    createFunction: async (projectId: string, wanted: Omit<FunctionDetails, 'id'>): Promise<FunctionDetails> => {
      const { _id } = await client.createFunction({ projectId, ...wanted });
      return { id: _id, ...wanted };
    },
    updateFunction: (functionId: string, changes: Partial<Omit<FunctionDetails, 'id'>>): Promise<unknown> =>
      again(() => client.updateFunction({ functionId, ...changes })),
    deleteFunction: (functionId: string): Promise<unknown> => again(() => client.deleteFunction({ functionId })),

    /**
     * The instances that are known, the newest first.
     *
     * @param atMost how many are wanted; a chain makes about a hundred a day
     */
    instances: async (functionId: string, { atMost }: { atMost?: number } = {}): Promise<Instance[]> => {
      const sort = { createdAt: 'desc' } as const;
      const items = await list((page) => client.indexFunctionInstances({ functionId, sort, ...page }), atMost);
      const instances = items.map(({ _id, status, error, createdAt, finishedAt }): Instance => ({
        id: _id,
        status,
        createdAt: milliseconds(createdAt),
        ...(error ? { error } : {}),
        ...(finishedAt ? { finishedAt: milliseconds(finishedAt) } : {}),
      }));
      return instances.sort((one, other) => other.createdAt - one.createdAt);
    },
    readInstance: async (functionId: string, functionInstanceId: string): Promise<Pick<Instance, 'status' | 'error'>> =>
      again(() => client.readFunctionInstance({ functionId, functionInstanceId })),
    stopInstance: (functionId: string, functionInstanceId: string): Promise<unknown> =>
      again(() => client.stopFunctionInstance({ functionId, functionInstanceId })),
    /** @returns the id of the new instance */
    triggerFunction: async (functionId: string): Promise<string> =>
      // The client posts `parameters` as the whole body, which has to have a member of that name.
      (await client.triggerFunction({ functionId, parameters: { parameters: {} } })).functionInstanceId,

    connections: async (projectId: string): Promise<ConnectionItem[]> => {
      const items = await list((page) => client.indexConnections({ projectId, ...page }));
      return items.map(({ _id, name, type, extension, lastChanged }) => ({ id: _id, name, type, extension, lastChanged }));
    },
    /** @returns when the connection was changed the last time */
    connectionChanged: async (connectionId: string): Promise<number> =>
      (await again(() => client.readConnection({ connectionId }))).lastChanged,
    createConnection: async (projectId: string, wanted: NewConnection): Promise<ConnectionItem> => {
      const { _id, lastChanged } = await client.createConnection({ projectId, ...wanted });
      return { id: _id, ...wanted, lastChanged };
    },
    updateConnection: (connectionId: string, fields: Record<string, string>): Promise<unknown> =>
      again(() => client.updateConnection({ connectionId, fields })),
    deleteConnection: (connectionId: string): Promise<unknown> => again(() => client.deleteConnection({ connectionId })),
  };
}

function milliseconds(time: number): number {
  return time < SMALLEST_MS ? time * 1000 : time;
}
