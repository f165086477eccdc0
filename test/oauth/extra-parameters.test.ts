import fc from 'fast-check';

import { parseExtraParameters } from '../../src/oauth';
import { anyText } from '../support/any-text';
import { thrownBy } from '../support/thrown-by';

describe('parseExtraParameters reads', () => {
  it.each([
    ['nothing', undefined, {}],
    ['null', null, {}],
    ['an empty text', '', {}],
    ['white space', ' \n ', {}],
    ['an empty object', {}, {}],
    ['one pair', 'a=1', { a: '1' }],
    ['pairs joined by &', 'a=1&b=2', { a: '1', b: '2' }],
    ['pairs one a line', 'a=1\nb=2\r\nc=3', { a: '1', b: '2', c: '3' }],
    ['empty lines and doubled joints', '\n&a=1&&\n\nb=2&', { a: '1', b: '2' }],
    ['space around names and values', '  a = 1 & b= two words ', { a: '1', b: 'two words' }],
    ['an empty value', 'a=', { a: '' }],
    ['a value with "="', 'a=b=c==', { a: 'b=c==' }],
    ['percent-encoding', 'a%20b=%C3%BC%26%3D', { 'a b': 'ü&=' }],
    ['a plus sign as itself', 'a=1+2', { a: '1+2' }],
    ['an address as it is', 'resource=https://api.example.com/v1?x', { resource: 'https://api.example.com/v1?x' }],
    ['an object', { resource: 'urn:a', max_age: 60, flag: true, text: '' }, { resource: 'urn:a', max_age: '60', flag: 'true', text: '' }],
    ['an object with encoding as it is', { a: '100%&b=1' }, { a: '100%&b=1' }],
    ['names of another case', 'Client_Id=1', { Client_Id: '1' }],
  ])('%s', (_, value, parameters) => {
    expect(parseExtraParameters(value)).toEqual(parameters);
  });

  it('what the user wrote, in its order', () => {
    const names = fc.uniqueArray(fc.string({ unit: 'grapheme', minLength: 1 }).map((name) => `p-${name}`));
    fc.assert(
      fc.property(names, fc.constantFrom('&', '\n', '\r\n'), fc.func(fc.string({ unit: 'grapheme' })), (keys, joint, valueOf) => {
        const pairs = keys.map((key) => [key, valueOf(key)] as const);
        const text = pairs.map(([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(value)}`).join(joint);
        expect(Object.entries(parseExtraParameters(text))).toEqual(pairs);
      }),
    );
  });
});

describe('parseExtraParameters refuses', () => {
  const CANARY = 'canary-77';
  it.each([
    ['a pair without "="', CANARY, 'pair 1'],
    ['a pair without a name', `=${CANARY}`, 'pair 1'],
    ['a pair without a name, further on', `a=1&b=2\n =${CANARY}`, 'pair 3'],
    ['a stray percent sign', `a=1&b=${CANARY}%`, 'pair 2'],
    ['encoding that is not UTF-8', `a=${CANARY}%FF`, 'pair 1'],
    ['the same name twice', `a=${CANARY}&a=2`, '"a"'],
    ['the same name twice, once encoded', `a=${CANARY}&%61=2`, '"a"'],
    ['grant_type', `grant_type=${CANARY}`, '"grant_type"'],
    ['client_id', `client_id=${CANARY}`, '"client_id"'],
    ['client_secret', `client_secret=${CANARY}`, '"client_secret"'],
    ['client_secret, encoded', `client%5fsecret=${CANARY}`, '"client_secret"'],
    ['refresh_token', `refresh_token=${CANARY}`, '"refresh_token"'],
    ['assertion', `assertion=${CANARY}`, '"assertion"'],
    ['client_assertion', `client_assertion=${CANARY}`, '"client_assertion"'],
    ['client_assertion_type', `client_assertion_type=${CANARY}`, '"client_assertion_type"'],
    ['a reserved name in an object', { client_secret: CANARY }, '"client_secret"'],
    ['an object in an object', { a: { b: CANARY } }, '"a"'],
    ['null in an object', { a: null }, '"a"'],
    ['an empty name in an object', { '': CANARY }, '""'],
    ['a list', [`a=${CANARY}`], 'neither'],
    ['a number', 5, 'neither'],
    ['a boolean', false, 'neither'],
  ])('%s', async (_, value, named) => {
    const error = await thrownBy(() => parseExtraParameters(value));
    expect(error).toMatchObject({ code: 'extra_parameters_invalid', field: 'extraParameters', transient: false });
    expect(error.message).toContain(named);
    expect(error.message).not.toContain(CANARY);
  });

  it('anything else with the same error, never another', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(anyText(), fc.anything()), async (value) => {
        try {
          const parameters = parseExtraParameters(value);
          expect(Object.values(parameters).every((text) => typeof text === 'string')).toBe(true);
        } catch (thrown) {
          expect((await thrownBy(() => Promise.reject(thrown as Error))).code).toBe('extra_parameters_invalid');
        }
      }),
    );
  });
});
