import fc from 'fast-check';

import { DEFAULT_OPTIONS } from '../../src/sandbox/options';
import { SessionStorage } from '../../src/sandbox/session-storage';
import { VirtualClock } from '../../src/sandbox/virtual-clock';
import type { CommitOperation, StoreOperation } from '../../src/stores';
import { MemorySessions } from '../support/memory-sessions';
import { ENDPOINT_SECRET, StoreEndpoint } from '../support/store-endpoint';
import { failureOf, recordOf, START } from '../support/token-records';
import { inVirtualTime, sleepOn } from '../support/virtual-time';

const NAME = 'accessToken';
const READ: StoreOperation = { op: 'read', tokenName: NAME };
const COMMIT: CommitOperation = {
  op: 'commit',
  tokenName: NAME,
  owner: 'anna',
  ifVersion: 1,
  record: recordOf('second', START, { refresh_token: 'rotated' }),
};

afterEach(() => {
  jest.restoreAllMocks();
});

interface Latency {
  writes: 'key' | 'session';
  writeMs: number;
  readMs: number;
}

/** An Endpoint over the sandbox's storage, whose writes land late and as a whole; holds a token of version 1. */
async function lateEndpoint({ writes, writeMs, readMs }: Latency) {
  const clock = new VirtualClock(START);
  jest.spyOn(Date, 'now').mockImplementation(() => clock.now());
  const sleep = sleepOn(clock);
  const options = { ...DEFAULT_OPTIONS, sessionStorageWriteDelayMs: writeMs, sessionStorageWrites: writes };
  const storage = new SessionStorage(clock, options);
  const endpoint = new StoreEndpoint(async (userId, sessionId) => {
    if (readMs > 0) await sleep(readMs);
    return storage.get('endpoint', userId, sessionId);
  });
  const first = recordOf('first', START - 200_000, { refresh_token: 'original' });
  await inVirtualTime(clock, endpoint.operate({ ...COMMIT, ifVersion: 0, record: first }));
  await clock.advanceBy(1000);
  return { clock, endpoint, sleep };
}

const OTHERS: StoreOperation[] = [
  READ,
  { op: 'checkout', tokenName: NAME, owner: 'bert', leaseMs: 15_000, refreshPercent: 90 },
  { op: 'release', tokenName: NAME, owner: 'bert' },
  { op: 'release', tokenName: NAME, owner: 'bert', failure: failureOf(START) },
  { op: 'release', tokenName: NAME, owner: 'anna', failure: failureOf(START) },
  {
    op: 'beat',
    chainId: 'chain',
    hop: 1,
    owner: 'hop',
    leaseMs: 30_000,
    tokens: [{ tokenName: NAME, refreshPercent: 90 }],
  },
  { op: 'commit', tokenName: NAME, owner: 'bert', ifVersion: 0, record: recordOf('too late', START) },
];

describe('a committed record, with writes that land late and the last one winning', () => {
  test('survives everything else that goes on at the same time', async () => {
    const others = fc.array(fc.tuple(fc.constantFrom(...OTHERS), fc.nat(100)), { minLength: 1, maxLength: 8 });
    const latency = fc.record({
      writes: fc.constantFrom('key' as const, 'session' as const),
      writeMs: fc.constantFrom(0, 1, 20, 60),
      readMs: fc.constantFrom(0, 1, 20),
    });
    await fc.assert(
      fc.asyncProperty(latency, fc.nat(100), others, async (late, commitAt, racing) => {
        const { clock, endpoint, sleep } = await lateEndpoint(late);
        const after = async (ms: number, operation: StoreOperation) => {
          await sleep(ms);
          return endpoint.operate(operation);
        };
        const work = Promise.all([after(commitAt, COMMIT), ...racing.map(([operation, at]) => after(at, operation))]);
        const [committed] = await inVirtualTime(clock, work);
        expect(committed).toMatchObject({ status: 200, body: { version: 2 } });
        await clock.advanceBy(1000);
        const { body } = await inVirtualTime(clock, endpoint.operate(READ));
        expect(body).toMatchObject({
          record: { token: { access_token: 'second', refresh_token: 'rotated' }, version: 2 },
        });
      }),
      { numRuns: 300 },
    );
  });

  test.each([0, 5, 19, 21])('survives a checkout %d ms later that had read the older record', async (ms) => {
    const { clock, endpoint, sleep } = await lateEndpoint({ writes: 'session', writeMs: 20, readMs: 0 });
    const checkout = async () => {
      await sleep(ms);
      return endpoint.operate({
        op: 'checkout',
        tokenName: NAME,
        owner: 'bert',
        leaseMs: 15_000,
        refreshPercent: 90,
      });
    };
    const [, { body }] = await inVirtualTime(clock, Promise.all([endpoint.operate(COMMIT), checkout()]));
    const isLate = ms < 20;
    expect(body).toMatchObject({ record: { version: isLate ? 1 : 2 }, lease: isLate ? 'granted' : 'not_needed' });
    await clock.advanceBy(100);
    expect((await inVirtualTime(clock, endpoint.operate(READ))).body).toMatchObject({ record: { version: 2 } });
  });
});

