import { errorCodeOf, normalizeHeaders, TransportError } from '../../src/http';

describe('normalizeHeaders', () => {
  it('writes names in lower case and every value as one text', () => {
    const headers = { 'Content-Type': 'text/html', 'RETRY-AFTER': 5, 'Set-Cookie': ['a=1', 'b=2'], 'x-empty': '' };
    expect(normalizeHeaders(headers)).toEqual({
      'content-type': 'text/html',
      'retry-after': '5',
      'set-cookie': 'a=1, b=2',
      'x-empty': '',
    });
  });

  it('leaves out what is not text', () => {
    expect(normalizeHeaders({ a: undefined, b: null, c: {}, d: true, e: 'kept' })).toEqual({ e: 'kept' });
  });

  it.each([[undefined], [null], ['Content-Type: text/html'], [5], [[]]])('makes none of %p', (headers) => {
    expect(normalizeHeaders(headers)).toEqual({});
  });
});

describe('errorCodeOf', () => {
  it.each(['ECONNREFUSED', 'ETIMEDOUT', 'CERT_HAS_EXPIRED', 'ERR_BAD_RESPONSE', 'E2BIG'])('passes %s on', (code) => {
    expect(errorCodeOf(Object.assign(new Error('text'), { code }))).toBe(code);
  });

  it.each([
    [{ code: 'client_secret=canary' }],
    [{ code: 'CANARY SECRET' }],
    [{ code: 'canary' }],
    [{ code: '7EVEN' }],
    [{ code: `A${'B'.repeat(64)}` }],
    [{ code: 500 }],
    [{}],
    [null],
    [undefined],
    ['ECONNREFUSED'],
  ])('finds none in %p', (thrown) => {
    expect(errorCodeOf(thrown)).toBeUndefined();
  });
});

describe('TransportError', () => {
  it('says what happened, and why where that is known', () => {
    expect(new TransportError('timeout')).toMatchObject({ name: 'TransportError', kind: 'timeout', message: 'timeout' });
    expect(new TransportError('network', 'ECONNRESET').message).toBe('network (ECONNRESET)');
  });
});
