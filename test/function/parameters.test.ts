import fc from 'fast-check';

import { issuedAt, newChainId, passOnChainId, readParameters } from '../../src/function/parameters';
import type { Token } from '../../src/lifetime';
import { START } from '../support/token-records';

const SECONDS = START / 1000;
const FRESH = { chainId: newChainId(START, 0.5), hop: 0, wakeAt: START };

test("a chain's own parameters go on", () => {
  const parameters = { chainId: 'chain', hop: 7, wakeAt: START + 5 };
  expect(readParameters(parameters, START, 0.5)).toEqual({ parameters });
  expect(readParameters({ ...parameters, more: 'ignored' }, START, 0.5)).toEqual({ parameters });
});

test.each([
  ['nothing', undefined],
  ['null', null],
  ['no parameters', {}],
  ['a text', 'chain'],
  ['a list', [1]],
  ['no chain', { hop: 1, wakeAt: START }],
  ['an empty chain', { chainId: '', hop: 1, wakeAt: START }],
  ['a chain that no store would know', { chainId: 'x'.repeat(101), hop: 1, wakeAt: START }],
  ['a hop that is no number', { chainId: 'chain', hop: '1', wakeAt: START }],
  ['half a hop', { chainId: 'chain', hop: 1.5, wakeAt: START }],
  ['a hop before the first', { chainId: 'chain', hop: -1, wakeAt: START }],
  ['no time', { chainId: 'chain', hop: 1, wakeAt: null }],
])('%s: a new chain starts', (_, parameters) => {
  expect(readParameters(parameters, START, 0.5)).toEqual({ parameters: FRESH, failedBeats: 0 });
});

test('whatever comes in, what goes on is sound', () => {
  const any = fc.oneof(
    fc.jsonValue(),
    fc.record(
      { chainId: fc.jsonValue(), hop: fc.jsonValue(), wakeAt: fc.jsonValue(), token: fc.jsonValue() },
      { requiredKeys: [] },
    ),
    fc.record({
      chainId: fc.string({ minLength: 1, maxLength: 300 }),
      hop: fc.oneof(fc.integer(), fc.maxSafeInteger(), fc.double()),
      wakeAt: fc.oneof(fc.integer(), fc.double()),
    }),
  );
  fc.assert(
    fc.property(any, fc.double({ min: 0, max: 1, noNaN: true }), (parameters, random) => {
      const { parameters: read } = readParameters(parameters, START, random);
      expect(read.chainId).toMatch(/^[^]{1,100}$/);
      expect(Number.isSafeInteger(read.hop) && read.hop >= 0).toBe(true);
      expect(Number.isFinite(read.wakeAt)).toBe(true);
    }),
    { numRuns: 1000 },
  );
});

describe('the parameters of the older Function', () => {
  const token = { access_token: 'old', expires_in: 3600 };

  test.each([
    ['a number', { token, waitingTime: 600_000 }, 600_000],
    ['a text', { token, waitingTime: '600000' }, 600_000],
    ['nothing', { token }, undefined],
    ['something else', { token, waitingTime: {} }, undefined],
    // Whoever may trigger the Function can write a time there: the token's age is never taken from it.
    ['a time besides', { token, waitingTime: 600_000, timestamp: 99_999_999_999 }, 600_000],
  ])('the waiting time is milliseconds: %s', (_, parameters, waitingTimeMs) => {
    expect(readParameters(parameters, START, 0.5)).toEqual({
      failedBeats: 0,
      parameters: FRESH,
      legacy: { token, waitingTimeMs },
    });
  });

  test.each<[string, object, number | undefined, number, number | undefined]>([
    ['ten minutes before it is due', {}, 600_000, 90, SECONDS - 2640],
    ['a fraction counts as older', {}, 599_500, 90, SECONDS - 2641],
    ['due now', {}, 0, 90, SECONDS - 3240],
    ['overdue', {}, -60_000, 90, SECONDS - 3300],
    ['at another percent', {}, 600_000, 50, SECONDS - 1200],
    ['just issued', {}, 3_240_000, 90, SECONDS],
    ['a lifetime that is text', { expires_in: '3600' }, 600_000, 90, SECONDS - 2640],
    ['from the future: never', {}, 3_241_000, 90, undefined],
    ['no waiting time: not known', {}, undefined, 90, undefined],
    ['no lifetime: not known', { expires_in: undefined }, 600_000, 90, undefined],
  ])('it was issued: %s', (_, members, waitingTimeMs, percent, timestamp) => {
    const legacy = { token: { ...token, ...members } as unknown as Token, waitingTimeMs };
    expect(issuedAt(legacy, percent, START)).toBe(timestamp);
  });

  // Pasted 60,060 s into the life of a token of a day, the article's Function once counted these for seconds.
  test('the article’s figures: the token counts as exactly as old as it is', () => {
    const lifetime = 86_400;
    const age = 60_060;
    const waitingTimeMs = (lifetime * 0.9 - age) * 1000;
    const legacy = { token: { access_token: 'old', token_type: 'Bearer', expires_in: lifetime }, waitingTimeMs };
    expect(issuedAt(legacy, 90, START)).toBe(SECONDS - age);
  });

  test('a token that is none is no token', () => {
    expect(readParameters({ token: 'text', waitingTime: 600 }, START, 0.5)).toEqual({ parameters: FRESH, failedBeats: 0 });
  });
});

test('chain ids sort by age and differ by chance', () => {
  expect(newChainId(START, 0.1) < newChainId(START + 1, 0)).toBe(true);
  expect(newChainId(START, 0.1)).not.toBe(newChainId(START, 0.2));
  expect(newChainId(START, 1).length).toBeLessThan(30);
});

describe('a chain that nobody has heard of yet', () => {
  test('starts with no failed beat, and counts them in its id', () => {
    expect(readParameters({}, 0, 0).failedBeats).toBe(0);
    expect(passOnChainId('abc-1', 3)).toBe('abc-1~3');
    expect(readParameters({ chainId: 'abc-1~3', hop: 3, wakeAt: 5 }, 0, 0)).toEqual({
      parameters: { chainId: 'abc-1', hop: 3, wakeAt: 5 },
      failedBeats: 3,
    });
  });

  test('is one no more once it has beaten', () => {
    expect(passOnChainId('abc-1', undefined)).toBe('abc-1');
    expect(readParameters({ chainId: 'abc-1', hop: 3, wakeAt: 5 }, 0, 0).failedBeats).toBeUndefined();
  });
});
