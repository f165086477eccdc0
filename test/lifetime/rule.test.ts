import fc from 'fast-check';

import {
  hasJustReplaced,
  DEFAULT_REFRESH_PERCENT,
  expiresAt,
  isExpired,
  isExpiring,
  isFromFuture,
  LARGEST_CLOCK_DIFFERENCE_MS,
  parseRefreshPercent,
  refreshAt,
  timestampOf,
} from '../../src/lifetime';

const THIRTY_DAYS = 30 * 24 * 3600;

const lifetimes = fc.integer({ min: 10, max: THIRTY_DAYS });
const percents = fc.integer({ min: 1, max: 99 });
const fractionalPercents = fc.double({ min: 1, max: 99, noNaN: true });
const timestamps = fc.integer({ min: 0, max: 99_999_999_999 });

function recordOf(timestamp: number, expires_in: number): { timestamp: number; token: { expires_in: number } } {
  return { timestamp, token: { expires_in } };
}

describe('refreshAt and expiresAt', () => {
  it.each([
    [1_700_000_000, 3600, 90, 1_700_003_240_000, 1_700_003_600_000],
    [1_700_000_000, 10, 90, 1_700_000_009_000, 1_700_000_010_000],
    [1_700_000_000, 900, 75, 1_700_000_675_000, 1_700_000_900_000],
    [1_700_000_000, 2_591_999, 99, 1_702_566_079_010, 1_702_591_999_000],
    [0, 100, 1, 1000, 100_000],
    [1_700_000_000, 60, 12.5, 1_700_000_007_500, 1_700_000_060_000],
  ])('timestamp %d s, lifetime %d s, %d %%', (timestamp, expiresIn, percent, refresh, expiry) => {
    const record = recordOf(timestamp, expiresIn);
    expect(refreshAt(record, percent)).toBe(refresh);
    expect(expiresAt(record)).toBe(expiry);
  });

  it('counts in whole milliseconds for whole seconds and percents', () => {
    fc.assert(
      fc.property(timestamps, lifetimes, percents, (timestamp, expiresIn, percent) => {
        // In whole numbers of any size, so that this doesn't share a rounding error with the source.
        const exact = BigInt(timestamp) * 1000n + (BigInt(expiresIn) * 1000n * BigInt(percent)) / 100n;
        expect(BigInt(refreshAt(recordOf(timestamp, expiresIn), percent))).toBe(exact);
      }),
    );
  });

  it('lies between the timestamp and the expiry', () => {
    fc.assert(
      fc.property(timestamps, lifetimes, fractionalPercents, (timestamp, expiresIn, percent) => {
        const record = recordOf(timestamp, expiresIn);
        expect(refreshAt(record, percent)).toBeGreaterThan(timestamp * 1000);
        expect(refreshAt(record, percent)).toBeLessThan(expiresAt(record));
      }),
    );
  });
});

