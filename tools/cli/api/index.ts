import { CliError } from '../cli-error';
import { secretStriker } from '../secrets';

import { sendRequest } from './client';
import type { ClientOptions, Method } from './client';
import { ApiFailure } from './failure';
import { allPages } from './paging';
import type { Page } from './paging';
import { withRetries } from './retry';
import type { RetryOptions } from './retry';
import { reader, readNothing } from './shape';
import type { Of, Reader, Shape } from './shape';
import { CONNECTION, ENDPOINT, EXTENSION, FLOW, FUNCTION, INSTANCE, ITEM, LOCALE, NODE, TASK, TRANSFORMER } from './types';
import type { EndpointDetails, Flow, FunctionDetails, Instance, Item, NewConnection, NewEndpoint, Transformer } from './types';

export { ApiFailure, toCliError } from './failure';
export { withRetries } from './retry';
export { isId } from './shape';
export { SWITCHES } from './types';
export type * from './types';

export interface ApiOptions {
  /** The API's URL without a path. */
  apiUrl: string;
  apiKey: string;
  /** Secrets besides the API key, to strike out of answers that quote them. */
  secrets?: readonly string[];
  /** Unix milliseconds */
  now: () => number;
  /** @param ms milliseconds */
  sleep: (ms: number) => Promise<void>;
  /** How many times a request is sent at most; default 5. */
  tries?: number;
  /** The limit for one request, milliseconds; default 30,000. */
  timeoutMs?: number;
}

const DEFAULT_TRIES = 5;
const DEFAULT_TIMEOUT_MS = 30_000;
/** Smaller Unix times are seconds: as milliseconds they would be in or before 1973. */
const SMALLEST_MS = 1e11;

export type Api = ReturnType<typeof openApi>;

const PAGE = { items: 'list', nextCursor: 'text?' } as const;
const readTaskId = reader({ id: 'id' });
const readRun = reader({ id: 'id', status: 'name', error: 'name?' });

const readEndpoint: Reader<EndpointDetails> = (answer, strike) => {
  const { transformer = {}, ...endpoint } = reader({ ...ENDPOINT, transformer: 'object?' })(answer, strike);
  return { ...endpoint, transformer: reader(TRANSFORMER, 'transformer.')(transformer, strike) };
};

/**
 * The parts of the management API that the commands need. A request that does no harm when it is sent twice is retried. A request that
 * creates something is not: only the caller can find out what a lost one created. All reject with `ApiFailure`.
 */
