import { whatIsNew } from '../../../src/cli/deploy/note-found';

import { everything, lockOfEverything, nothing } from './support';

test('where everything is as it was, nothing is new', () => {
  const lock = lockOfEverything();
  expect({ ...lock, ...whatIsNew(everything(), lock) }).toEqual(lock);
});

test('what is there since it was about to be made has been made', () => {
  const lock = lockOfEverything({ making: 'function', made: ['extension'] });
  delete lock.functionId;
  expect(whatIsNew(everything(), lock)).toMatchObject({ functionId: 'f1', made: ['extension', 'function'], making: undefined });
});

test('what was about to be made and is not there has not been made', () => {
  const lock = lockOfEverything({ making: 'function', made: [] });
  expect(whatIsNew(everything({ function: undefined }), lock)).toMatchObject({ functionId: undefined, made: [], making: undefined });
});

test('another thing of the same name is not what was made', () => {
  const other = { id: 'f2', code: '', isDisabled: false };
  const { made } = whatIsNew(everything({ function: other }), lockOfEverything());
  expect(made).toEqual(['extension', 'flow', 'endpoint', 'connection:A Store']);
});

test('the Flow that an interrupted run made is remembered', () => {
  const found = { ...nothing(), flow: { id: 'w1', referenceId: 'r1' } };
  expect(whatIsNew(found, lockOfEverything({ making: 'flow', made: [] }))).toMatchObject({ flowId: 'w1', made: ['flow'] });
});

test('what the configuration has no use for any more is still ours to remove', () => {
  const sought = new Set(['extension', 'function']);
  const lock = lockOfEverything();
  const { made, endpointId = lock.endpointId } = whatIsNew({ ...everything(), endpoint: undefined, connections: new Map(), sought }, lock);
  expect(made).toEqual(lock.made);
  expect(endpointId).toBe('e1');
});
