import fc from 'fast-check';

import { parseRetryAfter } from '../../src/http';
import { anyText } from '../support/any-text';

/** Sunday, 6 November 1994, 08:49:37 UTC: the example of RFC 9110 §5.6.7. */
const EXAMPLE = 784_111_777_000;

describe('parseRetryAfter', () => {
  it.each([
    ['0', 0],
    ['1', 1000],
    ['120', 120_000],
    [' 5 ', 5000],
  ])('reads %p as seconds', (value, ms) => {
    expect(parseRetryAfter(value, EXAMPLE)).toBe(EXAMPLE + ms);
  });

  // The three forms that RFC 9110 §5.6.7 wants to be understood.
  it.each(['Sun, 06 Nov 1994 08:49:37 GMT', 'Sunday, 06-Nov-94 08:49:37 GMT', 'Sun Nov  6 08:49:37 1994'])(
    'reads the date %p',
    (value) => {
      expect(parseRetryAfter(value, EXAMPLE - 60_000)).toBe(EXAMPLE);
    },
  );

  it('never answers with the past', () => {
    expect(parseRetryAfter('Sun, 06 Nov 1994 08:49:37 GMT', EXAMPLE + 1)).toBe(EXAMPLE + 1);
  });

  it.each([
    [undefined],
    [''],
    ['  '],
    ['-5'],
    ['+5'],
    ['1.5'],
    ['1e3'],
    ['0x10'],
    ['5 s'],
    ['12345678901234567890'],
    ['soon'],
    ['Soon, very soon'],
    ['1994-11-06T08:49:37Z'],
    ['11/06/1994'],
    ['Sun, 99 Nov 1994 08:49:37 GMT'],
  ])('makes nothing of %p', (value) => {
    expect(parseRetryAfter(value, EXAMPLE)).toBeUndefined();
  });

  it('reads any date that a server writes', () => {
    const seconds = fc.integer({ min: 0, max: 4_000_000_000 });
    fc.assert(
      fc.property(seconds, (second) => {
        expect(parseRetryAfter(new Date(second * 1000).toUTCString(), 0)).toBe(second * 1000);
      }),
    );
  });

  it('never throws, and is never in the past', () => {
    fc.assert(
      fc.property(anyText(), fc.nat(), (value, now) => {
        expect(parseRetryAfter(value, now) ?? now).toBeGreaterThanOrEqual(now);
      }),
    );
  });
});
