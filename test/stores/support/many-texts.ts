import crypto from 'node:crypto';

import fc from 'fast-check';

import { AesGcmCipher } from '../../../src/stores/ports/record-cipher';
import { anyText } from '../../support/any-text';
import { tries } from '../../support/tries';

const RECORD = '{"token":{"access_token":"canary-token","scope":"read ✓ 🔑"},"timestamp":1893456000}';

/** @param share of the texts and keys that a soak tries */
export function testManyTexts(share: number): void {
  const many = 10_000 * share;
  const cipher = new AesGcmCipher(['key'], crypto);

  test('any text under any name makes the round trip', () => {
    const text = anyText({ maxLength: 2000 });
    fc.assert(
      fc.property(text, text, (plain, tokenName) => {
        const sealed = cipher.seal(plain, tokenName);
        expect(sealed).toMatch(/^access-token-1\.[\w+/]{8}\.[\w+/]{16}\.[\w+/=]*\.[\w+/]{22}==$/);
        // Half of a surrogate pair is no text: UTF-8 has no bytes for it.
        expect(cipher.open(sealed, tokenName)).toBe(Buffer.from(plain, 'utf8').toString('utf8'));
      }),
      tries(500, share),
    );
  });

  test(`${many} different secrets have ${many} different key ids`, () => {
    const ids = Array.from({ length: many }, (_, index) => {
      return new AesGcmCipher([`secret ${index}`], crypto).seal('', 'name').split('.')[1];
    });
    expect(new Set(ids).size).toBe(many);
  });

  test(`no nonce comes twice in ${many}, and no ciphertext`, () => {
    const sealed = Array.from({ length: many }, () => cipher.seal(RECORD, 'name').split('.'));
    expect(new Set(sealed.map((parts) => parts[2])).size).toBe(many);
    expect(new Set(sealed.map((parts) => parts[3])).size).toBe(many);
  });
}
