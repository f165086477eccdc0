import type { Sandbox } from '../platform';

/**
 * Ends the chain as an admin does: the Function is disabled, so that no hop can be triggered any more, and its
 * instances are stopped.
 */
export async function stopChain({ apiUrl, apiKey, functions }: Sandbox, functionId: string): Promise<void> {
  const url = `${apiUrl}/new/v2.0/functions/${functionId}`;
  const headers = { 'X-API-Key': apiKey, 'content-type': 'application/json' };
  await send(url, { method: 'PATCH', headers, body: JSON.stringify({ isDisabled: true }) });
  for (const { _id, status } of functions.list(functionId)) {
    if (status === 'queued' || status === 'active') await send(`${url}/instances/${_id}/stop`, { method: 'POST', headers });
  }
}

async function send(url: string, request: RequestInit): Promise<void> {
  const { ok, status } = await fetch(url, request);
  if (!ok) throw new Error(`The management API answered ${status} to ${request.method ?? 'GET'} ${url}.`);
}
