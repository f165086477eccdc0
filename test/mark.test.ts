import fc from 'fast-check';

import { mark, secretMark } from '../src/mark';
import { anyText } from './support/any-text';

// From the authors' test vectors (draft-eastlake-fnv): FNV-1a, 32 bits, of the bytes of "foobar" with its quotes as JSON has them.
function fnv1a(bytes: Buffer): number {
  let hash = 0x811c9dc5n;
  for (const byte of bytes) hash = ((hash ^ BigInt(byte)) * 0x01000193n) & 0xffffffffn;
  return Number(hash);
}

test('begins with the FNV-1a of the JSON', () => {
  expect(fnv1a(Buffer.from('foobar'))).toBe(0xbf9cf968);
  for (const value of ['foobar', ['a', 1, null], {}]) {
    expect(mark(value).slice(0, 8)).toBe(fnv1a(Buffer.from(JSON.stringify(value))).toString(16).padStart(8, '0'));
  }
});

test('tells any two texts apart, in 16 hex digits', () => {
  fc.assert(
    fc.property(anyText(), anyText(), (one, other) => {
      expect(mark(one)).toMatch(/^[0-9a-f]{16}$/);
      expect(mark(one) === mark(other)).toBe(one === other);
    }),
  );
});

test('tells 16 bits of a secret at most', () => {
  expect(secretMark('canary-secret')).toMatch(/^[0-9a-f]{4}$/);
});
