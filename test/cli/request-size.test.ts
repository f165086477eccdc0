import { bytesOf, LARGEST_REQUEST, tooLarge } from '../../tools/cli/request-size';

const bodyOf = (settings: object): object => ({ code: JSON.stringify(settings) });

test('what fits is no problem, to the byte', () => {
  const room = LARGEST_REQUEST - bytesOf({ code: '' });
  expect(tooLarge('It', {}, () => ({ code: 'x'.repeat(room) }))).toBeUndefined();
  expect(tooLarge('It', {}, () => ({ code: 'x'.repeat(room + 1) }))).toBe('It makes a request of 60,001 bytes; the management API takes 60,000.');
  // Bytes count, not characters.
  expect(tooLarge('It', {}, () => ({ code: `${'x'.repeat(room - 1)}é` }))).toContain('60,001 bytes');
});

test.each([
  ['tokens', (count: number) => ({ tokens: Array.from({ length: count }, () => 'x'.repeat(1000)) })],
  ['initialTokens', (count: number) => ({ initialTokens: Object.fromEntries(Array.from({ length: count }, (_, index) => [`t${index}`, 'x'.repeat(990)])) })],
])('of too many %s it is told how many fit', (_, settings) => {
  const [, told] = /Of its 80 tokens, the first (\d+) fit\./.exec(tooLarge('It', settings(80), bodyOf) ?? '') ?? [];
  const fitting = Number(told);
  expect(fitting).toBeGreaterThan(50);
  expect(tooLarge('It', settings(fitting), bodyOf)).toBeUndefined();
  expect(tooLarge('It', settings(fitting + 1), bodyOf)).toContain(`first ${fitting} fit`);
});

test('none may fit', () => {
  expect(tooLarge('It', { tokens: ['x'.repeat(70_000)] }, bodyOf)).toContain('Of its 1 tokens, the first 0 fit.');
});
