import fc from 'fast-check';

import { fromBase64, toBase64 } from '../src/base64';
import { anyText } from './support/any-text';

test('encodes and decodes any bytes as Node.js does', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      const text = Buffer.from(bytes).toString('base64');
      expect(toBase64(bytes)).toBe(text);
      expect(fromBase64(text)).toEqual(Uint8Array.from(bytes));
      expect(fromBase64(text.replace(/=+$/, ''))).toEqual(Uint8Array.from(bytes));
      expect(fromBase64(Buffer.from(bytes).toString('base64url'))).toEqual(Uint8Array.from(bytes));
    }),
  );
});

test.each(['A', 'AAAAA', 'a b=', 'AA.A', '====', 'ÄÄÄÄ', 'AA==AA==', 'A=AA', '\n'])('%j is no base64', (text) => {
  expect(fromBase64(text)).toBeUndefined();
});

test('never throws, and gives no more than it was given', () => {
  fc.assert(
    fc.property(anyText(), (text) => {
      expect(fromBase64(text)?.length ?? 0).toBeLessThanOrEqual(text.length);
    }),
  );
});
