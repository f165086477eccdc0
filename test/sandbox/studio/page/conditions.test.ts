import { isShown } from '../../../../src/sandbox/studio/page/forms/conditions';
import type { FormCondition } from '../../../../src/sandbox/studio/wire';

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
