import { describeDuration } from '../../tools/cli/durations';

test.each([
  [0, '0 s'],
  [999, '0 s'],
  [1000, '1 s'],
  [59_999, '59 s'],
  [60_000, '1 min'],
  [190_500, '3 min 10 s'],
  [3_600_000, '1 h'],
  [3_605_000, '1 h'],
  [5_400_000, '1 h 30 min'],
  [30 * 86_400_000 - 1, '29 d 23 h'],
  [-5000, '5 s'],
])('%d ms are "%s"', (ms, text) => {
  expect(describeDuration(ms)).toBe(text);
});
