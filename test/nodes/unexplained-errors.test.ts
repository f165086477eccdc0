import * as support from './support';

jest.mock('../../src/http/node-transport', () => jest.requireActual<typeof support>('./support').transportModule);
jest.mock('../../src/oauth/remedy', () => ({
  withRemedy: () => {
    throw new Error('The file can not be read.');
  },
}));
support.useWorld();

test('an error that can not be explained is told all the same, and the node does not throw', async () => {
  support.refuse('invalid_client', 401);
  const { context, branch } = await support.run('getAccessToken', { connection: support.CONNECTION });
  expect(context).toEqual({ accessToken: support.errorResult('invalid_client', 401) });
  expect(branch).toBe('getAccessTokenOnError');
});
