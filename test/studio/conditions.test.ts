import { describeCondition, isShown, shownFields } from '../../tools/studio/forms/conditions';
import type { FormCondition } from '../../tools/sandbox/studio/wire';

const SHARED: FormCondition = { key: 'store', value: 'endpoint' };
const LOGGED: FormCondition = { key: 'log', value: true };

it('shows what has no condition', () => {
  expect(isShown(undefined, {})).toBe(true);
});

it('shows what asks for the value that the field holds', () => {
  expect(isShown(SHARED, { store: 'endpoint' })).toBe(true);
  expect(isShown(SHARED, { store: 'context' })).toBe(false);
  expect(isShown(SHARED, {})).toBe(false);
});

it('takes only the same type for the same value', () => {
  expect(isShown(LOGGED, { log: 'true' })).toBe(false);
  expect(isShown({ key: 'count', value: 1 }, { count: '1' })).toBe(false);
  expect(isShown({ key: 'count', value: 0 }, { count: false })).toBe(false);
});

it('turns a negated condition around', () => {
  const negated = { ...SHARED, negate: true };
  expect(isShown(negated, { store: 'endpoint' })).toBe(false);
  expect(isShown(negated, { store: 'context' })).toBe(true);
  expect(isShown(negated, {})).toBe(true);
  expect(isShown({ ...SHARED, negate: false }, { store: 'endpoint' })).toBe(true);
});

it('wants every part of an "and"', () => {
  const both = { and: [SHARED, LOGGED] };
  expect(isShown(both, { store: 'endpoint', log: true })).toBe(true);
  expect(isShown(both, { store: 'endpoint', log: false })).toBe(false);
  expect(isShown(both, { store: 'context', log: true })).toBe(false);
});

it('wants one part of an "or"', () => {
  const either = { or: [SHARED, LOGGED] };
  expect(isShown(either, { store: 'endpoint', log: false })).toBe(true);
  expect(isShown(either, { store: 'context', log: true })).toBe(true);
  expect(isShown(either, { store: 'context', log: false })).toBe(false);
});

it('follows conditions inside conditions', () => {
  const nested = { and: [{ or: [SHARED, { key: 'store', value: 'redis' }] }, { ...LOGGED, negate: true }] };
  expect(isShown(nested, { store: 'redis', log: false })).toBe(true);
  expect(isShown(nested, { store: 'redis', log: true })).toBe(false);
  expect(isShown(nested, { store: 'context', log: false })).toBe(false);
});

describe('the fields that are shown', () => {
  const node = {
    type: 'node',
    defaultLabel: 'Node',
    fields: [
      { key: 'always', type: 'cognigyText', label: 'A' },
      { key: 'ifShared', type: 'cognigyText', label: 'B', condition: { key: 'store', value: 'shared' } },
      { key: 'inSection', type: 'cognigyText', label: 'C' },
      { key: 'inSectionIfBig', type: 'cognigyText', label: 'D', condition: { key: 'size', value: 'big' } },
    ],
    sections: [
      { key: 's', label: 'S', fields: ['inSection', 'inSectionIfBig'], condition: { key: 'store', value: 'shared' } },
    ],
  };
  const shown = (values: Record<string, unknown>) => shownFields(node, values).map(({ key }) => key);

  it('go by their own condition and by that of their section', () => {
    expect(shown({ store: 'own', size: 'big' })).toEqual(['always']);
    expect(shown({ store: 'shared', size: 'small' })).toEqual(['always', 'ifShared', 'inSection']);
    expect(shown({ store: 'shared', size: 'big' })).toEqual(['always', 'ifShared', 'inSection', 'inSectionIfBig']);
  });

  it('are none where a node has none', () => {
    expect(shownFields({ type: 'node', defaultLabel: 'Node' }, {})).toEqual([]);
  });
});

it.each([
  [{ key: 'a', value: 'x' }, 'a is x'],
  [{ key: 'a', value: true, negate: true }, 'a is not true'],
  [{ and: [{ key: 'a', value: 'x' }, { or: [{ key: 'b', value: 1 }, { key: 'c', value: 2 }] }] }, 'a is x and (b is 1 or c is 2)'],
])('in words: %j', (condition, words) => {
  expect(describeCondition(condition)).toBe(words);
});
