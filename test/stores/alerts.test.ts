import fc from 'fast-check';

import { decideAlerts } from '../../src/stores/engine/alerts';
import type { AlertedToken, Told } from '../../src/stores/engine/alerts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const START = 1_700_000_000_000;

/** A token of an hour that became due six minutes before its end. */
function token(members: Partial<AlertedToken> = {}): AlertedToken {
  return { tokenName: 'crm', refreshAt: START, expiresAt: START + 6 * MINUTE_MS, version: 1, isDue: true, ...members };
}

function failing(code: string, attempts: number, members: Partial<AlertedToken> = {}): AlertedToken {
  return token({ failure: { code, attempts, at: START + 1000, retryAt: START + 5000 }, ...members });
}

const WELL = token({ isDue: false, refreshAt: START + 10 * HOUR_MS, expiresAt: START + 11 * HOUR_MS });

test.each([
  ['a server that refuses once', failing('invalid_client', 1), 0, false],
  ['a server that refuses twice', failing('invalid_client', 2), 0, true],
  ['an outage, with most of the time left', failing('token_endpoint_unavailable', 5), 3 * MINUTE_MS - 1, false],
  ['an outage, with half of the time left', failing('token_endpoint_unavailable', 5), 3 * MINUTE_MS, true],
  ['an outage that has just begun when the token ends', failing('token_endpoint_unreachable', 1), 6 * MINUTE_MS, false],
  ['a first token that can\'t be had', failing('token_endpoint_unreachable', 2, { refreshAt: 0, expiresAt: 0 }), 0, true],
  ['a token that is due and was not tried', token(), 5 * MINUTE_MS, false],
])('%s', (_, entry, afterMs, isTold) => {
  expect(decideAlerts(undefined, [entry], START + afterMs).alerts).toHaveLength(isTold ? 1 : 0);
});

test('a token whose settings were changed is well again only once it is refreshed', () => {
  const { told } = decideAlerts([], [failing('invalid_client', 2)], START);
  // With the other settings, the failure counts no more.
  expect(decideAlerts(told, [token()], START + HOUR_MS).alerts).toEqual([]);
  const { alerts } = decideAlerts(told, [WELL], START + HOUR_MS);
  expect(alerts).toEqual([{ tokenName: 'crm', code: 'recovered', since: START + 1000, expiresAt: WELL.expiresAt, isOver: true }]);
});

test.each([
  ['no list', { crm: true }],
  ['others', [null, 7, { tokenName: 'crm' }, { tokenName: 'crm', since: START, at: 'now', times: 1 }]],
  ['one from the future', [{ tokenName: 'crm', since: START, at: START + HOUR_MS, times: 1 }]],
])('what lies there and is damaged counts for nothing: %s', (_, stored) => {
  expect(decideAlerts(stored, [failing('invalid_client', 2)], START).alerts).toHaveLength(1);
});

test('whatever happens: no trouble is told twice within an hour, an end only after a beginning, and nothing is kept for ever', () => {
  const beat = fc.record({ waitMs: fc.integer({ min: 0, max: 50 * MINUTE_MS }), states: fc.array(fc.constantFrom('well', 'refused', 'down', 'due'), { minLength: 3, maxLength: 3 }) });
  const seen = { error: 0, info: 0 };
  fc.assert(
    fc.property(fc.array(beat, { maxLength: 60 }), (beats) => {
      let now = START;
      let told: Told[] = [];
      const last = new Map<string, { at: number; isOver: boolean }>();
      for (const { waitMs, states } of beats) {
        now += waitMs;
        const tokens = states.map((state, index) => {
          const tokenName = `token-${index}`;
          if (state === 'well') return { ...WELL, tokenName };
          if (state === 'due') return token({ tokenName });
          return failing(state === 'down' ? 'token_endpoint_unavailable' : 'invalid_grant', 3, { tokenName });
        });
        const decided = decideAlerts(told, tokens, now);
        for (const { tokenName, isOver = false } of decided.alerts) {
          const before = last.get(tokenName);
          if (isOver) expect(before?.isOver).toBe(false);
          else expect(now - (before?.at ?? -Infinity)).toBeGreaterThanOrEqual(HOUR_MS);
          last.set(tokenName, { at: isOver ? (before?.at ?? NaN) : now, isOver });
          seen[isOver ? 'info' : 'error'] += 1;
        }
        told = decided.told;
      }
      expect(decideAlerts(told, [], now + 3 * 24 * HOUR_MS).told).toEqual([]);
    }),
    { numRuns: 100 },
  );
  expect(seen.error).toBeGreaterThan(100);
  expect(seen.info).toBeGreaterThan(100);
});
