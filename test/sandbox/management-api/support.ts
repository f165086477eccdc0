import { RestAPIClient, type TRestAPIClient } from '@cognigy/rest-api-client';
import { startSandbox, type Sandbox, type StartSandboxOptions } from '../../../tools/sandbox';
import { until } from '../../support/until';
import { startInProcess } from '../support/in-process-host';

const open: Sandbox[] = [];

export interface Platform {
  sandbox: Sandbox;
  /** The vendor's own client, with the right key; it repeats nothing. */
  client: TRestAPIClient;
  projectId: string;
}

/** A sandbox that `closeAll` ends; tasks take a few milliseconds. */
export async function start(options: StartSandboxOptions = {}): Promise<Platform> {
  const fast = { functionStartupDelayMs: 0, sessionStorageWriteDelayMs: 0, taskQueuedMs: 5, taskActiveMs: 5 };
  const sandbox = await startSandbox({ startExtensionHost: startInProcess, ...fast, ...options });
  open.push(sandbox);
  return { sandbox, client: connect(sandbox), projectId: sandbox.projectId };
}

export function connect(sandbox: Sandbox, apiKey = sandbox.apiKey, maxRetries = 0): TRestAPIClient {
  const client = new RestAPIClient({ baseUrl: sandbox.apiUrl, maxRetries });
  client.setCredentials({ type: 'ApiKey', apiKey });
  return client;
}

export async function closeAll(): Promise<void> {
  await Promise.all(open.splice(0).map((sandbox) => sandbox.close()));
}

/** What the vendor's client throws, as far as tests look at it. */
export interface Refusal {
  httpStatusCode: number;
  code: number;
  message: string;
}

/** The error that a call ends with. */
export async function refusalOf(call: Promise<unknown>): Promise<Refusal> {
  const result: unknown = await call.then((value) => ({ value }), (error: unknown) => error);
  if (result instanceof Error) return result as Error & Refusal;
  throw new Error(`Nothing was thrown; the result is ${JSON.stringify(result)}.`);
}

interface RawRequest {
  method?: string;
  headers?: Record<string, string>;
  body?: string;
  signal?: AbortSignal;
}

/** Past the client: what is really on the wire. */
export function raw(sandbox: Sandbox, path: string, request: RawRequest = {}): Promise<Response> {
  const headers = { 'X-API-Key': sandbox.apiKey, 'content-type': 'application/json', ...request.headers };
  return fetch(`${sandbox.apiUrl}/new/v2.0${path}`, { ...request, headers });
}

/** The task when it has ended, whatever its status. */
export async function ended(
  { client, projectId }: Platform,
  task: { _id: string },
): Promise<Awaited<ReturnType<TRestAPIClient['readTask']>>> {
  const read = (): ReturnType<typeof client.readTask> => client.readTask({ taskId: task._id, projectId });
  await until('the task has ended', async () => !['queued', 'active', 'cancelling'].includes((await read()).status));
  return read();
}
