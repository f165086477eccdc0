import type { OptionsRequest } from '../../../tools/sandbox/extensions/protocol';

/** A node whose list does what a test asks for: `run` of the config is the body of its resolver. */
export const RESOLVING_EXTENSION = `
const AsyncFunction = (async () => {}).constructor;
exports.default = {
  nodes: [{ type: 'ask', parentType: null, function: async () => undefined, fields: [
    { key: 'list', type: 'select', label: 'List', params: { options: [] }, optionsResolver: {
      dependencies: ['run', 'connection'],
      resolverFunction: async ({ api, config }) => new AsyncFunction('api', 'config', config.run)(api, config),
    } },
    { key: 'plain', type: 'select', label: 'Plain', params: { options: [] } },
  ] }],
  connections: [{ type: 'secret', fields: [{ fieldName: 'key' }] }],
};`;

/** @param run the body of the resolver, with `api` and `config` */
export function optionsFrom(run: string, config: Record<string, unknown> = {}): OptionsRequest {
  return { type: 'ask', field: 'list', config: { ...config, run } };
}
