import fc from 'fast-check';
import { percentBetween, ticks } from '../../tools/studio/timeline/scale';

const time = fc.integer({ min: 0, max: 4_000_000_000_000 });
/** Two different times, in order. */
const range = fc.tuple(time, fc.integer({ min: 1, max: 1_000_000_000 })).map(([from, length]) => [from, from + length] as const);

describe('percentBetween', () => {
  it.each([
    [100, 0],
    [150, 25],
    [200, 50],
    [300, 100],
  ])('puts %p between 100 and 300 at %p', (at, percent) => {
    expect(percentBetween(100, 300, at)).toBe(percent);
  });

  it('keeps what lies before or after at the ends', () => {
    expect(percentBetween(100, 300, 99)).toBe(0);
    expect(percentBetween(100, 300, 301)).toBe(100);
  });

  it('stays between 0 and 100, and never goes back as time goes on', () => {
    fc.assert(
      fc.property(range, time, time, ([from, to], one, other) => {
        const [earlier, later] = [Math.min(one, other), Math.max(one, other)].map((at) => percentBetween(from, to, at));
        expect(earlier).toBeGreaterThanOrEqual(0);
        expect(later).toBeLessThanOrEqual(100);
        expect(earlier).toBeLessThanOrEqual(later ?? -1);
      }),
    );
  });

  it('is 0 at the beginning and 100 at the end of any range', () => {
    fc.assert(
      fc.property(range, ([from, to]) => {
        expect(percentBetween(from, to, from)).toBe(0);
        expect(percentBetween(from, to, to)).toBe(100);
      }),
    );
  });
});

describe('ticks', () => {
  it('lie at whole multiples, both ends included', () => {
    expect(ticks(20, 50, 10)).toEqual([20, 30, 40, 50]);
    expect(ticks(21, 49, 10)).toEqual([30, 40]);
  });

  it('are none where no multiple lies in between', () => {
    expect(ticks(21, 29, 10)).toEqual([]);
  });

  it('are all multiples of the step within the range', () => {
    const step = fc.integer({ min: 1, max: 60_000 });
    const few = fc.tuple(time, fc.integer({ min: 0, max: 200 }));
    fc.assert(
      fc.property(few, step, ([from, steps], each) => {
        const to = from + steps * each;
        const found = ticks(from, to, each);
        expect(found.filter((at) => at % each !== 0 || at < from || at > to)).toEqual([]);
        // A range of whole steps holds one more where it begins on a multiple.
        expect(found).toHaveLength(steps + (from % each === 0 ? 1 : 0));
      }),
    );
  });
});
