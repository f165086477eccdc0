import type { Api } from '../../../tools/cli/api';
import { refuseWithoutLock } from '../../../tools/cli/deploy/without-lock';
import type { DeployValues } from '../../../tools/cli/deploy/wanted';

import { FUNCTION, TRANSFORMER, wanted } from './support';

/** A project with things of ours that are called otherwise than deploy would call them. */
const api = {
  connections: async () => [],
  functions: async () => [{ id: 'f1', name: 'Mine' }],
  readFunction: async () => ({ id: 'f1', name: 'Mine', code: FUNCTION, isDisabled: false }),
  endpoints: async () => [{ id: 'e1', name: 'My Endpoint', channel: 'rest', urlToken: 't1' }],
  readEndpoint: async () => ({ id: 'e1', name: 'My Endpoint', channel: 'rest', urlToken: 't1', transformer: { transformer: TRANSFORMER } }),
} as Partial<Api> as Api;

function refusing(values: Partial<DeployValues>): Promise<void> {
  return refuseWithoutLock(api, { ...wanted().values, ...values }, '/nowhere/config.json');
}

test.each([
  ['functionId', { functionId: 'f1' }, 'the Function "Mine" (f1)'],
  ['endpointId', { endpointId: 'e1' }, 'the Endpoint "My Endpoint" (e1)'],
  ['storeUrl', { storeUrl: 'https://endpoint.example.com/t1/' }, 'the Endpoint "My Endpoint" (e1)'],
  ['endpointId before storeUrl', { endpointId: 'e1', storeUrl: 'https://elsewhere.example.com/x' }, 'the Endpoint "My Endpoint" (e1)'],
])('without its lock file what the configuration names is looked for: %s', async (_, values, left) => {
  const message = `There is no /nowhere/config.lock.json, but the project has ${left}.`;
  await expect(refusing(values)).rejects.toMatchObject({ code: 'lock_missing', message });
});

test.each([{}, { functionId: 'f2' }, { endpointId: 'e2' }, { storeUrl: 'https://endpoint.example.com/t2' }])(
  'what is called otherwise is somebody else\'s: %j',
  async (values) => {
    await expect(refusing(values)).resolves.toBeUndefined();
  },
);
