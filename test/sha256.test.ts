import { createHash } from 'crypto';

import fc from 'fast-check';

import { fingerprint, sha256 } from '../src/sha256';
import { anyText } from './support/any-text';

const real = (text: string): string => createHash('sha256').update(text).digest('hex');

test.each([
  ['', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
  ['abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
  ['abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq', '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1'],
])('the examples of FIPS 180-4: %p', (text, hash) => {
  expect(sha256(text)).toBe(hash);
});

test('agrees with node:crypto on texts of each length around a block', () => {
  for (let length = 0; length <= 130; length += 1) expect(sha256('x'.repeat(length))).toBe(real('x'.repeat(length)));
});

test('agrees with node:crypto on any text', () => {
  fc.assert(fc.property(anyText(), (text) => expect(sha256(text)).toBe(real(text))));
});

test('a fingerprint is the first 8 digits', () => {
  expect(fingerprint('a token')).toBe(real('a token').slice(0, 8));
});
