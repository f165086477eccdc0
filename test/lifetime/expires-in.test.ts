import fc from 'fast-check';

import { readJwtClaims, resolveExpiresIn } from '../../src/lifetime';
import { anyText } from '../support/any-text';
import { jwtOf } from '../support/jwt';

const TIMESTAMP = 1_700_000_000;
const OPAQUE = 'opaque-token';
const JWT_OF_600_S = jwtOf({ exp: TIMESTAMP + 600 });

/** The `exp` that is read from a token. */
const expOf = (token: string): unknown => readJwtClaims(token)?.['exp'];

describe('resolveExpiresIn', () => {
  it.each([
    ['a number', 300, 300],
    ['a fraction', 0.5, 0.5],
    ['zero, which is not "for ever"', 0, 0],
    ['a negative number', -10, -10],
    ['the text of a number', '300', 300],
    ['the text of zero', '0', 0],
    ['text with white space around', ' 60 ', 60],
  ])('first the answer: %s', (_, expires_in, seconds) => {
    const source = { expires_in, access_token: JWT_OF_600_S, timestamp: TIMESTAMP, defaultLifetimeSeconds: 99 };
    expect(resolveExpiresIn(source)).toBe(seconds);
  });

  const UNUSABLE: [unknown][] = [[undefined], [null], [''], ['  '], ['soon'], ['3600s'], [NaN], [Infinity], ['Infinity'], [true], [[60]], [{}]];

  it.each(UNUSABLE)('then the JWT, where the answer says %p', (expires_in) => {
    const source = { expires_in, access_token: JWT_OF_600_S, timestamp: TIMESTAMP, defaultLifetimeSeconds: 99 };
    expect(resolveExpiresIn(source)).toBe(600);
  });

  it.each<[string, object, number | undefined, number]>([
    ['the JWT, where it ends before what is stated', { exp: TIMESTAMP + 30 }, 3600, 30],
    ['what is stated, where it is less', { exp: TIMESTAMP + 9000 }, 3600, 3600],
    ['what is stated, where the JWT only shows that our clock is ahead', { exp: TIMESTAMP - 3600 }, 3600, 3600],
    ["the JWT's own times, where our clock is 50 minutes behind", { iat: TIMESTAMP + 3000, exp: TIMESTAMP + 6600 }, undefined, 3600],
    ["the JWT's own times, where our clock is two hours ahead", { iat: TIMESTAMP - 7200, exp: TIMESTAMP - 3600 }, undefined, 3600],
  ])('counts %s', (_, claims, expires_in, seconds) => {
    expect(resolveExpiresIn({ expires_in, access_token: jwtOf(claims), timestamp: TIMESTAMP })).toBe(seconds);
  });

  it.each<[string, object, number, number]>([
    ['that was issued long ago', { iat: TIMESTAMP - 3000, exp: TIMESTAMP + 600 }, TIMESTAMP, 600],
    ['without iat, where our clock is two hours ahead', { exp: TIMESTAMP - 3600 }, TIMESTAMP - 7200, 3600],
    ["by its own times, where the server's clock says nothing of use", { iat: TIMESTAMP - 3000, exp: TIMESTAMP + 600 }, TIMESTAMP + 9000, 3600],
  ])("counts what is left of a JWT by the clock of the server: one %s", (_, claims, serverTime, seconds) => {
    expect(resolveExpiresIn({ access_token: jwtOf(claims), timestamp: TIMESTAMP, serverTime })).toBe(seconds);
  });

  it.each<[string, unknown, unknown, number | undefined]>([
    ['Unix seconds', undefined, TIMESTAMP + 600, 600],
    ['the text of Unix seconds', undefined, String(TIMESTAMP + 600), 600],
    ['Unix milliseconds', undefined, (TIMESTAMP + 600) * 1000, 600],
    ['a date', undefined, new Date((TIMESTAMP + 600) * 1000).toISOString(), 600],
    ['a time that has passed', undefined, TIMESTAMP - 1, undefined],
    ['no time', undefined, {}, undefined],
    ['a time that shows that expires_in is in milliseconds', 3_600_000, TIMESTAMP + 3600, 3600],
    ['a time that says the same as expires_in', 3600, TIMESTAMP + 3600, 3600],
  ])('reads expires_at, %s', (_, expires_in, expires_at, seconds) => {
    expect(resolveExpiresIn({ expires_in, expires_at, access_token: OPAQUE, timestamp: TIMESTAMP })).toBe(seconds);
  });

  it.each([1e308, 2 ** 63, 315_360_001])('counts ten years at most, of %p', (expires_in) => {
    expect(resolveExpiresIn({ expires_in, access_token: OPAQUE, timestamp: TIMESTAMP })).toBe(315_360_000);
  });

  it('a JWT that has ended gives a negative lifetime', () => {
    const access_token = jwtOf({ exp: TIMESTAMP - 5 });
    expect(resolveExpiresIn({ access_token, timestamp: TIMESTAMP, defaultLifetimeSeconds: 99 })).toBe(-5);
  });

  it.each(UNUSABLE)('then the default, where the answer says %p', (expires_in) => {
    const source = { expires_in, access_token: OPAQUE, timestamp: TIMESTAMP, defaultLifetimeSeconds: 99 };
    expect(resolveExpiresIn(source)).toBe(99);
  });

  it('else nothing', () => {
    expect(resolveExpiresIn({ access_token: OPAQUE, timestamp: TIMESTAMP })).toBeUndefined();
    expect(resolveExpiresIn({ access_token: jwtOf({ sub: 'no exp' }), timestamp: TIMESTAMP })).toBeUndefined();
  });
});