export function openApi({ apiUrl, apiKey, secrets = [], now, sleep, tries = DEFAULT_TRIES, timeoutMs = DEFAULT_TIMEOUT_MS }: ApiOptions) {
  const retry: RetryOptions = { tries, now, sleep, random: Math.random };
  const options: ClientOptions = { baseUrl: apiUrl, apiKey, strike: secretStriker([apiKey, ...secrets]), timeoutMs, now };
  const once = <T>(method: Method, path: string, read: Reader<T>, body?: unknown): Promise<T> =>
    sendRequest<T>(method, `/new/v2.0/${path}`, body, options, read);
  const again = <T>(method: Method, path: string, read: Reader<T>, body?: unknown): Promise<T> =>
    withRetries(() => once<T>(method, path, read, body), retry);
  const at = (...segments: string[]): string => segments.map(encodeURIComponent).join('/');

  const listOf = async <const S extends Shape & { id: 'id' }>(
    path: string,
    shape: S,
    query: Record<string, string> = {},
    atMost?: number,
  ): Promise<Of<S>[]> => {
    const readPage: Reader<Page<Of<S> & { id: string }>> = (answer, strike) => {
      const { items, nextCursor } = reader(PAGE)(answer, strike);
      const read = (item: unknown, index: number) => reader(shape, `items[${index}].`)(item, strike) as Of<S> & { id: string };
      return { items: items.map(read), nextCursor };
    };
    return allPages(
      (page) => again('GET', `${path}?${new URLSearchParams({ ...query, ...page, limit: String(page.limit) }).toString()}`, readPage),
      `GET /new/v2.0/${path}`,
      atMost,
    );
  };
  const inProject =
    <const S extends Shape & { id: 'id' }>(kind: string, shape: S) =>
    (projectId: string): Promise<Of<S>[]> =>
      listOf(kind, shape, { projectId });
  const change = (kind: string, id: string, changes: object): Promise<void> => again('PATCH', at(kind, id), readNothing, changes);
  const remove =
    (kind: string) =>
    (id: string): Promise<void> =>
      again('DELETE', at(kind, id), readNothing);
  /** @returns the id of the task that installs the upload */
  const upload = async (path: string, file: Buffer, fileName: string, fields: Record<string, string>): Promise<string> => {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    form.append('file', new Blob([new Uint8Array(file)], { type: 'application/gzip' }), fileName);
    return (await once('POST', path, readTaskId, form)).id;
  };

  return {
    retry,
    /** @throws ApiFailure; CliError project_not_found */
    readProject: async (projectId: string): Promise<Item> => {
      try {
        return await again('GET', at('projects', projectId), reader(ITEM));
      } catch (error) {
        // The API answers 400 if the id has no valid form.
        if (!(error instanceof ApiFailure) || (error.status !== 404 && error.status !== 400)) throw error;
        const message = `There is no project ${projectId} for this API key. ${error.message}.`;
        throw new CliError('project_not_found', message, { status: error.status });
      }
    },

    /** @returns the `referenceId` of the project's primary locale, for a new Endpoint; `undefined` if there is none */
    primaryLocale: async (projectId: string): Promise<string | undefined> => {
      const locales = await listOf('locales', LOCALE, { projectId });
      return (locales.find(({ primary }) => primary) ?? locales[0])?.referenceId;
    },

    extensions: inProject('extensions', EXTENSION),
    uploadExtension: (projectId: string, file: Buffer, fileName: string): Promise<string> =>
      upload('extensions/upload', file, fileName, { projectId }),
    updateExtension: (projectId: string, extension: string, file: Buffer, fileName: string): Promise<string> =>
      upload('extensions/update', file, fileName, { projectId, extension }),
    deleteExtension: remove('extensions'),

    readTask: (taskId: string): Promise<Of<typeof TASK>> => again('GET', at('tasks', taskId), reader(TASK)),
    /** @returns the ids of the project's tasks that have not ended */
    runningTasks: async (projectId: string): Promise<string[]> => {
      const tasks = await listOf('tasks', TASK, { projectId });
      return tasks.filter(({ status }) => ['queued', 'active', 'cancelling'].includes(status)).map(({ id }) => id);
    },

    flows: inProject('flows', FLOW),
    flowNodes: (flowId: string): Promise<Of<typeof NODE>[]> => listOf(at('flows', flowId, 'chart', 'nodes'), NODE),
    createFlow: (projectId: string, name: string): Promise<Flow> => once('POST', 'flows', reader(FLOW), { projectId, name }),
    deleteFlow: remove('flows'),

    endpoints: inProject('endpoints', ENDPOINT),
    readEndpoint: (endpointId: string): Promise<EndpointDetails> => again('GET', at('endpoints', endpointId), readEndpoint),
    createEndpoint: async (projectId: string, wanted: NewEndpoint): Promise<EndpointDetails> => {
      const made = await once('POST', 'endpoints', reader(ENDPOINT), endpointBody(projectId, wanted));
      return { ...made, transformer: wanted.transformer };
    },
    updateTransformer: (endpointId: string, transformer: Transformer): Promise<void> =>
      change('endpoints', endpointId, { transformer }),
    deleteEndpoint: remove('endpoints'),

    functions: inProject('functions', ITEM),
    readFunction: (functionId: string): Promise<FunctionDetails> => again('GET', at('functions', functionId), reader(FUNCTION)),
    functionName: async (functionId: string): Promise<string> => (await again('GET', at('functions', functionId), reader(ITEM))).name,
    createFunction: (projectId: string, wanted: Omit<FunctionDetails, 'id'>): Promise<Item> =>
      once('POST', 'functions', reader(ITEM), { projectId, ...wanted }),
    updateFunction: (functionId: string, changes: Partial<Omit<FunctionDetails, 'id'>>): Promise<void> =>
      change('functions', functionId, changes),
    deleteFunction: remove('functions'),

    /**
     * Lists the Function's instances, the newest first.
     *
     * @param atMost how many to read; a chain makes about a hundred a day
     */
    instances: async (functionId: string, { atMost }: { atMost?: number } = {}): Promise<Instance[]> => {
      const items = await listOf(at('functions', functionId, 'instances'), INSTANCE, { sort: 'createdAt:desc' }, atMost);
      const instances = items.map(({ createdAt, finishedAt, ...rest }): Instance => ({
        ...rest,
        createdAt: milliseconds(createdAt),
        ...(finishedAt ? { finishedAt: milliseconds(finishedAt) } : {}),
      }));
      return instances.sort((one, other) => other.createdAt - one.createdAt);
    },
    readInstance: (functionId: string, instanceId: string): Promise<Pick<Instance, 'status' | 'error'>> =>
      again('GET', at('functions', functionId, 'instances', instanceId), readRun),
    stopInstance: (functionId: string, instanceId: string): Promise<void> =>
      again('POST', at('functions', functionId, 'instances', instanceId, 'stop'), readNothing),
    /** @returns the id of the new instance */
    triggerFunction: async (functionId: string): Promise<string> => {
      const read = reader({ functionInstanceId: 'id' });
      return (await once('POST', at('functions', functionId, 'trigger'), read, { parameters: {} })).functionInstanceId;
    },

    connections: inProject('connections', CONNECTION),
    /** @returns `lastChanged` of the connection: it differs after each change, its unit is not documented */
    connectionChanged: async (connectionId: string): Promise<number> =>
      (await again('GET', at('connections', connectionId), reader(CONNECTION))).lastChanged,
    createConnection: (projectId: string, wanted: NewConnection): Promise<Pick<Of<typeof CONNECTION>, 'id' | 'lastChanged'>> =>
      once('POST', 'connections', reader({ id: 'id', lastChanged: 'number' }), { projectId, ...wanted }),
    updateConnection: (connectionId: string, fields: Record<string, string>): Promise<void> =>
      change('connections', connectionId, { fields }),
    deleteConnection: remove('connections'),
  };
}

/** The body of the request that creates an Endpoint. */
export function endpointBody(projectId: string, wanted: NewEndpoint): object {
  const { flowReference: flowId, localeReference: localeId, ...rest } = wanted;
  return { projectId, ...rest, flowId, ...(localeId === undefined ? {} : { localeId }), entrypoint: projectId, active: true };
}

function milliseconds(time: number): number {
  return time < SMALLEST_MS ? time * 1000 : time;
}
