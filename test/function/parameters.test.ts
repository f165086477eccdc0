import fc from 'fast-check';

import { newChainId, passOnChainId, readParameters } from '../../src/function/parameters';
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
  expect(readParameters(parameters, START, 0.5)).toEqual({ parameters: FRESH, unheard: 0 });
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
    ['its age from the waiting time', { token, waitingTime: 600 }, SECONDS - 3000],
    ['a waiting time that is text', { token, waitingTime: '600' }, SECONDS - 3000],
    ['a fraction counts as older', { token, waitingTime: 599.5 }, SECONDS - 3001],
    ['a waiting time beyond its life: just issued', { token, waitingTime: 4000 }, SECONDS],
    ['no waiting time: just issued', { token }, SECONDS],
    ['no lifetime: just issued', { token: { access_token: 'old' }, waitingTime: 600 }, SECONDS],
    ['its own time, where it has one', { token, waitingTime: 600, timestamp: SECONDS - 7 }, SECONDS - 7],
  ])('%s', (_, parameters, timestamp) => {
    const { token: given } = parameters;
    expect(readParameters(parameters, START, 0.5)).toEqual({
      unheard: 0,
      parameters: FRESH,
      legacy: { token: given, timestamp },
    });
  });

  test('a token that is none is no token', () => {
    expect(readParameters({ token: 'text', waitingTime: 600 }, START, 0.5)).toEqual({ parameters: FRESH, unheard: 0 });
  });
});

test('chain ids sort by age and differ by chance', () => {
  expect(newChainId(START, 0.1) < newChainId(START + 1, 0)).toBe(true);
  expect(newChainId(START, 0.1)).not.toBe(newChainId(START, 0.2));
  expect(newChainId(START, 1).length).toBeLessThan(30);
});

describe('a chain that nobody has heard of yet', () => {
  test('starts with none of its hops unheard, and counts them in its id', () => {
    expect(readParameters({}, 0, 0).unheard).toBe(0);
    expect(passOnChainId('abc-1', 3)).toBe('abc-1~3');
    expect(readParameters({ chainId: 'abc-1~3', hop: 3, wakeAt: 5 }, 0, 0)).toEqual({
      parameters: { chainId: 'abc-1', hop: 3, wakeAt: 5 },
      unheard: 3,
    });
  });

  test('is one no more once it has beaten', () => {
    expect(passOnChainId('abc-1', undefined)).toBe('abc-1');
    expect(readParameters({ chainId: 'abc-1', hop: 3, wakeAt: 5 }, 0, 0).unheard).toBeUndefined();
  });
});
