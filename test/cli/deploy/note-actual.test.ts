import { noteActual, whatIsNew } from '../../../tools/cli/deploy/note-actual';

import { everything, lockOfEverything, memoryKeeper, nothing } from './support';

test('where everything is as it was, nothing is new', () => {
  const lock = lockOfEverything();
  expect({ ...lock, ...whatIsNew(everything(), [], lock) }).toEqual(lock);
});

test('what is there since it was about to be made has been made', () => {
  const lock = lockOfEverything({ making: 'function', made: ['extension'] });
  delete lock.functionId;
  expect(whatIsNew(everything(), [], lock)).toMatchObject({ functionId: 'f1', made: ['extension', 'function'], making: undefined });
});

test('what was about to be made and is not there has not been made', () => {
  const lock = lockOfEverything({ making: 'function', made: [] });
  expect(whatIsNew(everything({ function: undefined }), [], lock)).toMatchObject({ functionId: undefined, made: [], making: undefined });
});

test.each([
  ['function', { function: { id: 'f1', name: 'Access Token', code: 'export default async () => 1;', isDisabled: false } }],
  ['endpoint', { endpoint: { id: 'e1', name: 'Access Token Store', channel: 'rest', urlToken: 't1', transformer: {} } }],
])('%s: what is there without our text in it was made by somebody else', (making, found) => {
  const lock = lockOfEverything({ making, made: [] });
  expect(whatIsNew(everything(found), [], lock)).toMatchObject({ made: [], making: undefined });
});

test('another thing of the same name is not what was made', () => {
  const other = { id: 'f2', name: 'Access Token', code: '', isDisabled: false };
  const { made } = whatIsNew(everything({ function: other }), [], lockOfEverything());
  expect(made).toEqual(['extension', 'flow', 'endpoint', 'connection:A Store']);
});

test('the Flow that an interrupted run made is remembered', () => {
  const found = { ...nothing(), flow: { id: 'w1', referenceId: 'r1' } };
  expect(whatIsNew(found, [], lockOfEverything({ making: 'flow', made: [] }))).toMatchObject({ flowId: 'w1', made: ['flow'] });
});

test('what the configuration has no use for any more is still ours to remove', () => {
  const sought = new Set(['extension', 'function']);
  const lock = lockOfEverything();
  const { made, endpointId = lock.endpointId } = whatIsNew({ ...everything(), endpoint: undefined, connections: new Map(), sought }, [], lock);
  expect(made).toEqual(lock.made);
  expect(endpointId).toBe('e1');
});

test('what has a text in it that is yet to be saved is not known before that is done', () => {
  const { functionId, ...lock } = lockOfEverything();
  expect(functionId).toBe('f1');
  expect(whatIsNew(everything(), ['function'], lock)).not.toHaveProperty('functionId');
  expect(whatIsNew(everything(), ['function'], lock)).toHaveProperty('endpointId', 'e1');
  expect(whatIsNew(everything(), ['endpoint'], lock)).not.toHaveProperty('endpointId');
  expect(whatIsNew(everything(), ['endpoint'], lock)).not.toHaveProperty('urlToken');
});

test('a lock file that is not signed is signed, though nothing is new', () => {
  for (const [signature, times] of [['valid', 0], ['missing', 1], ['other_key', 1]] as const) {
    const keeper = memoryKeeper(lockOfEverything({ making: undefined as never, flowId: undefined as never }), signature);
    const update = jest.spyOn(keeper, 'update');
    noteActual(everything(), [], keeper);
    expect(update).toHaveBeenCalledTimes(times);
  }
});
