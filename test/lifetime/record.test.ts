import fc from 'fast-check';

import { findTokenFlaw, isRefreshFailure, isTimestamp, isTokenRecord } from '../../src/lifetime';

const TOKEN = { access_token: 'token-1', token_type: 'Bearer', expires_in: 3600 };
const FAILURE = { code: 'invalid_grant', at: 1_700_000_000_000, attempts: 1, retryAt: 1_700_000_005_000 };
const RECORD = { token: TOKEN, timestamp: 1_700_000_000, version: 1 };

describe('findTokenFlaw', () => {
  it.each([
    [TOKEN],
    [{ access_token: 'x' }],
    [{ ...TOKEN, refresh_token: 'r', scope: 'a b', id_token: { any: 'thing' } }],
  ])('lets %p pass', (token) => {
    expect(findTokenFlaw(token)).toBeUndefined();
  });

  it.each([
    [undefined, 'token'],
    [null, 'token'],
    ['token-1', 'token'],
    [[TOKEN], 'token'],
    [{}, 'token.access_token'],
    [{ access_token: '' }, 'token.access_token'],
    [{ access_token: 'x\r\nX-Evil: 1' }, 'token.access_token'],
    [{ access_token: 'tök' }, 'token.access_token'],
    [{ access_token: 5 }, 'token.access_token'],
    [{ ...TOKEN, refresh_token: null }, 'token.refresh_token'],
    [{ ...TOKEN, token_type: 1 }, 'token.token_type'],
  ])('of %p is %s', (token, flaw) => {
    expect(findTokenFlaw(token)).toBe(flaw);
  });
});

describe('isTimestamp', () => {
  it.each([0, 1, 1_700_000_000, 1_700_000_000.5, 99_999_999_999])('takes %d for seconds', (timestamp) => {
    expect(isTimestamp(timestamp)).toBe(true);
  });

  it.each([[-1], [100_000_000_000], [1_700_000_000_000], [NaN], [Infinity], ['1700000000'], [null], [undefined]])(
    'refuses %p',
    (timestamp) => {
      expect(isTimestamp(timestamp)).toBe(false);
    },
  );
});

describe('isTokenRecord', () => {
  it.each([
    [RECORD],
    [{ ...RECORD, version: 0 }],
    [{ ...RECORD, failure: FAILURE }],
    [{ ...RECORD, failure: undefined }],
    [{ ...RECORD, token: { ...TOKEN, expires_in: -1 } }],
  ])('takes %p', (record) => {
    expect(isTokenRecord(record)).toBe(true);
  });

  it.each([
    ['null', null],
    ['a list', [RECORD]],
    ['no token', { ...RECORD, token: undefined }],
    ['a token that is text', { ...RECORD, token: 'token-1' }],
    ['no access token', { ...RECORD, token: { ...TOKEN, access_token: undefined } }],
    ['no token type', { ...RECORD, token: { ...TOKEN, token_type: undefined } }],
    ['an unsettled lifetime', { ...RECORD, token: { ...TOKEN, expires_in: '3600' } }],
    ['a lifetime without end', { ...RECORD, token: { ...TOKEN, expires_in: Infinity } }],
    ['a timestamp in milliseconds', { ...RECORD, timestamp: 1_700_000_000_000 }],
    ['no version', { ...RECORD, version: undefined }],
    ['a negative version', { ...RECORD, version: -1 }],
    ['half a version', { ...RECORD, version: 1.5 }],
    ['a failure that is null', { ...RECORD, failure: null }],
    ['a failure without its time', { ...RECORD, failure: { ...FAILURE, at: undefined } }],
  ])('refuses %s', (_, record) => {
    expect(isTokenRecord(record)).toBe(false);
  });

  it.each(Object.keys(FAILURE))('wants the failure to have "%s"', (member) => {
    expect(isRefreshFailure(FAILURE)).toBe(true);
    expect(isRefreshFailure({ ...FAILURE, [member]: undefined })).toBe(false);
    expect(isRefreshFailure({ ...FAILURE, [member]: [] })).toBe(false);
  });

  it('never throws, and takes no record that has lost a required member', () => {
    fc.assert(
      fc.property(fc.anything(), fc.constantFrom('token', 'timestamp', 'version'), (anything, member) => {
        expect(typeof findTokenFlaw(anything)).toMatch(/^(?:string|undefined)$/);
        expect(isTokenRecord(anything)).toBe(false);
        expect(isTokenRecord({ ...RECORD, [member]: { anything } })).toBe(false);
        expect(typeof isTokenRecord({ ...RECORD, failure: anything })).toBe('boolean');
      }),
    );
  });
});