describe('isExpiring and isExpired', () => {
  const record = recordOf(1_700_000_000, 1000);

  it('say yes at the very boundary, and no a millisecond earlier', () => {
    expect(isExpiring(record, 90, 1_700_000_899_999)).toBe(false);
    expect(isExpiring(record, 90, 1_700_000_900_000)).toBe(true);
    expect(isExpired(record, 1_700_000_999_999)).toBe(false);
    expect(isExpired(record, 1_700_001_000_000)).toBe(true);
  });

  it('are exact at the boundary of any lifetime', () => {
    fc.assert(
      fc.property(timestamps, lifetimes, percents, (timestamp, expiresIn, percent) => {
        const any = recordOf(timestamp, expiresIn);
        const refresh = refreshAt(any, percent);
        expect([isExpiring(any, percent, refresh - 1), isExpiring(any, percent, refresh)]).toEqual([false, true]);
        const expiry = expiresAt(any);
        expect([isExpired(any, expiry - 1), isExpired(any, expiry)]).toEqual([false, true]);
      }),
    );
  });

  it('never go back to no, from the moment when it can have been issued', () => {
    const spans = fc.integer({ min: -LARGEST_CLOCK_DIFFERENCE_MS, max: 2 * THIRTY_DAYS * 1000 });
    fc.assert(
      fc.property(timestamps, lifetimes, fractionalPercents, spans, fc.nat(), (timestamp, expiresIn, percent, span, later) => {
        const any = recordOf(timestamp, expiresIn);
        const now = timestamp * 1000 + span;
        if (isExpiring(any, percent, now)) expect(isExpiring(any, percent, now + later)).toBe(true);
        if (isExpired(any, now)) expect(isExpired(any, now + later)).toBe(true);
      }),
    );
  });

  it('say yes of a record from the future: nobody knows how old it is', () => {
    fc.assert(
      fc.property(timestamps, lifetimes, percents, fc.integer({ min: 1, max: THIRTY_DAYS * 1000 }), (timestamp, expiresIn, percent, early) => {
        const any = recordOf(timestamp, expiresIn);
        const latest = timestamp * 1000 - LARGEST_CLOCK_DIFFERENCE_MS;
        expect([isFromFuture(any, latest), isExpiring(any, percent, latest), isExpired(any, latest)]).toEqual([false, false, false]);
        const now = latest - early;
        expect([isFromFuture(any, now), isExpiring(any, percent, now), isExpired(any, now)]).toEqual([true, true, true]);
      }),
    );
  });

  it('count an expired token as expiring, whatever its lifetime', () => {
    const anyLifetime = fc.integer({ min: -THIRTY_DAYS, max: THIRTY_DAYS });
    const anySpan = fc.integer({ min: -2 * THIRTY_DAYS * 1000, max: 2 * THIRTY_DAYS * 1000 });
    fc.assert(
      fc.property(timestamps, anyLifetime, fractionalPercents, anySpan, (timestamp, expiresIn, percent, span) => {
        const any = recordOf(timestamp, expiresIn);
        const now = expiresAt(any) + span;
        if (isExpired(any, now)) expect(isExpiring(any, percent, now)).toBe(true);
        expect(refreshAt(any, percent)).toBeLessThanOrEqual(expiresAt(any));
      }),
    );
  });

  it.each([0, -1, -3600])('a lifetime of %d s has already ended', (expiresIn) => {
    const ended = recordOf(1_700_000_000, expiresIn);
    expect(isExpired(ended, 1_700_000_000_000)).toBe(true);
    expect(isExpiring(ended, 90, 1_700_000_000_000)).toBe(true);
    expect(isExpiring(ended, 1, expiresAt(ended))).toBe(true);
  });
});

describe('parseRefreshPercent', () => {
  it.each([
    [90, 90],
    ['90', 90],
    [' 75 ', 75],
    [1, 1],
    [99, 99],
    ['1', 1],
    ['99', 99],
    [12.5, 12.5],
    ['66.6', 66.6],
  ])('reads %p', (value, percent) => {
    expect(parseRefreshPercent(value)).toBe(percent);
  });

  it.each([[undefined], [null], ['']])('takes the default for %p', (value) => {
    expect(parseRefreshPercent(value)).toBe(DEFAULT_REFRESH_PERCENT);
    expect(DEFAULT_REFRESH_PERCENT).toBe(90);
  });

  it.each([
    [0],
    [100],
    ['0'],
    ['100'],
    [0.999],
    [99.001],
    [-5],
    ['abc'],
    ['90%'],
    ['90 95'],
    [' '],
    [NaN],
    ['NaN'],
    [Infinity],
    [true],
    [[50]],
    [{ percent: 50 }],
    [50n],
  ])('refuses %p', (value) => {
    expect(parseRefreshPercent(value)).toBeUndefined();
  });

  it('answers with a percent from 1 to 99 or nothing, whatever it is given', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        const percent = parseRefreshPercent(value);
        expect(percent === undefined || (percent >= 1 && percent <= 99)).toBe(true);
      }),
    );
  });

  it('reads what a user types as it reads the number itself', () => {
    fc.assert(
      fc.property(fractionalPercents, (percent) => expect(parseRefreshPercent(String(percent))).toBe(percent)),
    );
  });
});

describe('timestampOf', () => {
  it.each([
    [1_700_000_000_000, 1_700_000_000],
    [1_700_000_000_001, 1_700_000_000],
    [1_700_000_000_999, 1_700_000_000],
  ])('%d ms is %d s: rounded down, so that a token is rather too old', (now, timestamp) => {
    expect(timestampOf(now)).toBe(timestamp);
  });
});

describe('hasJustReplaced', () => {
  const record = (mark?: true) => ({
    token: { access_token: 'a', token_type: 'Bearer', expires_in: 3600, ...(mark === undefined ? {} : { after_rejection: mark }) },
    timestamp: 1000,
  });

  test('holds for a minute after a refused token was replaced, and only then', () => {
    expect([1_000_000, 1_059_999, 1_060_000].map((now) => hasJustReplaced(record(true), now))).toEqual([true, true, false]);
    expect(hasJustReplaced(record(), 1_000_000)).toBe(false);
  });
});
