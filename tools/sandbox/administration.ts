import type { Sandbox } from './platform';

type Administered = Pick<Sandbox, 'apiUrl' | 'apiKey' | 'functions'>;

/**
 * Stops a Function's instances as an admin does, including those that are triggered meanwhile: the platform carries out a
 * trigger that is under way even if its sender has been stopped. It does not prevent later triggers.
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

/** @throws Error if the answer's status is not 2xx */
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
