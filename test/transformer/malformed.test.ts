import type { StoreOperation } from '../../src/stores';
import { MemorySessions } from '../support/memory-sessions';
import { BEAT, CHECKOUT, COMMIT, READ, RELEASE } from '../support/operations';
import { ENDPOINT_SECRET, StoreEndpoint } from '../support/store-endpoint';
import { failureOf, START, tokenOf } from '../support/token-records';

const SECONDS = START / 1000;
const NAME = 'accessToken';

let sessions: MemorySessions;
let endpoint: StoreEndpoint;

beforeEach(() => {
  jest.spyOn(Date, 'now').mockReturnValue(START);
  sessions = new MemorySessions();
  endpoint = new StoreEndpoint(sessions.get);
});

afterEach(() => {
  jest.restoreAllMocks();
});

/** What the Endpoint answers: the status and the body, and that the Flow does not run. */
async function answerTo(operation: object): Promise<[number | undefined, unknown]> {
  const { status, body, returned } = await endpoint.operate(operation as StoreOperation);
  expect(returned).toBeNull();
  return [status, body];
}

describe('a malformed operation: 400 with the field', () => {
  const without = (operation: object, member: string) =>
    Object.fromEntries(Object.entries(operation).filter(([name]) => name !== member));
  const deep = Array.from({ length: 12 }).reduce((inner) => ({ inner }), 1);
  const longId = 'x'.repeat(201);
  const withToken = (token: unknown) => ({ ...COMMIT, record: { token, timestamp: SECONDS } });

  const cases: [field: string, operation: unknown][] = [
    ['tokenStore', null],
    ['tokenStore', 'read'],
    ['tokenStore', [READ]],
    ['op', {}],
    ['op', { ...READ, op: 'destroy' }],
    ['op', { ...READ, op: 'update' }],
    ['op', { ...READ, op: ['read'] }],
    ['chain', { ...READ, chain: 'yes' }],
    ...[READ, CHECKOUT, COMMIT, RELEASE].flatMap((operation): [string, unknown][] => [
      ['tokenName', without(operation, 'tokenName')],
      ['tokenName', { ...operation, tokenName: '' }],
      ['tokenName', { ...operation, tokenName: 'x'.repeat(201) }],
      ['tokenName', { ...operation, tokenName: 'a\u0007b' }],
      ['tokenName', { ...operation, tokenName: 7 }],
    ]),
    ...[CHECKOUT, COMMIT, RELEASE, BEAT].flatMap((operation): [string, unknown][] => [
      ['owner', without(operation, 'owner')],
      ['owner', { ...operation, owner: '' }],
      ['owner', { ...operation, owner: longId }],
      ['owner', { ...operation, owner: { toString: 'anna' } }],
    ]),
    ...[CHECKOUT, BEAT].flatMap((operation): [string, unknown][] => [
      ['leaseMs', without(operation, 'leaseMs')],
      ['leaseMs', { ...operation, leaseMs: 0 }],
      ['leaseMs', { ...operation, leaseMs: -1 }],
      ['leaseMs', { ...operation, leaseMs: 600_001 }],
      ['leaseMs', { ...operation, leaseMs: '15000' }],
    ]),
    ['refreshPercent', without(CHECKOUT, 'refreshPercent')],
    ['refreshPercent', { ...CHECKOUT, refreshPercent: 0 }],
    ['refreshPercent', { ...CHECKOUT, refreshPercent: 0.99 }],
    ['refreshPercent', { ...CHECKOUT, refreshPercent: 100 }],
    ['refreshPercent', { ...CHECKOUT, refreshPercent: 99.01 }],
    ['refreshPercent', { ...CHECKOUT, refreshPercent: '90' }],
    ['rejected', { ...CHECKOUT, rejected: 12345678 }],
    ['rejected', { ...CHECKOUT, rejected: null }],
    ['ifVersion', without(COMMIT, 'ifVersion')],
    ['ifVersion', { ...COMMIT, ifVersion: -1 }],
    ['ifVersion', { ...COMMIT, ifVersion: 0.5 }],
    ['ifVersion', { ...COMMIT, ifVersion: '0' }],
    ['ifVersion', { ...COMMIT, ifVersion: 2 ** 53 }],
    ['record', without(COMMIT, 'record')],
    ['record', { ...COMMIT, record: 'token' }],
    ['record.token', { ...COMMIT, record: { timestamp: SECONDS } }],
    ['record.token', withToken([])],
    ['record.token', withToken({ ...tokenOf('deep'), deep })],
    ['record.token', withToken({ ...tokenOf('long'), text: 'x'.repeat(50_000) })],
    ['record.token.access_token', withToken({ expires_in: 5 })],
    ['record.token.access_token', withToken({ ...tokenOf('x'), access_token: '' })],
    ['record.token.access_token', withToken({ ...tokenOf('x'), access_token: 5 })],
    ['record.token.refresh_token', withToken({ ...tokenOf('x'), refresh_token: 5 })],
    ['record.token.token_type', withToken({ ...tokenOf('x'), token_type: 7 })],
    ['record.token.expires_in', withToken({ access_token: 'opaque' })],
    ['record.token.expires_in', withToken({ ...tokenOf('x'), expires_in: 'soon' })],
    ['record.timestamp', { ...COMMIT, record: { token: tokenOf('x') } }],
    ['record.timestamp', { ...COMMIT, record: { token: tokenOf('x'), timestamp: String(SECONDS) } }],
    ['record.timestamp', { ...COMMIT, record: { token: tokenOf('x'), timestamp: START } }],
    ['record.timestamp', { ...COMMIT, record: { token: tokenOf('x'), timestamp: -1 } }],
    ['failure', { ...RELEASE, failure: 'broken' }],
    ['failure', { ...RELEASE, failure: { ...failureOf(START), retryAt: 'soon' } }],
    ['failure', { ...RELEASE, failure: { code: 'x', at: START, attempts: 1 } }],
    ['failure.code', { ...RELEASE, failure: { ...failureOf(START), code: longId } }],
    ['failure.message', { ...RELEASE, failure: { ...failureOf(START), message: ['words'] } }],
    ['failure.host', { ...RELEASE, failure: { ...failureOf(START), host: 7 } }],
    ['failure.status', { ...RELEASE, failure: { ...failureOf(START), status: '503' } }],
    ['failure.status', { ...RELEASE, failure: { ...failureOf(START), status: 1e9 } }],
    ['chainId', without(BEAT, 'chainId')],
    ['chainId', { ...BEAT, chainId: '' }],
    ['chainId', { ...BEAT, chainId: longId }],
    ['hop', without(BEAT, 'hop')],
    ['hop', { ...BEAT, hop: -1 }],
    ['hop', { ...BEAT, hop: 1.5 }],
    ['hop', { ...BEAT, hop: '1' }],
    ['tokens', without(BEAT, 'tokens')],
    ['tokens', { ...BEAT, tokens: {} }],
    ['tokens', { ...BEAT, tokens: Array.from({ length: 10_001 }, () => BEAT.tokens[0]) }],
    ['tokens[0]', { ...BEAT, tokens: [null] }],
    ['tokens[1].tokenName', { ...BEAT, tokens: [BEAT.tokens[0], { refreshPercent: 90 }] }],
    ['tokens[0].refreshPercent', { ...BEAT, tokens: [{ tokenName: NAME }] }],
    ['tokens[0].refreshPercent', { ...BEAT, tokens: [{ tokenName: NAME, refreshPercent: 100 }] }],
  ];

  test.each(cases.map(([field, operation], index): [number, string, unknown] => [index, field, operation]))(
    '%d: %s',
    async (_, field, operation) => {
      await endpoint.operate(COMMIT);
      const stored = sessions.dump();
      expect(await endpoint.post({ endpointSecret: ENDPOINT_SECRET, tokenStore: operation })).toEqual({
        status: 400,
        body: { error: 'invalid_request', field },
        headers: { 'cache-control': 'no-store' },
        returned: null,
      });
      expect(sessions.dump()).toBe(stored);
    },
  );

  const update = { endpointSecret: ENDPOINT_SECRET, token: tokenOf('classic'), timestamp: SECONDS };
  test.each<[string, object]>([
    ['token', { endpointSecret: ENDPOINT_SECRET }],
    ['token', { ...update, token: 'classic' }],
    ['token.access_token', { ...update, token: { expires_in: 5 } }],
    ['token.expires_in', { ...update, token: { access_token: 'opaque' } }],
    ['timestamp', { ...update, timestamp: undefined }],
    ['timestamp', { ...update, timestamp: START }],
    ['tokenName', { ...update, tokenName: '' }],
    ['tokenName', { ...update, tokenName: null }],
  ])('the classic update: %s', async (field, body) => {
    expect(await endpoint.post(body)).toMatchObject({
      status: 400,
      body: { error: 'invalid_request', field },
      returned: null,
    });
    expect(sessions.dump()).toBe('[]');
  });

  test('a null failure is none', async () => {
    expect(await answerTo({ ...RELEASE, failure: null })).toEqual([200, {}]);
  });

  test('limits themselves are inside', async () => {
    const longest = { owner: 'x'.repeat(200), tokenName: 'x'.repeat(200), leaseMs: 600_000, refreshPercent: 99 };
    expect(await answerTo({ ...CHECKOUT, ...longest })).toMatchObject([200, { lease: 'granted' }]);
    expect(await answerTo({ ...CHECKOUT, refreshPercent: 1, leaseMs: 1 })).toMatchObject([200, { lease: 'granted' }]);
  });
});
