import type { StoreOperation } from '../../src/stores';
import { MemorySessions } from '../support/memory-sessions';
import { BEAT, CHECKOUT, COMMIT, READ, RELEASE } from '../support/operations';
import { ENDPOINT_SECRET, StoreEndpoint } from '../support/store-endpoint';
import { failureOf, fingerprint, recordOf, START, tokenOf } from '../support/token-records';

const SECONDS = START / 1000;
const NAME = 'accessToken';

let now: number;
let sessions: MemorySessions;
let endpoint: StoreEndpoint;

beforeEach(() => {
  now = START;
  jest.spyOn(Date, 'now').mockImplementation(() => now);
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

describe('the table of operations', () => {
  test('the classic update replaces the token', async () => {
    const body = {
      token: { access_token: 'classic', token_type: 'bearer', expires_in: 60 },
      timestamp: SECONDS,
      endpointSecret: ENDPOINT_SECRET,
    };
    expect(await endpoint.post(body)).toEqual({
      status: 200,
      body: { version: 1 },
      headers: { 'cache-control': 'no-store' },
      returned: null,
    });
    expect(await answerTo(READ)).toEqual([
      200,
      { record: { token: body.token, timestamp: SECONDS, version: 1 }, now },
    ]);
    expect(await endpoint.post({ ...body, token: { ...body.token, access_token: 'next' } })).toMatchObject({
      body: { version: 2 },
    });
    await endpoint.post({ ...body, tokenName: 'crm' });
    expect(await answerTo({ ...READ, tokenName: 'crm' })).toMatchObject([200, { record: { version: 1 } }]);
    expect(await answerTo(READ)).toMatchObject([200, { record: { token: { access_token: 'next' }, version: 2 } }]);
  });

  test('read', async () => {
    expect(await answerTo(READ)).toEqual([200, { record: null, now }]);
    await answerTo(COMMIT);
    expect(await answerTo(READ)).toEqual([200, { record: { ...COMMIT.record, version: 1 }, now }]);
  });

  test('read with the chain tells of it and changes nothing', async () => {
    const operation = { ...READ, chain: true };
    expect(await answerTo(operation)).toEqual([200, { record: null, chain: null, now }]);
    await answerTo({ ...BEAT, chainId: 'older' });
    await answerTo({ ...BEAT, beatWithinMs: 60_000 });
    const stored = sessions.dump();
    now += 5000;
    const chain = { chainId: BEAT.chainId, hop: BEAT.hop, at: START, dueBy: START + 60_000 };
    expect(await answerTo(operation)).toEqual([200, { record: null, chain, now }]);
    expect(await answerTo({ ...READ, chain: false })).toEqual([200, { record: null, now }]);
    expect(sessions.dump()).toBe(stored);
  });

  test('read shows a failure beside a missing record and within a present one', async () => {
    const failure = failureOf(now);
    await answerTo({ ...RELEASE, failure });
    expect(await answerTo(READ)).toEqual([200, { record: null, failure, now }]);
    await answerTo(COMMIT);
    await answerTo({ ...RELEASE, failure });
    expect(await answerTo(READ)).toEqual([200, { record: { ...COMMIT.record, version: 1, failure }, now }]);
  });

  test('checkout: granted, held, not needed', async () => {
    expect(await answerTo(CHECKOUT)).toEqual([200, { record: null, lease: 'granted', now }]);
    expect(await answerTo({ ...CHECKOUT, owner: 'bert' })).toEqual([200, { record: null, lease: 'held', now }]);
    await answerTo(COMMIT);
    const record = { ...COMMIT.record, version: 1 };
    expect(await answerTo(CHECKOUT)).toEqual([200, { record, lease: 'not_needed', now }]);
    const rejected = fingerprint('one');
    expect(await answerTo({ ...CHECKOUT, rejected })).toEqual([200, { record, lease: 'granted', now }]);
  });

  test('commit: written, or a conflict that changes nothing', async () => {
    expect(await answerTo(COMMIT)).toEqual([200, { version: 1 }]);
    const stored = sessions.dump();
    const conflict = { error: 'version_conflict', record: { ...COMMIT.record, version: 1 } };
    expect(await answerTo({ ...COMMIT, record: recordOf('two', START) })).toEqual([409, conflict]);
    expect(sessions.dump()).toBe(stored);
    expect(await answerTo({ ...COMMIT, ifVersion: 1 })).toEqual([200, { version: 2 }]);
  });

  test('a commit by somebody without the lease leaves the lease alone', async () => {
    await answerTo(CHECKOUT);
    await answerTo({ ...COMMIT, owner: 'bert' });
    expect(await answerTo({ ...CHECKOUT, owner: 'carl', rejected: fingerprint('one') })).toMatchObject([
      200,
      { lease: 'held' },
    ]);
  });

  test('release: the lease is free, the failure is kept', async () => {
    await answerTo(CHECKOUT);
    const failure = failureOf(now);
    expect(await answerTo({ ...RELEASE, failure })).toEqual([200, {}]);
    expect(await answerTo({ ...CHECKOUT, owner: 'bert' })).toEqual([
      200,
      { record: null, failure, lease: 'granted', now },
    ]);
  });

  test('a release without a failure leaves the failure alone', async () => {
    const failure = failureOf(now);
    await answerTo({ ...RELEASE, failure });
    expect(await answerTo(RELEASE)).toEqual([200, {}]);
    expect(await answerTo(READ)).toMatchObject([200, { failure }]);
  });

  test("a failure noted by somebody without the lease leaves the owner's lease alone", async () => {
    await answerTo(CHECKOUT);
    await answerTo({ ...RELEASE, owner: 'bert', failure: failureOf(now) });
    expect(await answerTo({ ...CHECKOUT, owner: 'carl' })).toMatchObject([200, { lease: 'held' }]);
  });

  test('beat', async () => {
    const missing = { tokenName: NAME, refreshAt: 0, expiresAt: 0, version: 0 };
    expect(await answerTo(BEAT)).toEqual([
      200,
      { continue: true, schedule: [missing], granted: { tokenName: NAME, record: null }, now },
    ]);
    await answerTo({ ...COMMIT, owner: 'hop 1' });
    const kept = { tokenName: NAME, refreshAt: START + 90_000, expiresAt: START + 100_000, version: 1 };
    expect(await answerTo({ ...BEAT, hop: 2, owner: 'hop 2' })).toEqual([
      200,
      { continue: true, schedule: [kept], granted: null, now },
    ]);
    now = START + 90_000;
    expect(await answerTo({ ...BEAT, hop: 3, owner: 'hop 3' })).toEqual([
      200,
      {
        continue: true,
        schedule: [kept],
        granted: { tokenName: NAME, record: { ...COMMIT.record, version: 1 } },
        now,
      },
    ]);
    const failure = failureOf(now);
    await answerTo({ ...RELEASE, owner: 'hop 3', failure });
    expect(await answerTo({ ...BEAT, hop: 4, owner: 'hop 4' })).toEqual([
      200,
      { continue: true, schedule: [{ ...kept, failure }], granted: null, now },
    ]);
    expect(await answerTo({ ...BEAT, chainId: 'newer', hop: 0 })).toMatchObject([200, { continue: true }]);
    expect(await answerTo({ ...BEAT, hop: 5, owner: 'hop 5' })).toEqual([
      200,
      { continue: false, schedule: [], granted: null, now },
    ]);
  });
});

describe('a wrong or missing secret', () => {
  const update = { token: tokenOf('forged'), timestamp: SECONDS, tokenName: NAME };
  const bodies: [string, object][] = [
    ['the classic update', update],
    ...[READ, CHECKOUT, COMMIT, RELEASE, BEAT].map((tokenStore): [string, object] => [tokenStore.op, { tokenStore }]),
    ['a malformed operation', { tokenStore: { op: 'destroy' } }],
  ];

  describe.each(bodies)('%s', (_, body) => {
    test.each([
      ['missing', {}],
      ['wrong', { endpointSecret: `${ENDPOINT_SECRET}x` }],
      ['one character short', { endpointSecret: ENDPOINT_SECRET.slice(0, -1) }],
      ['empty', { endpointSecret: '' }],
      ['null', { endpointSecret: null }],
      ['a list', { endpointSecret: [ENDPOINT_SECRET] }],
      ['true', { endpointSecret: true }],
    ])('%s: 401, nothing changes, the Flow does not run', async (__, secret) => {
      await endpoint.operate(COMMIT);
      await endpoint.operate({ ...CHECKOUT, tokenName: 'leased' });
      const stored = sessions.dump();
      expect(await endpoint.post({ ...body, ...secret })).toEqual({
        status: 401,
        body: { error: 'invalid_endpoint_secret' },
        headers: { 'cache-control': 'no-store' },
        returned: null,
      });
      expect(sessions.dump()).toBe(stored);
      expect(endpoint.logs.join()).not.toContain(ENDPOINT_SECRET);
    });
  });

  test('an empty secret in the configuration opens nothing', async () => {
    const open = new StoreEndpoint(sessions.get, { endpointSecret: '' });
    expect(await open.post({ endpointSecret: '', tokenStore: READ })).toMatchObject({ status: 401 });
    expect(await open.post({ tokenStore: READ })).toMatchObject({ status: 401 });
  });
});

describe('a storage that fails', () => {
  test('is a 503 without the reason, which may quote what was stored', async () => {
    sessions.failure = new RangeError('canary-stored-token');
    const answer = await endpoint.operate(READ);
    expect(answer).toMatchObject({ status: 503, body: { error: 'store_unavailable' }, returned: null });
    expect(endpoint.logs).toEqual(['[access-token] error store_unavailable operation=read The session storage failed (RangeError).']);
  });
});