describe('readJwtClaims', () => {
  // The payload's length decides the padding that base64url leaves out: each of the three that occur.
  const paddings = ['', 'a', 'ab', 'abc'].map((sub) => ({ sub, exp: 1_700_000_600 }));

  it('has payloads of every padding here', () => {
    const lengths = paddings.map((claims) => Buffer.from(JSON.stringify(claims)).toString('base64url').length % 4);
    expect(new Set(lengths)).toEqual(new Set([0, 2, 3]));
  });

  it.each(paddings)('reads a payload of any padding: %p', (claims) => {
    expect(expOf(jwtOf(claims))).toBe(claims.exp);
  });

  it('reads padded payloads too', () => {
    const payload = Buffer.from(JSON.stringify({ exp: 1_700_000_600, sub: 'ab' })).toString('base64');
    expect(payload).toMatch(/=$/);
    expect(expOf(`e30.${payload}.c2ln`)).toBe(1_700_000_600);
  });

  it('reads claims that are not ASCII', () => {
    expect(expOf(jwtOf({ name: 'Jürgen Müller 李 🔑', exp: 1_700_000_600 }))).toBe(1_700_000_600);
  });

  it('reads the two characters in which base64url differs from base64', () => {
    const token = jwtOf({ sub: '>>>???ÿþ~~~', exp: 1_700_000_600 });
    const [, payload] = token.split('.');
    expect(payload).toMatch(/-/);
    expect(payload).toMatch(/_/);
    expect(expOf(token)).toBe(1_700_000_600);
  });

  const payload = Buffer.from('{"exp":1700000600}').toString('base64url');

  it.each([
    ['one part', payload],
    ['two parts', `e30.${payload}`],
    ['four parts', `e30.${payload}.c2ln.more`],
    ['five parts, an encrypted JWT', `e30.${payload}.aXY.Y2lwaGVy.dGFn`],
    ['an empty payload', 'e30..c2ln'],
    ['only dots', '..'],
    ['characters outside base64url', 'e30.!!!*.c2ln'],
    ['text that is not JSON', `e30.${Buffer.from('{"exp":17').toString('base64url')}.c2ln`],
    ['JSON null', `e30.${Buffer.from('null').toString('base64url')}.c2ln`],
    ['a JSON number', `e30.${Buffer.from('1700000600').toString('base64url')}.c2ln`],
    ['exp as text', jwtOf({ exp: '1700000600' })],
    ['exp null', jwtOf({ exp: null })],
    ['no exp', jwtOf({ iat: 1 })],
    ['exp beyond what a number holds', `e30.${Buffer.from('{"exp":1e999}').toString('base64url')}.c2ln`],
    ['nothing', ''],
  ])('finds no lifetime in %s', (_, token) => {
    expect(resolveExpiresIn({ access_token: token, timestamp: TIMESTAMP })).toBeUndefined();
  });

  it('agrees with node:buffer on any claims', () => {
    const claims = fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue());
    fc.assert(
      fc.property(claims, fc.integer({ min: 0, max: 4_000_000_000 }), (others, exp) => {
        const token = jwtOf({ ...others, exp });
        const decoded = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')) as { exp: number };
        expect(expOf(token)).toBe(decoded.exp);
      }),
    );
  });

  it('never throws', () => {
    const parts = fc.array(fc.oneof(anyText(), fc.base64String(), fc.json()), { maxLength: 5 });
    fc.assert(
      fc.property(fc.oneof(anyText(), parts.map((some) => some.join('.'))), (token) => {
        const seconds = resolveExpiresIn({ access_token: token, timestamp: TIMESTAMP });
        expect(seconds === undefined || Number.isFinite(seconds)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });
});
