import type { ExecutionRequest } from '../../../tools/sandbox/extensions/protocol';

/**
 * Nodes that do what a test asks for: `run` of the config is the body of the node's function. `shared` is state of the
 * module.
 */
export const RUNNING_EXTENSION = `
let executions = 0;
const shared = {};
const node = (type) => ({ type, parentType: null, function: async (parameters) => {
  executions += 1;
  const { cognigy, config, childConfigs } = parameters;
  const { api, input, context } = cognigy;
  const AsyncFunction = (async () => {}).constructor;
  await new AsyncFunction('api', 'input', 'context', 'config', 'childConfigs', 'executions', 'shared', 'require', config.run)(
    api, input, context, config, childConfigs, executions, shared, require);
} });
exports.default = {
  nodes: [node('run'), { type: 'branch', parentType: 'run', function: null }],
  connections: [{ type: 'secret', fields: [{ fieldName: 'key' }] }],
};`;

/** @param run the body of the node's function */
export function requestTo(run: string, more: Partial<ExecutionRequest> = {}): ExecutionRequest {
  const config = { run, ...more.config };
  return { type: 'run', nodeId: 'n', childConfigs: [], context: {}, input: {}, profile: {}, ...more, config };
}
