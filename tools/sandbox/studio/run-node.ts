import { isJsonObject, type JsonObject } from '../json';
import { resolvePlaceholders } from '../placeholders';
import type { Sandbox } from '../platform';
import type { NodeForm, RunReport, RunRequest } from './wire';

export interface Run {
  report: RunReport;
  /** The node's settings, defaults included. Connections are as in the form. */
  settings: JsonObject;
}

/**
 * Runs one node as a Flow would: fills in `{{…}}`, looks up its connections, and gives it its branches.
 *
 * @throws ApiError 404 if a connection or the node does not exist
 */
export async function runNode(sandbox: Sandbox, { type, config, context, input }: RunRequest): Promise<Run> {
  const nodes = sandbox.editor.nodes as unknown as NodeForm[];
  const childConfigs = nodes
    .filter(({ parentType }) => parentType === type)
    .map((branch) => ({ id: branch.type, type: branch.type, config: {} }));
  const resolved = resolvePlaceholders(config, { context, input, profile: {} }) as JsonObject;
  const ran = await sandbox.runNode({ type, config: resolved, context, input, childConfigs });
  const settings = { ...defaultsOf(nodes.find((node) => node.type === type)), ...resolved };
  const result = resultOf(settings, ran);
  const report = {
    ...(ran.nextNodeId === undefined ? {} : { branch: ran.nextNodeId }),
    ...(result === undefined ? {} : { result }),
    context: ran.context,
    input: ran.input,
    logs: ran.logs,
    outputs: ran.outputs,
    apiCalls: ran.apiCalls,
    maxApiCalls: sandbox.options.maxApiCalls,
    durationMs: ran.durationMs,
    ...(ran.extensionError === undefined ? {} : { extensionError: ran.extensionError.message }),
  };
  return { report, settings };
}

function defaultsOf(node: NodeForm | undefined): JsonObject {
  return Object.fromEntries((node?.fields ?? []).map(({ key, defaultValue }) => [key, defaultValue]));
}

/** Reads the result from the place that the form names. Dots in a context key mean nesting. */
function resultOf(
  { storeLocation, contextKey, inputKey }: JsonObject,
  { context, input }: { context: JsonObject; input: JsonObject },
): unknown {
  const isInput = storeLocation === 'input';
  const key = isInput ? inputKey : contextKey;
  if (typeof key !== 'string') return undefined;
  const path = isInput ? [key.trim()] : key.trim().split('.');
  return path.reduce<unknown>((holder, part) => (isJsonObject(holder) ? holder[part] : undefined), isInput ? input : context);
}
