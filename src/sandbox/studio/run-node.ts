import { resolvePlaceholders } from '../placeholders';
import type { Sandbox } from '../platform';
import type { JsonObject } from '../json';
import type { NodeForm, RunReport, RunRequest } from './wire';

/**
 * Runs one node as a Flow would: what is in `{{…}}` is filled in, its connections are looked up, and it has its branches.
 *
 * @throws ApiError 404 for a connection or a node that does not exist
 */
export async function runNode(sandbox: Sandbox, { type, config, context, input }: RunRequest): Promise<RunReport> {
  const nodes = sandbox.editor.nodes as unknown as NodeForm[];
  const childConfigs = nodes
    .filter(({ parentType }) => parentType === type)
    .map((branch) => ({ id: branch.type, type: branch.type, config: {} }));
  const result = await sandbox.runNode({
    type,
    config: resolvePlaceholders(config, { context, input, profile: {} }) as JsonObject,
    context,
    input,
    childConfigs,
  });
  return {
    ...(result.nextNodeId === undefined ? {} : { branch: result.nextNodeId }),
    context: result.context,
    input: result.input,
    logs: result.logs,
    apiCalls: result.apiCalls,
    maxApiCalls: sandbox.options.maxApiCalls,
    durationMs: result.durationMs,
    ...(result.extensionError === undefined ? {} : { extensionError: result.extensionError.message }),
  };
}
