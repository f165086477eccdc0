import type { Sandbox } from './platform';

type Administered = Pick<Sandbox, 'apiUrl' | 'apiKey' | 'functions'>;

/**
 * Stops a Function's instances as an admin does, and those that were triggered meanwhile: a trigger that was under way
 * when its sender was stopped is carried out all the same. Nothing keeps others from being triggered afterwards.
 */
export async function stopInstances(sandbox: Administered, functionId: string): Promise<void> {
  const running = () => sandbox.functions.list(functionId).filter(({ status }) => status === 'queued' || status === 'active');
  while (running().length > 0) {
    for (const { _id } of running()) {
      await callManagementApi(sandbox, 'POST', `functions/${functionId}/instances/${_id}/stop`);
    }
    await sandbox.functions.requestsAnswered(functionId);
  }
}

/** @throws Error for any answer but success */
export async function callManagementApi(
  { apiUrl, apiKey }: Administered,
  method: string,
  path: string,
  body?: object,
): Promise<unknown> {
  const response = await fetch(`${apiUrl}/new/v2.0/${path}`, {
    method,
    headers: { 'X-API-Key': apiKey, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`The management API answered ${response.status} to ${method} ${path}.`);
  const text = await response.text();
  return text === '' ? undefined : JSON.parse(text);
}
