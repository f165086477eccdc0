import type { Api } from '../../../tools/cli/api';
import { readActualState } from '../../../tools/cli/deploy/actual-state';
import { PLACEHOLDER_CODE } from '../../../tools/cli/rendered/ownership';

import { FUNCTION, lockOfEverything, TRANSFORMER, desired } from './support';

const items = (name: string, prefix: string) => [{ id: `${prefix}1`, name: 'Former' }, { id: `${prefix}2`, name }];

/** Two Functions and two Endpoints, of which the former ones have these texts in them. */
function project(code: string, transformer: string): Api {
  const api: Partial<Api> = {
    extensions: async () => [],
    connections: async () => [],
    instances: async () => [],
    functions: async () => items('New', 'f'),
    readFunction: async (id) => ({ id, name: '', code: id === 'f1' ? code : '', isDisabled: false }),
    endpoints: async () => items('New', 'e').map((one) => ({ ...one, channel: 'rest', urlToken: `t${one.id}` })),
    readEndpoint: async (id) => ({
      id,
      name: '',
      channel: 'rest',
      urlToken: `t${id}`,
      transformer: id === 'e1' ? { transformer } : {},
    }),
  };
  return api as Api;
}

const notMade = lockOfEverything({ made: [] });

describe.each([
  ['functionId', { functionId: 'f2' }, 'Function "Former"', project(FUNCTION, '')],
  ['endpointId', { endpointId: 'e2' }, 'Endpoint "Former"', project('', TRANSFORMER)],
  ['storeUrl', { storeUrl: 'https://endpoint.example.com/te2' }, 'Endpoint "Former"', project('', TRANSFORMER)],
] as const)('another thing in %s', (_, values, former, withOurText) => {
  test('is refused while the former one, which deploy did not make, still has our text in it', async () => {
    const named = expect.objectContaining({
      code: 'lock_names_another',
      message: expect.stringContaining(`${former}, which deploy wrote to, and which still contains our text`) as string,
    }) as Error;
    await expect(readActualState(withOurText, desired({}, values), notMade)).rejects.toEqual(named);
  });

  test('is taken where the former one is somebody else\'s by now', async () => {
    await expect(readActualState(project(PLACEHOLDER_CODE, 'createRestTransformer({});'), desired({}, values), notMade)).resolves.toBeDefined();
  });
});
