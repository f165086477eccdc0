import { deserialize, serialize } from 'node:v8';

import { withLateMembers } from '../../src/nodes/late-members';

function lately() {
  const load = jest.fn(() => ({ words: ['late'], form: { of: 'words' }, ignored: true }));
  return { load, target: withLateMembers({ type: 'node', words: ['early'], form: {} }, ['words', 'form'], load) };
}

const WHOLE = { type: 'node', words: ['late'], form: { of: 'words' } };

test('nothing is loaded before a late member is read', () => {
  const { load, target } = lately();
  expect([target.type, Object.keys(target), 'words' in target]).toEqual(['node', ['type', 'words', 'form'], true]);
  expect(load).not.toHaveBeenCalled();
});

test('all of them are loaded once, and stay the same objects', () => {
  const { load, target } = lately();
  const { words, form } = target;
  expect([target.words, target.form]).toEqual([WHOLE.words, WHOLE.form]);
  expect(target.words).toBe(words);
  expect(target.form).toBe(form);
  expect(load).toHaveBeenCalledTimes(1);
});

test.each<[string, (target: object) => object]>([
  ['JSON', (target) => JSON.parse(JSON.stringify(target)) as object],
  ['spread', (target) => ({ ...target })],
  ['assigned', (target) => Object.assign({}, target)],
  ['sent to another process', (target) => deserialize(serialize(target)) as object],
  ['with its property descriptors', (target) => Object.create(Object.prototype, Object.getOwnPropertyDescriptors(target)) as object],
  ['frozen after being read', (target) => Object.freeze({ ...target })],
])('a copy is whole: %s', (_, copy) => {
  expect(copy(lately().target)).toEqual(WHOLE);
});

test('a member can be replaced once it has been read', () => {
  const { target } = lately();
  expect(target.words).toEqual(['late']);
  target.words = ['mine'];
  expect(target.words).toEqual(['mine']);
});
