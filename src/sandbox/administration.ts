import type { Sandbox } from './platform';

type Administered = Pick<Sandbox, 'apiUrl' | 'apiKey' | 'functions'>;

/** Stops a Function's instances as an admin does. Nothing keeps others from being triggered. */
export async function stopInstances(sandbox: Administered, functionId: string): Promise<void> {
  for (const { _id, status } of sandbox.functions.list(functionId)) {
    if (status !== 'queued' && status !== 'active') continue;
    await callManagementApi(sandbox, 'POST', `functions/${functionId}/instances/${_id}/stop`);
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
