import type { Sandbox } from './platform';

type Administered = Pick<Sandbox, 'apiUrl' | 'apiKey' | 'functions'>;

/**
 * Stops a Function's instances as an admin does, and those that were triggered meanwhile. Nothing keeps others from
 * being triggered afterwards.
 */
export async function stopInstances(sandbox: Administered, functionId: string): Promise<void> {
  const isRunning = ({ status }: { status: string }): boolean => status === 'queued' || status === 'active';
  for (;;) {
    const [first] = sandbox.functions.list(functionId).filter(isRunning);
    if (first === undefined) return;
    await callManagementApi(sandbox, 'POST', `functions/${functionId}/instances/${first._id}/stop`);
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
