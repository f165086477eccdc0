import type { StoreOperation } from '../../src/stores';
import { MemorySessions } from '../support/memory-sessions';
import { ENDPOINT_SECRET, StoreEndpoint } from '../support/store-endpoint';
import { failureOf, recordOf, START } from '../support/token-records';
import { inVirtualTime } from '../support/virtual-time';
import { COMMIT, lateEndpoint, NAME, OTHERS, READ, testUnreliableStorage } from './support/unreliable-storage';

afterEach(() => {
  jest.restoreAllMocks();
});

testUnreliableStorage(0.1);

describe('a committed record, with writes that land late and the last one winning', () => {
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
  jest.spyOn(Date, 'now').mockReturnValue(START);
  const assigned: string[] = [];
  const frozen = (value: unknown): unknown => {
    if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(frozen);
    return value;
  };
  const contents = new Map<string, Record<string, unknown>>();
  const endpoint = new StoreEndpoint(async (userId, sessionId) => {
    expect(userId).toMatch(/^accessTokenStore(?:-[0-9a-f]{32})?$/);
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
    `record:${NAME} writtenAt`,
  ]);
});

test('a read opens two sessions, also while the token has never been leased; without a token it looks at the former users too', async () => {
  jest.spyOn(Date, 'now').mockReturnValue(START);
  const sessions = new MemorySessions();
  const opened: string[] = [];
  const endpoint = new StoreEndpoint(async (userId, sessionId) => {
    opened.push(`${userId === 'accessTokenStore' ? 'former' : 'own'} ${sessionId}`);
    return sessions.get(userId, sessionId);
  });
  const openedBy = async (operation: StoreOperation) => {
    opened.length = 0;
    await endpoint.operate(operation);
    return [...opened].sort();
  };
  const own = [`own lease:${NAME}`, `own record:${NAME}`];
  expect(await openedBy(READ)).toEqual([`former lease:${NAME}`, `former record:${NAME}`, ...own]);
  await endpoint.post({ endpointSecret: ENDPOINT_SECRET, ...recordOf('classic', START) });
  expect(await openedBy(READ)).toEqual(own);
});

describe('what is damaged in the storage counts as missing', () => {
  test('and is spoken of without being shown', async () => {
    const sessions = new MemorySessions();
    const endpoint = new StoreEndpoint(sessions.get);
    sessions.plant(`record:${NAME}`, 'record', { token: { access_token: 'canary-access-token' } });
    await endpoint.operate(READ);
    expect(endpoint.logs).toEqual([
      '[access-token] warn record_unreadable token=accessToken The stored record is damaged and will be replaced.',
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
    const failure = failureOf(START + 95_000);
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
