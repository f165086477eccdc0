import type { Api } from '../../../tools/cli/api';
import { planRemoval } from '../../../tools/cli/deploy/removal';
import type { Lock } from '../../../tools/cli/lock';

import { connection, everything, FUNCTION, lockOfEverything, desired } from './support';

const { endpoint } = everything();

/** A project with everything in it, but for what is changed. */
function project(changes: Partial<Api> = {}): Api {
  const item = { id: 'f1', name: 'Access Token' };
  const api: Partial<Api> = {
    functions: () => Promise.resolve([item]),
    readFunction: () => Promise.resolve({ ...item, code: FUNCTION, isDisabled: true }),
    instances: () => Promise.resolve([]),
    connections: () => Promise.resolve([connection()]),
    endpoints: () => Promise.resolve(endpoint === undefined ? [] : [endpoint]),
    readEndpoint: () => Promise.resolve({ id: 'e1', name: 'Access Token Store', channel: 'rest', urlToken: 't1', transformer: {}, ...endpoint }),
    flows: () => Promise.resolve([{ id: 'w1', name: 'Access Token Store', referenceId: 'r1' }]),
    extensions: () => Promise.resolve([{ id: 'x1', name: 'access-token', version: '1.2.3' }]),
    ...changes,
  };
  return api as Api;
}

async function removalsOf(api: Api, lock: Lock): Promise<string[]> {
  const { removals } = await planRemoval(api, desired().values, lock);
  return removals.map(({ step, action, id }) => `${action} ${step} ${id}`);
}

const WHOLE = [
  'delete function f1',
  'delete connection:A Store c1',
  'delete endpoint e1',
  'delete flow w1',
  'delete extension x1',
];

test('what deploy has made goes, a connection also under another name', async () => {
  const lock = lockOfEverything({ flowId: 'w1' });
  expect(await removalsOf(project(), lock)).toEqual(WHOLE);
  const renamed = () => Promise.resolve([connection({ name: 'Renamed' })]);
  expect(await removalsOf(project({ connections: renamed }), lock)).toEqual(WHOLE);
});

test('by its name goes only what an interrupted run was about to make', async () => {
  const lock = lockOfEverything({ connectionIds: {}, made: ['connection:A Store'] });
  expect(await removalsOf(project(), lock)).not.toContain('delete connection:A Store c1');
  expect(await removalsOf(project(), { ...lock, made: [], making: 'connection:A Store' })).toContain('delete connection:A Store c1');
});

test('what was there before stays, without our text', async () => {
  expect(await removalsOf(project(), lockOfEverything({ made: [] }))).toEqual(['reset function f1', 'reset endpoint e1']);
});

test.each(['function', 'endpoint'])('%s: what was about to be made goes only with our text in it', async (step) => {
  const lock = lockOfEverything({ made: [], making: step });
  expect(await removalsOf(project(), lock)).toContain(`delete ${step} ${step === 'function' ? 'f1' : 'e1'}`);
  const foreign = project({
    readFunction: () => Promise.resolve({ id: 'f1', name: 'Access Token', code: 'export default 1;', isDisabled: true }),
    readEndpoint: () => Promise.resolve({ id: 'e1', name: 'Mine', channel: 'rest', urlToken: 't1', transformer: {} }),
  });
  expect((await removalsOf(foreign, lock)).filter((one) => one.includes(step))).toEqual([]);
});

test('what deploy made stays with the text of somebody else in it, and is named', async () => {
  const foreign = project({
    readFunction: () => Promise.resolve({ id: 'f1', name: 'Access Token', code: 'export default 1;', isDisabled: false }),
    readEndpoint: () => Promise.resolve({ id: 'e1', name: 'Store', channel: 'rest', urlToken: 't1', transformer: { transformer: 'createRestTransformer({});' } }),
  });
  const { removals, left } = await planRemoval(foreign, desired().values, lockOfEverything({ flowId: 'w1' }));
  expect(removals.map(({ step }) => step)).toEqual(['connection:A Store', 'flow', 'extension']);
  expect(left).toEqual([
    'The Function "Access Token" stays: its code is not ours. Delete it yourself if nobody needs it.',
    'The Endpoint "Access Token Store" stays: its transformer is not ours. Delete it yourself if nobody needs it.',
  ]);
});

test('an id of another extension or of another extension\'s connection is not ours', async () => {
  const others = project({
    connections: () => Promise.resolve([connection({ extension: 'theirs' })]),
    extensions: () => Promise.resolve([{ id: 'x1', name: 'theirs', version: '1.2.3' }]),
  });
  const steps = await removalsOf(others, lockOfEverything());
  expect(steps).toEqual(['delete function f1', 'delete endpoint e1']);
});
