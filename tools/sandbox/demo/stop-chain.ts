import { callManagementApi, stopInstances } from '../administration';
import type { Sandbox } from '../platform';

/**
 * Ends the chain as an admin does: disables the Function, so that nothing can trigger another instance, and stops its
 * instances.
 */
export async function stopChain(sandbox: Sandbox, functionId: string): Promise<void> {
  await callManagementApi(sandbox, 'PATCH', `functions/${functionId}`, { isDisabled: true });
  await stopInstances(sandbox, functionId);
}
