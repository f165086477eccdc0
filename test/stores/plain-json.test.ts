import { isPlainJson } from '../../src/stores/protocol/plain-json';

function nested(depth: number): unknown {
  return Array.from({ length: depth }).reduce((inner) => ({ inner }), 'end');
}

test.each([
  [{}, true],
  [{ text: 'x'.repeat(49_900) }, true],
  [{ text: 'x'.repeat(50_000) }, false],
  [nested(8), true],
  [nested(9), false],
  [[[[[[[[[[1]]]]]]]]], false],
])('a value is modest enough or not (%#)', (value, modest) => {
  expect(isPlainJson(value)).toBe(modest);
});

test('a very deep value is refused without running out of stack', () => {
  expect(isPlainJson(nested(100_000))).toBe(false);
});