test('record and lease lie in different sessions, and only top-level members are assigned', async () => {
  const assigned: string[] = [];
  const frozen = (value: unknown): unknown => {
    if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(frozen);
    return value;
  };
  const contents = new Map<string, Record<string, unknown>>();
  const endpoint = new StoreEndpoint(async (userId, sessionId) => {
    expect(userId).toBe('accessTokenStore');
    const session = contents.get(sessionId) ?? {};
    contents.set(sessionId, session);
    // What lies deeper down can't be changed: an attempt would throw.
    const copy = structuredClone(session);
    Object.values(copy).forEach(frozen);
    return new Proxy(copy, {
      set: (_, property, value: unknown) => {
        assigned.push(`${sessionId} ${String(property)}`);
        session[String(property)] = structuredClone(value);
        return true;
      },
    });
  });
  for (const operation of [...OTHERS, { ...COMMIT, ifVersion: 0 }] as StoreOperation[]) {
    expect((await endpoint.operate(operation)).status).toBeLessThan(500);
  }
  expect([...new Set(assigned)].sort()).toEqual([
    'chain chain',
    `lease:${NAME} failure`,
    `lease:${NAME} lease`,
    `record:${NAME} record`,
  ]);
});

describe('what is damaged in the storage counts as missing', () => {
  const odd = fc.oneof(
    fc.jsonValue(),
    fc.record(
      {
        token: fc.oneof(
          fc.jsonValue(),
          fc.record(
            { access_token: fc.jsonValue(), token_type: fc.jsonValue(), expires_in: fc.jsonValue() },
            { requiredKeys: [] },
          ),
        ),
        timestamp: fc.jsonValue(),
        version: fc.jsonValue(),
        failure: fc.jsonValue(),
        owner: fc.jsonValue(),
        until: fc.jsonValue(),
        chainId: fc.jsonValue(),
        ended: fc.jsonValue(),
      },
      { requiredKeys: [] },
    ),
  );

  test('records, leases, failures and chains of any shape: no throw, no 5xx, mended by the next commit', async () => {
    jest.spyOn(Date, 'now').mockReturnValue(START);
    await fc.assert(
      fc.asyncProperty(odd, odd, odd, odd, async (record, lease, failure, chain) => {
        const sessions = new MemorySessions();
        const endpoint = new StoreEndpoint(sessions.get);
        sessions.plant(`record:${NAME}`, 'record', record);
        sessions.plant(`lease:${NAME}`, 'lease', lease);
        sessions.plant('lease:second', 'failure', failure);
        sessions.plant('chain', 'chain', chain);
        expect(await endpoint.operate(READ)).toMatchObject({ status: 200, body: { record: null } });
        expect(await endpoint.operate({ op: 'read', tokenName: 'second' })).toMatchObject({ body: { record: null } });
        expect(await endpoint.store.accessToken()).toBeNull();
        const beat = await endpoint.operate({
          op: 'beat',
          chainId: 'chain',
          hop: 1,
          owner: 'hop',
          leaseMs: 30_000,
          tokens: [{ tokenName: NAME, refreshPercent: 90 }],
        });
        expect(beat).toMatchObject({
          status: 200,
          body: { continue: true, schedule: [{ tokenName: NAME, version: 0 }] },
        });
        expect(await endpoint.operate({ ...COMMIT, ifVersion: 0 })).toMatchObject({
          status: 200,
          body: { version: 1 },
        });
        expect(await endpoint.operate(READ)).toMatchObject({ body: { record: { version: 1 } } });
      }),
      { numRuns: 500 },
    );
  });

  test('and is spoken of without being shown', async () => {
    const sessions = new MemorySessions();
    const endpoint = new StoreEndpoint(sessions.get);
    sessions.plant(`record:${NAME}`, 'record', { token: { access_token: 'canary-access-token' } });
    await endpoint.operate(READ);
    expect(endpoint.logs).toEqual([
      '[access-token] The stored record of "accessToken" is damaged and will be replaced.',
    ]);
  });
});

