import fc from 'fast-check';

import { AccessTokenError } from '../../src/errors';
import { expiresAt, refreshAt } from '../../src/lifetime';
import type { RefreshFailure, TokenRecord } from '../../src/lifetime';
import { errorOfFailure, noteFailure } from '../../src/refresh';
import { recordOf, START } from '../support/token-records';

const outage = new AccessTokenError('token_endpoint_unavailable', 'down', { transient: true });
const refusal = new AccessTokenError('invalid_client', 'wrong secret');

/** The delays of one failure after the other, milliseconds, each try coming as soon as it is allowed. */
function delays(error: AccessTokenError, record: TokenRecord | null, random: number, count: number): number[] {
  let now = START;
  let previous: RefreshFailure | undefined;
  return Array.from({ length: count }, () => {
    previous = noteFailure({ error, previous, record, now, random });
    const delay = previous.retryAt - now;
    now = previous.retryAt;
    return delay;
  });
}

function recordWith(lifetimeSeconds: number): TokenRecord {
  return { ...recordOf('kept', START, { expires_in: lifetimeSeconds }), version: 1 };
}

describe('the delay until the next try', () => {
  test('of an outage without a token: doubles from 1 s to 10 s', () => {
    expect(delays(outage, null, 1, 7)).toEqual([1000, 2000, 4000, 8000, 10_000, 10_000, 10_000]);
  });

  test('of an outage with a long life left: doubles from 1 s to a minute', () => {
    expect(delays(outage, recordWith(86_400), 1, 9)).toEqual([
      1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000,
    ]);
  });

  test('of a refusal: doubles from 5 s to a minute where no token lives', () => {
    const expected = [5000, 10_000, 20_000, 40_000, 60_000, 60_000];
    expect(delays(refusal, null, 1, 6)).toEqual(expected);
  });

  test('of a token that had expired on arrival: doubles from 1 s to a minute', () => {
    const expired = new AccessTokenError('token_already_expired', 'expired');
    expect(delays(expired, null, 1, 8)).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]);
  });

  test('is a quarter of what is left of a living token at most', () => {
    const previous = { code: outage.code, at: START, attempts: 9, retryAt: START };
    const { retryAt } = noteFailure({ error: outage, previous, record: recordWith(40), now: START, random: 1 });
    expect(retryAt - START).toBe(10_000);
  });

  test('is spread downwards by chance, by a quarter at most', () => {
    expect(delays(outage, null, 0, 3)).toEqual([750, 1500, 3000]);
    expect(delays(outage, null, 0.5, 3)).toEqual([875, 1750, 3500]);
  });

  test('follows the server where it asks for more, up to an hour, and not where it asks for less', () => {
    const asking = (retryAt: number) =>
      new AccessTokenError('token_endpoint_unavailable', 'down', { transient: true, retryAt });
    const note = (error: AccessTokenError) =>
      noteFailure({ error, record: null, now: START, random: 1 }).retryAt - START;
    expect(note(asking(START + 30_000))).toBe(30_000);
    expect(note(asking(START + 10))).toBe(1000);
    expect(note(asking(START + 3_600_000))).toBe(3_600_000);
    expect(note(asking(START + 3_600_001))).toBe(3_600_000);
  });

  test('never stops growing into nonsense, however many failures there were', () => {
    const previous = { code: 'x', at: START, attempts: Number.MAX_SAFE_INTEGER - 1, retryAt: START };
    const failure = noteFailure({ error: outage, previous, record: null, now: START, random: 1 });
    expect(failure).toMatchObject({ retryAt: START + 10_000 });
  });

  test('is at least 750 ms and at most a minute, for any failure', () => {
    const any = fc.record({
      error: fc.constantFrom(outage, refusal),
      previous: fc.option(fc.record({ code: fc.string(), at: fc.nat(), attempts: fc.nat(), retryAt: fc.nat() }), {
        nil: undefined,
      }),
      record: fc.option(fc.integer({ min: -10, max: 100_000 }).map(recordWith)),
      now: fc.integer({ min: START - 1000, max: START + 200_000_000 }),
      random: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(any, (failed) => {
        const { at, attempts, retryAt, code } = noteFailure(failed);
        expect({ at, code }).toEqual({ at: failed.now, code: failed.error.code });
        expect(attempts).toBe((failed.previous?.attempts ?? 0) + 1);
        expect(retryAt - failed.now).toBeGreaterThanOrEqual(750);
        expect(retryAt - failed.now).toBeLessThanOrEqual(60_000);
      }),
    );
  });
});

test.each([
  ['https://login.example.com:8443/oauth2/token?key=secret', 'login.example.com:8443'],
  ['https://login.example.com', 'login.example.com'],
  ['https://login.example.com?key=secret', 'login.example.com'],
  ['http://[::1]:8080/token', '[::1]:8080'],
])('a failure says what was answered, and by whom: %s', (tokenUrl, host) => {
  const error = new AccessTokenError('invalid_client', 'The token endpoint answered invalid_client.', { status: 401 });
  const failure = noteFailure({ error, config: { tokenUrl }, record: null, now: START, random: 1 });
  expect(failure).toEqual({ code: 'invalid_client', at: START, attempts: 1, retryAt: START + 5000, message: error.message, status: 401, host });
});

describe('an outage from 88 % to 97 % of a lifetime', () => {
  const lifetimes = [60, 600, 3600];
  const chances = [0, 0.25, 0.5, 0.75, 1];

  test.each(lifetimes.flatMap((lifetime) => chances.map((random): [number, number] => [lifetime, random])))(
    'of %d s, with chance %d: the refresh comes after it and before expiry',
    (lifetime, random) => {
      const record = recordWith(lifetime);
      const outageEnd = START + lifetime * 970;
      let now = refreshAt(record, 90);
      let previous: RefreshFailure | undefined;
      let tries = 1;
      for (; now < outageEnd; tries += 1) {
        previous = noteFailure({ error: outage, previous, record, now, random });
        now = previous.retryAt;
      }
      expect(now).toBeGreaterThanOrEqual(outageEnd);
      expect(now).toBeLessThan(expiresAt(record));
      expect(tries).toBeGreaterThanOrEqual(4);
      expect(tries).toBeLessThan(30);
    },
  );
});

describe("the error of somebody else's failure", () => {
  test.each([
    [
      { attempts: 1, retryAt: START + 3000 },
      'The refresh failed once (invalid_client); the next try is allowed in 3 s.',
    ],
    [
      { attempts: 4, retryAt: START + 2001 },
      'The refresh failed 4 times (invalid_client); the next try is allowed in 3 s.',
    ],
    [{ attempts: 2, retryAt: START }, 'The refresh failed 2 times (invalid_client); the next try is allowed in 1 s.'],
  ])('%j', (members, message) => {
    const error = errorOfFailure({ code: 'invalid_client', at: START, ...members }, START);
    expect(error).toMatchObject({ code: 'invalid_client', message, transient: true, retryAt: members.retryAt });
  });

  test('an unknown code from the store is not taken over', () => {
    const error = errorOfFailure(
      { code: `made up ${'x'.repeat(500)}`, at: START, attempts: 1, retryAt: START + 1 },
      START,
    );
    expect(error.code).toBe('unexpected_error');
    expect(error.message.length).toBeLessThan(150);
  });
});
