import * as crypto from 'node:crypto';
import fc from 'fast-check';

import { AccessTokenError } from '../../src/errors';
import { AesGcmCipher } from '../../src/stores/ports/record-cipher';
import { createStore } from '../../src/transformer/entry';
import type { Session } from '../../src/stores/ports/session-storage';
import { secretCheck } from '../../src/transformer/secret';
import { anyText } from '../support/any-text';
import { hostileValue } from '../support/hostile-json';
import { testHostileValues } from './support/hostile-values';

const SECRET = 'canary-endpoint-secret-77d0';
const TOKEN = { access_token: 'a', token_type: 'Bearer', expires_in: 60, scope: 'ü😀' };
const RECORD = { token: TOKEN, timestamp: 1, version: 2 };

testHostileValues(0.1);

describe('the secret', () => {
  test('is right only when it is the very text', () => {
    fc.assert(
      fc.property(fc.oneof(hostileValue, fc.constant(SECRET), fc.constant('previous')), (given) => {
        expect(secretCheck([SECRET, 'previous'], crypto)(given)).toBe(given === SECRET || given === 'previous');
        expect(secretCheck(['', ''], crypto)(given)).toBe(false);
        expect(secretCheck([], crypto)(given)).toBe(false);
      }),
    );
  });

  const attempts = [SECRET, 'wrong', '', undefined, 'x'.repeat(1_000_000)];
  test.each(attempts)('costs the same work, right or wrong (%#)', (given) => {
    const hashed: string[] = [];
    const createHash = () => {
      const hash = crypto.createHash('sha256');
      const counting = {
        update: (text: string) => {
          hashed.push(text);
          hash.update(text);
          return counting;
        },
        digest: () => hash.digest(),
      };
      return counting;
    };
    const timingSafeEqual = jest.fn(crypto.timingSafeEqual);
    secretCheck([SECRET, 'previous'], { ...crypto, createHash, timingSafeEqual } as never)(given);
    expect(hashed).toHaveLength(3);
    expect(Math.max(...hashed.map(({ length }) => length))).toBeLessThan(100);
    expect(timingSafeEqual).toHaveBeenCalledTimes(2);
  });
});

describe('encryption', () => {
  const cipher = new AesGcmCipher([SECRET], crypto);

  test('what is sealed is opened again, under its own name only', () => {
    const text = anyText().filter((value) => Buffer.from(value).toString() === value);
    fc.assert(
      fc.property(text, fc.string(), fc.string(), (plain, name, other) => {
        const sealed = cipher.seal(plain, name);
        expect(cipher.open(sealed, name)).toBe(plain);
        if (other !== name) expect(cipher.open(sealed, other)).toBeNull();
      }),
    );
  });

  test('no two sealed texts are alike', () => {
    const sealed = Array.from({ length: 1000 }, () => cipher.seal('same', 'name'));
    expect(new Set(sealed.map((text) => text.split('.')[2])).size).toBe(1000);
    expect(new Set(sealed.map((text) => text.split('.')[3])).size).toBeGreaterThan(990);
  });

  test('changed bytes are never opened to another text', () => {
    const sealed = cipher.seal(JSON.stringify(RECORD), 'name');
    const [format = '', id = '', ...parts] = sealed.split('.');
    const bytes = parts.map((part) => Buffer.from(part, 'base64'));
    fc.assert(
      fc.property(fc.nat(2), fc.nat(10_000), fc.integer({ min: 1, max: 255 }), (part, at, flip) => {
        const changed = bytes.map((old) => Buffer.from(old));
        const target = changed[part] ?? Buffer.alloc(1);
        target[at % target.length] = (target[at % target.length] ?? 0) ^ flip;
        const text = [format, id, ...changed.map((part) => part.toString('base64'))].join('.');
        expect(cipher.open(text, 'name')).toBeNull();
      }),
    );
  });

  // Node's own decipher takes these: whoever can write to the store would only have to guess 4 bytes.
  test.each([4, 8, 12, 13, 14, 15])('a tag cut down to %d bytes is refused', (length) => {
    const parts = cipher.seal('text', 'name').split('.');
    parts[4] = Buffer.from(parts[4] ?? '', 'base64').subarray(0, length).toString('base64');
    expect(cipher.open(parts.join('.'), 'name')).toBeNull();
  });

  test('the key is known by an id that tells nothing, and only the first key encrypts', () => {
    const both = new AesGcmCipher(['new', SECRET], crypto);
    const sealed = cipher.seal('text', 'name');
    expect(both.open(sealed, 'name')).toBe('text');
    expect(() => new AesGcmCipher(['new'], crypto).open(sealed, 'name')).toThrow(AccessTokenError);
    expect(() => cipher.open(both.seal('text', 'name'), 'name')).toThrow(AccessTokenError);
    expect(sealed).not.toContain(Buffer.from(SECRET).toString('base64').slice(0, 12));
  });

});

test('who does not know the secret is refused before anything else is looked at', async () => {
  const getSessionStorage = () => Promise.reject(new Error('nobody may look into the storage'));
  const console = { warn: () => undefined, error: () => undefined };
  const store = createStore({ endpointSecret: SECRET }, { crypto, getSessionStorage, console });
  const untouchable = new Proxy({}, { get: () => fail(), ownKeys: () => fail() });
  const fail = () => {
    throw new Error('nobody may look into the operation');
  };
  const status = jest.fn();
  const response = { status: (code: number) => (status(code), response), set: () => response, json: () => undefined };
  const body = { endpointSecret: 'wrong', tokenStore: untouchable };
  expect(await store.handleRequest({ request: { body }, response })).toBeNull();
  expect(status.mock.calls).toEqual([[401]]);
});

test.each<[string, () => Promise<Session>]>([
  ['gives nothing', () => Promise.resolve(null as never)],
  ['fails with what was stored', () => Promise.reject(new Error(`can't read {"secret":"${SECRET}"}`))],
  ['refuses to be written', () => Promise.resolve(Object.freeze({}))],
])('a session storage that %s is an outage, and not told of in detail', async (_, getSessionStorage) => {
  const lines: string[] = [];
  const log = (line: string) => void lines.push(line);
  const console = { warn: log, error: log };
  const store = createStore({ endpointSecret: SECRET }, { crypto, getSessionStorage, console });
  const answers: unknown[] = [];
  const response = {
    status: (code: number) => (answers.push(code), response),
    set: (...header: string[]) => (answers.push(header), response),
    json: (answer: unknown) => answers.push(answer),
  };
  const tokenStore = { op: 'commit', tokenName: 'name', owner: 'a', ifVersion: 0, record: RECORD };
  expect(await store.handleRequest({ request: { body: { endpointSecret: SECRET, tokenStore } }, response })).toBeNull();
  expect(answers).toEqual([['Cache-Control', 'no-store'], 503, { error: 'store_unavailable' }]);
  expect(lines).toHaveLength(1);
  expect(lines[0]).not.toContain('canary');
  expect(await store.accessToken()).toBeNull();
  expect(lines.join()).not.toContain('canary');
});
