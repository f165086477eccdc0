import fc from 'fast-check';

import { formEncode, readForm, writeForm } from '../../src/http';
import { anyText } from '../support/any-text';

/** Any text that JavaScript can hold, halves of surrogate pairs included. */
const texts = fc.oneof(
  fc.string(),
  anyText(),
  fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units)),
  fc.array(fc.constantFrom('\ud83d', '\ude00', 'a')).map((units) => units.join('')),
);

const LONE_SURROGATE = /\p{Surrogate}/u;

describe('formEncode', () => {
  it.each([
    ['', ''],
    ['abc-._*', 'abc-._*'],
    ['a b', 'a+b'],
    ['a+b', 'a%2Bb'],
    ["~!'()", '%7E%21%27%28%29'],
    ['100% & more=?', '100%25+%26+more%3D%3F'],
    ['ü', '%C3%BC'],
    ['😀', '%F0%9F%98%80'],
    ['\r\n', '%0D%0A'],
    ['\ud83d', '%EF%BF%BD'],
    ['\ude00\ude00', '%EF%BF%BD%EF%BF%BD'],
  ])('writes %p as %s', (text, encoded) => {
    expect(formEncode(text)).toBe(encoded);
  });

  it('agrees with URLSearchParams on any text', () => {
    fc.assert(
      fc.property(texts, (text) => {
        expect(formEncode(text)).toBe(new URLSearchParams([['', text]]).toString().slice(1));
      }),
      { numRuns: 2000 },
    );
  });
});

describe('writeForm', () => {
  it('keeps the order and joins with "&"', () => {
    expect(writeForm({ grant_type: 'client_credentials', scope: 'a b', audience: 'https://api.example.com/' })).toBe(
      'grant_type=client_credentials&scope=a+b&audience=https%3A%2F%2Fapi.example.com%2F',
    );
    expect(writeForm({})).toBe('');
  });

  it('agrees with URLSearchParams on any parameters', () => {
    fc.assert(
      fc.property(fc.dictionary(texts, texts, { noNullPrototype: true }), (parameters) => {
        expect(writeForm(parameters)).toBe(new URLSearchParams(Object.entries(parameters)).toString());
      }),
    );
  });
});

describe('readForm', () => {
  it.each([
    ['access_token=abc&expires_in=60', { access_token: 'abc', expires_in: '60' }],
    ['a=1+2%2B3', { a: '1 2+3' }],
    [' a=1\r\n', { a: '1' }],
    ['a=', { a: '' }],
    ['access_token=YWJj==&expires_in=60', { access_token: 'YWJj==', expires_in: '60' }],
    ['a=1&a=2', { a: '2' }],
    ['%C3%BC=%E2%82%AC', { ü: '€' }],
  ])('reads %p', (body, parameters) => {
    expect(readForm(body)).toEqual(parameters);
  });

  it.each(['', '   ', 'plain text', '=1', 'a=1&', 'a=1&&b=2', 'a=1&b', 'a=%', 'a=%zz', 'a=%C3', '<html lang="en">a=b</html>'])(
    'takes %p for some other text',
    (body) => {
      expect(readForm(body)).toBeUndefined();
    },
  );

  it('reads what URLSearchParams writes', () => {
    const names = texts.filter((name) => name !== '' && !LONE_SURROGATE.test(name));
    const values = texts.filter((value) => !LONE_SURROGATE.test(value));
    fc.assert(
      fc.property(fc.dictionary(names, values, { minKeys: 1, noNullPrototype: true }), (parameters) => {
        const read = readForm(new URLSearchParams(Object.entries(parameters)).toString());
        expect(Object.entries(read ?? {}).sort()).toEqual(Object.entries(parameters).sort());
      }),
    );
  });

  it('reads what writeForm writes, and never throws', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), texts, anyText(), (name, value, garbage) => {
        expect(readForm(writeForm({ [name]: value }))).toEqual({ [name]: value.replace(/\p{Surrogate}/gu, '\ufffd') });
        expect(typeof readForm(garbage)).toMatch(/^(?:undefined|object)$/);
      }),
    );
  });
});
