import crypto from 'node:crypto';
import vm from 'node:vm';

import { buildSync } from 'esbuild';
import fc from 'fast-check';

import { AccessTokenError } from '../../src/errors';
import { AesGcmCipher } from '../../src/stores/ports/record-cipher';
import type { CipherCrypto, RecordCipher } from '../../src/stores/ports/record-cipher';
import { thrownBy } from '../support/thrown-by';
import { testManyTexts } from './support/many-texts';

const KEY = 'canary-encryption-key-4c11';
const RECORD = '{"token":{"access_token":"canary-token","scope":"read ✓ 🔑"},"timestamp":1893456000}';
const NAME = 'accessToken';
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=.-_ \n';

const cipher = new AesGcmCipher([KEY], crypto);

/** What becomes of a text: its plain text, `null`, or the code of the error. */
async function opened(sealed: string, tokenName = NAME, by: RecordCipher = cipher): Promise<string | null> {
  try {
    return by.open(sealed, tokenName);
  } catch (thrown) {
    if (!(thrown instanceof AccessTokenError)) throw thrown;
    return thrown.code;
  }
}

function positionOf(part: 'id' | 'nonce' | 'ciphertext' | 'tag', sealed: string): [number, number] {
  const parts = sealed.split('.');
  const index = ['format', 'id', 'nonce', 'ciphertext', 'tag'].indexOf(part);
  const start = parts.slice(0, index).reduce((sum, { length }) => sum + length + 1, 0);
  return [start, start + (parts[index] ?? '').length];
}

testManyTexts(0.1);

describe('what is sealed', () => {
  test('shows nothing of the text, the name or the key', () => {
    const sealed = cipher.seal(RECORD, 'canary-name');
    expect(sealed).not.toContain('canary');
    expect(Buffer.from(sealed.split('.')[3] ?? '', 'base64').toString('latin1')).not.toContain('canary');
  });

  test('may be told from a text that never was, which is handed on as it is: a record of an earlier version', () => {
    for (const plain of [RECORD, '', 'access-token', '{"token":"access-token-1.x"}']) {
      expect(cipher.open(plain, NAME)).toBe(plain);
    }
  });
});

describe('a sealed text that was changed', () => {
  const sealed = cipher.seal(RECORD, NAME);

  test.each(['nonce', 'ciphertext', 'tag'] as const)('any other character anywhere in its %s: null', async (part) => {
    const [start, end] = positionOf(part, sealed);
    const taken: [number, string][] = [];
    for (let position = start; position < end; position += 1) {
      for (const character of ALPHABET) {
        if (character === sealed[position]) continue;
        const tampered = sealed.slice(0, position) + character + sealed.slice(position + 1);
        if ((await opened(tampered)) !== null) taken.push([position, character]);
      }
    }
    expect(taken).toEqual([]);
  });

  test('another key id: the key is unknown, which is said and not taken for damage', async () => {
    const [start, end] = positionOf('id', sealed);
    for (let position = start; position < end; position += 1) {
      const tampered = `${sealed.slice(0, position)}${sealed[position] === 'A' ? 'B' : 'A'}${sealed.slice(position + 1)}`;
      expect(await opened(tampered)).toBe('encryption_key_unknown');
    }
  });

  test('another format: no longer a sealed text, and no record either', async () => {
    const result = await opened(sealed.replace('access-token-1', 'access-token-2'));
    expect(() => JSON.parse(result ?? '') as unknown).toThrow(SyntaxError);
  });

  test('characters left out, added or moved, in any number: never another text', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(sealed.length),
        fc.nat(sealed.length),
        fc.string({ unit: fc.constantFrom(...ALPHABET.split('')), maxLength: 20 }),
        async (from, length, inserted) => {
          const tampered = sealed.slice(0, from) + inserted + sealed.slice(from + length);
          const result = await opened(tampered);
          if (tampered === sealed) expect(result).toBe(RECORD);
          else if (tampered.split('.')[0] === 'access-token-1') {
            expect([null, 'encryption_key_unknown']).toContain(result);
          } else expect(result).toBe(tampered);
        },
      ),
      { numRuns: 3000 },
    );
  });

  test.each([0, 1, 4, 8, 12, 15])('a tag cut to %d bytes: null', async (bytes) => {
    const parts = sealed.split('.');
    const tag = Buffer.from(parts[4] ?? '', 'base64').subarray(0, bytes).toString('base64');
    expect(await opened([...parts.slice(0, 4), tag].join('.'))).toBeNull();
  });

  test('moved to another token name: null', async () => {
    for (const name of ['accesstoken', 'accessToken ', '', 'other', '__proto__']) expect(await opened(sealed, name)).toBeNull();
    expect(await opened(sealed)).toBe(RECORD);
  });

  test('a part of another sealed text in its place: null', async () => {
    const other = cipher.seal(RECORD, NAME).split('.');
    for (const index of [2, 3, 4]) {
      const mixed = sealed.split('.').map((part, at) => (at === index ? (other[at] ?? '') : part));
      expect(await opened(mixed.join('.'))).toBeNull();
    }
  });
});

