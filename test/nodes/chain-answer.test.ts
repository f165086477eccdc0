import { USUAL_SHAPE } from '../support/token-endpoint';
import fc from 'fast-check';

import { AccessTokenError } from '../../src/errors';
import { asksForTime, chainAnswer, readHeartbeat } from '../../src/nodes/chain-answer';
import type { KeptToken } from '../../src/nodes/keep-token';
import { isScheduleEntry } from '../../src/stores/protocol/wire';
import { recordOf, START } from '../support/token-records';

const HEARTBEAT = { chainId: 'chain-1', hop: 3, owner: 'chain-1/3/abc', beatWithinMs: 990_000 };

function inputWith(changes: object): { data: unknown } {
  return { data: { accessTokenChain: { ...HEARTBEAT, ...changes } } };
}

describe('readHeartbeat', () => {
  test('finds the chain\'s, and nothing else that is sent along', () => {
    expect(readHeartbeat(inputWith({ more: 'x', __proto__: { hop: 9 } }))).toEqual(HEARTBEAT);
  });

  test.each<[string, { data?: unknown } | undefined]>([
    ['no input', undefined],
    ['no data', {}],
    ['empty data', { data: null }],
    ['data that is text', { data: 'accessTokenChain' }],
    ['data of another kind', { data: { _cognigy: {} } }],
    ['a switch', { data: { accessTokenChain: true } }],
    ['nothing under the name', { data: { accessTokenChain: null } }],
  ])('is none in %s', (_, input) => {
    expect(readHeartbeat(input)).toBeUndefined();
  });

  // Anybody who may write to the Endpoint may send one: the store must not keep what it would refuse from a Function.
  test.each<[string, object]>([
    ['no chain', { chainId: undefined }],
    ['an empty chain id', { chainId: '' }],
    ['a chain id of 201 characters', { chainId: 'x'.repeat(201) }],
    ['a chain id that is a number', { chainId: 5 }],
    ['an owner of 201 characters', { owner: 'x'.repeat(201) }],
    ['half a hop', { hop: 0.5 }],
    ['a hop before the first', { hop: -1 }],
    ['an endless hop', { hop: Infinity }],
    ['a hop that is text', { hop: '3' }],
    ['no time', { beatWithinMs: 0 }],
    ['a time that has passed', { beatWithinMs: -1 }],
    ['no end of time', { beatWithinMs: Infinity }],
    ['more than two days', { beatWithinMs: 2 * 86_400_000 + 1 }],
    ['no number', { beatWithinMs: NaN }],
  ])('is none with %s', (_, changes) => {
    expect(readHeartbeat(inputWith(changes))).toBeUndefined();
  });

  test('whatever comes in, it is a whole heartbeat or none', () => {
    const any = fc.anything();
    const sent = fc.record({ chainId: any, hop: any, owner: any, beatWithinMs: any }, { requiredKeys: [] });
    const data = fc.oneof(any, fc.record({ accessTokenChain: fc.oneof(any, sent) }));
    fc.assert(
      fc.property(data, (value) => {
        const heartbeat = readHeartbeat({ data: value });
        if (heartbeat !== undefined) expect(Object.keys(heartbeat)).toEqual(['chainId', 'hop', 'owner', 'beatWithinMs', 'first']);
      }),
    );
  });
});

describe('chainAnswer', () => {
  const record = { ...recordOf('canary-token', START - 10_000), version: 4 };
  const kept: KeptToken = {
    handedOut: { record, source: 'store', refreshed: false, stale: false, now: START },
    refreshPercent: 75,
    shape: USUAL_SHAPE,
  };

  test('says when the token is due and when it ends', () => {
    expect(chainAnswer(kept, { tokenName: 'crm' }, true, START)).toEqual({
      continue: true,
      schedule: [{ tokenName: 'crm', refreshAt: START + 65_000, expiresAt: START + 90_000, version: 4 }],
    });
  });

  test('says by which clock its times go, to a Function that asks', () => {
    expect(asksForTime({ data: { accessTokenChain: { now: START } } })).toBe(true);
    expect(asksForTime({ data: { accessTokenChain: {} } })).toBe(false);
    expect(chainAnswer(kept, {}, true, START + 5, true)).toHaveProperty('now', START);
    expect(chainAnswer(kept, {}, true, START + 5)).not.toHaveProperty('now');
  });

  test('names the default token where the node names none', () => {
    for (const config of [{}, { tokenName: null }, { tokenName: 5 as unknown as string }]) {
      expect(chainAnswer(kept, config, true, START).schedule).toMatchObject([{ tokenName: 'accessToken' }]);
    }
  });

  test('a valid token that could not be refreshed comes with the reason, and when it is tried again', () => {
    const retryAt = START + 7000;
    const warning = new AccessTokenError('token_endpoint_unavailable', 'down', { transient: true, retryAt });
    const stale = { ...kept, handedOut: { ...kept.handedOut, stale: true, warning } };
    const failure = { code: 'token_endpoint_unavailable', at: START, attempts: 1, retryAt };
    expect(chainAnswer(stale, {}, true, START).schedule).toMatchObject([{ version: 4, failure }]);
  });

  test.each<[string, AccessTokenError, number]>([
    ['when the error says', new AccessTokenError('invalid_client', 'no', { retryAt: START + 1234 }), 1234],
    ['soon, where it may pass', new AccessTokenError('store_unreachable', 'no', { transient: true }), 5000],
    ['in a minute, where somebody has to act', new AccessTokenError('connection_missing', 'no'), 60_000],
  ])('without a token the chain comes back %s', (_, error, pauseMs) => {
    const failure = { code: error.code, at: START, attempts: 1, retryAt: START + pauseMs };
    expect(chainAnswer(error, { tokenName: 'crm' }, true, START)).toEqual({
      continue: true,
      schedule: [{ tokenName: 'crm', refreshAt: 0, expiresAt: 0, version: 0, failure }],
    });
  });

  test('an older chain is told to end, with a token and without', () => {
    const outcomes = [kept, new AccessTokenError('token_endpoint_unavailable', 'down', { transient: true })];
    for (const outcome of outcomes) expect(chainAnswer(outcome, {}, false, START).continue).toBe(false);
  });

  test('survives JSON as a schedule that the chain takes, and shows no token', () => {
    const lifetimes = fc.double({ min: -1e9, max: 1e12, noNaN: true });
    fc.assert(
      fc.property(lifetimes, fc.double({ min: 1, max: 99, noNaN: true }), fc.boolean(), (expires_in, refreshPercent, fails) => {
        const token = { ...record, token: { ...record.token, expires_in } };
        const outcome = { handedOut: { ...kept.handedOut, record: token }, refreshPercent, shape: USUAL_SHAPE };
        const error = new AccessTokenError('store_timeout', 'late', { transient: true });
        const answer = JSON.stringify(chainAnswer(fails ? error : outcome, {}, true, START));
        expect(answer).not.toContain('canary');
        const { schedule } = JSON.parse(answer) as { schedule: unknown[] };
        expect(schedule.every(isScheduleEntry)).toBe(true);
      }),
    );
  });
});

describe('a node that knows the Function', () => {
  const config = { cognigyApiConnection: { apiUrl: 'https://api.example.com', apiKey: 'key', functionId: '\u200bours ' } };

  test.each([
    ['the same', 'ours', HEARTBEAT],
    ['another', 'theirs', undefined],
    ['none', undefined, undefined],
  ])('takes a heartbeat with %s id so: %#', (_, functionId, heartbeat) => {
    expect(readHeartbeat(inputWith({ functionId }), config)).toEqual(heartbeat);
  });
});