describe('the current token for user code', () => {
  test('is there while it is valid, to the last millisecond', async () => {
    let now = START;
    jest.spyOn(Date, 'now').mockImplementation(() => now);
    const { store, operate } = bound(new StoreEndpoint(new MemorySessions().get));
    expect(await store.accessToken()).toBeNull();
    await operate({ ...COMMIT, ifVersion: 0 });
    await operate({ ...COMMIT, ifVersion: 0, tokenName: 'crm', record: recordOf('crm token', START) });
    now = START + 99_999;
    expect(await store.accessToken()).toBe('second');
    expect(await store.accessToken('crm')).toBe('crm token');
    expect(await store.accessToken('unknown')).toBeNull();
    now = START + 100_000;
    expect(await store.accessToken()).toBeNull();
  });

  function bound(endpoint: StoreEndpoint) {
    return { store: endpoint.store, operate: (operation: StoreOperation) => endpoint.operate(operation) };
  }
});

describe('initial tokens', () => {
  const initialTokens = {
    [NAME]: recordOf('initial', START),
    crm: { token: { access_token: 'crm', expires_in: '60' }, timestamp: START / 1000 },
  };

  test('are used until the first refresh is stored', async () => {
    jest.spyOn(Date, 'now').mockReturnValue(START);
    const sessions = new MemorySessions();
    const endpoint = new StoreEndpoint(sessions.get, { initialTokens });
    expect((await endpoint.operate(READ)).body).toEqual({
      record: { ...recordOf('initial', START), version: 0 },
      now: START,
    });
    expect(await endpoint.store.accessToken('crm')).toBe('crm');
    expect(sessions.dump()).toBe('[]');
    expect(await endpoint.operate({ ...COMMIT, ifVersion: 0 })).toMatchObject({ status: 200, body: { version: 1 } });
    expect(await endpoint.store.accessToken()).toBe('second');
    sessions.clear();
    expect(await endpoint.store.accessToken()).toBe('initial');
  });

  test('are refreshed when they are due, and carry a failure', async () => {
    jest.spyOn(Date, 'now').mockReturnValue(START + 95_000);
    const endpoint = new StoreEndpoint(new MemorySessions().get, { initialTokens });
    const checkout = { op: 'checkout', tokenName: NAME, owner: 'anna', leaseMs: 15_000, refreshPercent: 90 } as const;
    expect((await endpoint.operate(checkout)).body).toMatchObject({ record: { version: 0 }, lease: 'granted' });
    const failure = failureOf(START);
    await endpoint.operate({ op: 'release', tokenName: NAME, owner: 'anna', failure });
    expect((await endpoint.operate(READ)).body).toMatchObject({ record: { version: 0, failure } });
  });

  test('can be replaced by the classic update', async () => {
    jest.spyOn(Date, 'now').mockReturnValue(START);
    const endpoint = new StoreEndpoint(new MemorySessions().get, { initialTokens });
    const update = { endpointSecret: ENDPOINT_SECRET, ...recordOf('classic', START) };
    expect(await endpoint.post(update)).toMatchObject({ status: 200, body: { version: 1 } });
    expect(await endpoint.store.accessToken()).toBe('classic');
  });

  test('that are none are reported by name, at load', () => {
    const make = (value: unknown) => () =>
      new StoreEndpoint(new MemorySessions().get, { initialTokens: { crm: value } });
    expect(make({ token: { access_token: 'canary' } })).toThrow(
      'initialTokens["crm"]: "timestamp" is missing or wrong.',
    );
    expect(make(null)).toThrow('initialTokens["crm"]: "token" is missing or wrong.');
  });
});