describe('keys', () => {
  test('the first one seals, all of them open', async () => {
    const changing = new AesGcmCipher(['new', 'old'], crypto);
    const [before, after] = [new AesGcmCipher(['old'], crypto), new AesGcmCipher(['new'], crypto)];
    expect(await opened(before.seal(RECORD, NAME), NAME, changing)).toBe(RECORD);
    expect(await opened(changing.seal(RECORD, NAME), NAME, after)).toBe(RECORD);
    expect(await opened(changing.seal(RECORD, NAME), NAME, before)).toBe('encryption_key_unknown');
  });

  test('the error names the token, not the key', async () => {
    const sealed = new AesGcmCipher(['another'], crypto).seal(RECORD, NAME);
    const error = await thrownBy(() => cipher.open(sealed, NAME));
    expect(error.message).toBe('The record of "accessToken" is encrypted with another key.');
    expect(JSON.stringify(error) + (error.stack ?? '')).not.toContain(KEY);
  });

  test('without a key nothing is sealed', async () => {
    const error = await thrownBy(() => new AesGcmCipher([], crypto).seal(RECORD, NAME));
    expect(error.code).toBe('encryption_key_unknown');
  });
});

// A transformer's VM has crypto, and none of Node's globals is promised.
test('works with bare ECMAScript and the functions of the crypto module', () => {
  const { outputFiles } = buildSync({
    entryPoints: [require.resolve('../../src/stores/ports/record-cipher.ts')],
    bundle: true,
    format: 'iife',
    globalName: 'exported',
    target: 'es2019',
    write: false,
  });
  const used: CipherCrypto = {
    randomBytes: (size) => crypto.randomBytes(size),
    hkdfSync: (...values) => crypto.hkdfSync(...values),
    createHash: (algorithm) => crypto.createHash(algorithm),
    createCipheriv: (...values) => crypto.createCipheriv(...values),
    createDecipheriv: (...values) => crypto.createDecipheriv(...values),
  };
  const context = vm.createContext({ used, key: KEY, record: RECORD });
  const script = `${outputFiles[0]?.text ?? ''}
    const cipher = new exported.AesGcmCipher([key], used);
    const sealed = cipher.seal(record, 'accessToken');
    [typeof Buffer, typeof TextEncoder, sealed, cipher.open(sealed, 'accessToken'), cipher.open(sealed, 'other')]`;
  const [buffer, encoder, sealed, plain, moved] = vm.runInContext(script, context) as (string | null)[];
  expect([buffer, encoder, plain, moved]).toEqual(['undefined', 'undefined', RECORD, null]);
  expect(cipher.open(sealed ?? '', NAME)).toBe(RECORD);
});
