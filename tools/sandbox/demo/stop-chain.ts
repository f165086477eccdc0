import { callManagementApi, stopInstances } from '../administration';
import type { Sandbox } from '../platform';

/**
 * Ends the chain as an admin does: the Function is disabled, so that no hop can be triggered any more, and its
 * instances are stopped.
 */
export async function stopChain(sandbox: Sandbox, functionId: string): Promise<void> {
  await callManagementApi(sandbox, 'PATCH', `functions/${functionId}`, { isDisabled: true });
  await stopInstances(sandbox, functionId);
}
