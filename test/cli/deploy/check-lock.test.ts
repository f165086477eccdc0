import type { Api } from '../../../tools/cli/api';
import { refuseWithoutLock, verifyLock } from '../../../tools/cli/deploy/check-lock';
import type { DeployValues } from '../../../tools/cli/deploy/desired-state';
import { planRemoval } from '../../../tools/cli/deploy/removal';
import { emptyLock } from '../../../tools/cli/lock';
import type { Lock } from '../../../tools/cli/lock';

import { connection, desired, FUNCTION, lockOfEverything, TRANSFORMER, work } from './support';

/** A project with things of ours that are called otherwise than deploy would call them. */
const api = {
  connections: async () => [],
  functions: async () => [{ id: 'f1', name: 'Mine' }],
  readFunction: async () => ({ id: 'f1', name: 'Mine', code: FUNCTION, isDisabled: false }),
  endpoints: async () => [{ id: 'e1', name: 'My Endpoint', channel: 'rest', urlToken: 't1' }],
  readEndpoint: async () => ({ id: 'e1', name: 'My Endpoint', channel: 'rest', urlToken: 't1', transformer: { transformer: TRANSFORMER } }),
} as Partial<Api> as Api;

function refusing(values: Partial<DeployValues>): Promise<void> {
  return refuseWithoutLock(api, { ...desired().values, ...values }, '/nowhere/config.json');
}

test.each([
  ['functionId', { functionId: 'f1' }, 'the Function "Mine"'],
  ['endpointId', { endpointId: 'e1' }, 'the Endpoint "My Endpoint"'],
  ['storeUrl', { storeUrl: 'https://endpoint.example.com/t1/' }, 'the Endpoint "My Endpoint"'],
  ['endpointId before storeUrl', { endpointId: 'e1', storeUrl: 'https://elsewhere.example.com/x' }, 'the Endpoint "My Endpoint"'],
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

describe('a lock file whose signature can not be checked', () => {
  const STORE = 'Access Token Store';
  /** What deploy has made, and beside it what somebody else has. */
  const shared: Partial<Api> = {
    functions: async () => [{ id: 'f1', name: 'Access Token' }, { id: 'f9', name: 'Theirs' }],
    endpoints: async () => ['e1', 'e9'].map((id) => ({ id, name: id === 'e1' ? STORE : 'Theirs', channel: 'rest', urlToken: `t${id}` })),
    flows: async () => [{ id: 'w1', name: STORE, referenceId: 'r1' }, { id: 'w9', name: 'Theirs', referenceId: 'r9' }],
    extensions: async () => [{ id: 'x1', name: 'access-token', version: '1' }, { id: 'x9', name: 'theirs', version: '1' }],
    connections: async () => [
      connection({ name: STORE }),
      connection({ id: 'c2', name: 'Access Token OAuth2 other' }),
      connection({ id: 'c9', name: 'Their Store' }),
      connection({ id: 'c8', name: STORE, extension: 'theirs' }),
    ],
  };
  const connectionIds = { [STORE]: 'c1' };
  const whole = lockOfEverything({ flowId: 'w1', connectionIds });

  test.each([
    ['missing', 'has no signature'],
    ['other_key', 'was signed with another API key'],
  ] as const)('counts where the configuration names all that it names, and says so: %s', async (signature, why) => {
    const here = work(shared, { lock: whole, signature });
    await verifyLock(here);
    expect(here.lines).toEqual([expect.stringMatching(new RegExp(`^Warning: The lock file ${why}`))]);
  });

  test.each<[string, Partial<Lock>, string]>([
    ['a Function', { functionId: 'f9' }, 'the Function "Theirs"'],
    ['an Endpoint', { endpointId: 'e9' }, 'the Endpoint "Theirs"'],
    ['a Flow', { flowId: 'w9' }, 'the Flow "Theirs"'],
    ['a connection of another name', { connectionIds: { [STORE]: 'c9' } }, 'the connection "Their Store"'],
    ['a connection under its own name', { connectionIds: { 'Their Store': 'c9' } }, 'the connection "Their Store"'],
    ['one of our connections under the name of another', { connectionIds: { [STORE]: 'c2' } }, 'the connection "Access Token OAuth2 other"'],
    ['a connection that was being made', { making: 'connection:Their Store' }, 'the connection "Their Store"'],
  ])('is refused with the id of somebody else in it: %s', async (_, changes, stranger) => {
    for (const signature of ['missing', 'other_key'] as const) {
      const here = work(shared, { lock: { ...whole, ...changes }, signature });
      const message = expect.stringContaining(`It names ${stranger}, which the configuration does not.`) as string;
      await expect(verifyLock(here)).rejects.toMatchObject({ code: 'lock_unverified', exitCode: 2, message });
    }
    await expect(verifyLock(work(shared, { lock: { ...whole, ...changes } }))).resolves.toBeUndefined();
  });

  test('counts for what the configuration names by id, whatever it is called', async () => {
    const here = work(shared, { lock: lockOfEverything({ functionId: 'f9', connectionIds }), signature: 'missing', desired: desired({}, { functionId: 'f9' }) });
    await expect(verifyLock(here)).resolves.toBeUndefined();
  });

  test('does no harm with the id of another extension or its connection, which the commands never look at', async () => {
    const lock = { ...whole, extensionId: 'x9', connectionIds: { [STORE]: 'c8' } };
    await expect(verifyLock(work(shared, { lock, signature: 'missing' }))).resolves.toBeUndefined();
    const { removals } = await planRemoval({ ...shared, readFunction: api.readFunction, readEndpoint: api.readEndpoint, instances: async () => [] } as Api, desired().values, lock);
    expect(removals.map(({ id }) => id)).toEqual(['f1', 'f1', 'e1', 'w1']);
  });

  test('is nothing to ask about where it is blank, or names nothing that is there', async () => {
    await verifyLock(work({}, { lock: { ...emptyLock(), projectId: 'p1' }, signature: 'missing' }));
    const gone = lockOfEverything({ functionId: 'f0', endpointId: 'e0', flowId: 'w0', extensionId: 'x0', connectionIds: { 'Their Store': 'c0' } });
    await expect(verifyLock(work(shared, { lock: gone, signature: 'missing' }))).resolves.toBeUndefined();
  });
});
