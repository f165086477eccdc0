import type { Redis } from 'ioredis';

import type { TokenStore } from '../../src/stores';
import type { CheckoutRequest } from '../../src/stores/token-store';
import { describeWithRedis, RedisServer } from '../support/redis-server';
import { closeRedisStores, openRedisStore } from '../support/redis-stores';
import type { RedisStoreSettings } from '../support/redis-stores';
import { failureOf, recordOf, tokenOf } from '../support/token-records';
import { thrownBy } from '../support/thrown-by';

const NAME = 'accessToken';
const KEY = 'test:token:accessToken';
const LEASE_MS = 15_000;
const WEEK_MS = 7 * 24 * 3600 * 1000;

describeWithRedis('what lies in Redis', () => {
  let server: RedisServer;
  let inspector: Redis;

  beforeAll(async () => {
    server = await RedisServer.start();
    inspector = server.client();
  });
  beforeEach(() => inspector.flushall());
  afterEach(closeRedisStores);
  afterAll(() => server.close());

  /** By its stores' clocks no time passes, however slow the machine is. */
  const start = Date.now();

  function open(settings: Partial<RedisStoreSettings> = {}): TokenStore {
    return openRedisStore({ url: server.url, now: () => start, ...settings });
  }

  function request(owner: string, members: Partial<CheckoutRequest> = {}): CheckoutRequest {
    return { tokenName: NAME, owner, leaseMs: LEASE_MS, refreshPercent: 90, ...members };
  }

  function fresh(access_token: string, members = {}) {
    return recordOf(access_token, start, members);
  }

  describe('atomicity', () => {
    test('of 200 checkouts at the same moment, over 20 connections, exactly one is granted', async () => {
      const stores = Array.from({ length: 20 }, () => open());
      await Promise.all(stores.map((store) => store.read(NAME)));
      const checkouts = await Promise.all(
        stores.flatMap((store, connection) =>
          Array.from({ length: 10 }, (_, index) => store.checkout(request(`owner ${connection} ${index}`))),
        ),
      );
      expect(checkouts).toHaveLength(200);
      expect(checkouts.filter(({ lease }) => lease === 'granted')).toHaveLength(1);
      expect(checkouts.filter(({ lease }) => lease === 'held')).toHaveLength(199);
    });

    test('of 200 commits of the same version, over 20 connections, exactly one is let through', async () => {
      const stores = Array.from({ length: 20 }, () => open());
      const results = await Promise.all(
        stores.flatMap((store, connection) =>
          Array.from({ length: 10 }, (_, index) => {
            const owner = `owner ${connection} ${index}`;
            return store.commit({ tokenName: NAME, owner, ifVersion: 0, record: fresh(owner) });
          }),
        ),
      );
      expect(results.filter(({ status }) => status === 'committed')).toEqual([{ status: 'committed', version: 1 }]);
    });

    test('an owner whose lease ran out cannot commit over the newer token, nor free the newer lease', async () => {
      let now = start;
      const [slow, quick, third] = [open({ now: () => now }), open({ now: () => now }), open({ now: () => now })];
      await slow.commit({ tokenName: NAME, owner: 'seed', ifVersion: 0, record: recordOf('old', now - 100_000) });
      expect((await slow.checkout(request('slow'))).lease).toBe('granted');
      now += LEASE_MS;
      expect((await quick.checkout(request('quick'))).lease).toBe('granted');
      await slow.release({ tokenName: NAME, owner: 'slow' });
      expect((await third.checkout(request('third'))).lease).toBe('held');
      await quick.commit({ tokenName: NAME, owner: 'quick', ifVersion: 1, record: fresh('by quick') });
      const late = await slow.commit({ tokenName: NAME, owner: 'slow', ifVersion: 1, record: fresh('by slow') });
      expect(late).toMatchObject({ status: 'version_conflict', record: { version: 2, token: { access_token: 'by quick' } } });
      expect((await third.read(NAME)).record?.token.access_token).toBe('by quick');
    });
  });

  describe('scripts that Redis has forgotten', () => {
    async function everyOperation(store: TokenStore, round: number): Promise<void> {
      const owner = `owner ${round}`;
      const { record } = await store.read(NAME);
      await store.checkout(request(owner, { watchChain: true }));
      const ifVersion = record?.version ?? 0;
      await store.commit({ tokenName: NAME, owner, ifVersion, record: recordOf(`token ${round}`, start - 200_000) });
      await store.release({ tokenName: NAME, owner });
      await store.heartbeat({ chainId: 'chain', hop: round, owner, beatWithinMs: 1000 });
      expect((await store.read(NAME)).record?.token.access_token).toBe(`token ${round}`);
    }

    test('are sent again after SCRIPT FLUSH, on the same connection', async () => {
      const store = open();
      await everyOperation(store, 1);
      await inspector.script('FLUSH');
      await everyOperation(store, 2);
    });

    test('are sent again after a restart, by a connection that was open all the time', async () => {
      const store = open();
      await everyOperation(store, 1);
      await server.restart();
      await everyOperation(store, 2);
    });
  });

  describe('key prefix', () => {
    test('tells installations apart: tokens, leases, failures and chains', async () => {
      const [here, there] = [open({ keyPrefix: 'here:' }), open({ keyPrefix: 'there:' })];
      await here.commit({ tokenName: NAME, owner: 'anna', ifVersion: 0, record: fresh('ours') });
      await here.release({ tokenName: 'other', owner: 'anna', failure: failureOf(start) });
      await here.heartbeat({ chainId: 'chain', hop: 5, owner: 'hop', beatWithinMs: 60_000 });
      expect(await there.read(NAME)).toMatchObject({ record: null, failure: undefined });
      expect((await there.read('other')).failure).toBeUndefined();
      const checkout = await there.checkout(request('bert', { watchChain: true }));
      expect(checkout).toMatchObject({ record: null, lease: 'granted', restartChain: true });
      expect((await here.checkout(request('carl'))).lease).toBe('not_needed');
      expect(await there.heartbeat({ chainId: 'chain', hop: 1, owner: 'hop', beatWithinMs: 1 })).toBe(true);
    });

    test('stands in front of every key', async () => {
      const store = open({ keyPrefix: 'ours:' });
      await store.checkout(request('anna', { watchChain: true }));
      await store.commit({ tokenName: NAME, owner: 'anna', ifVersion: 0, record: fresh('a') });
      await store.release({ tokenName: 'b', owner: 'anna', failure: failureOf(start) });
      await store.heartbeat({ chainId: 'chain', hop: 1, owner: 'hop', beatWithinMs: 1 });
      expect((await inspector.keys('*')).sort()).toEqual(['ours:chain', 'ours:token:accessToken', 'ours:token:b']);
    });
  });

  describe('how long records are kept', () => {
    test('one without a refresh token is forgotten seven days after it expires', async () => {
      const record = fresh('short-lived', { expires_in: 60 });
      await open().commit({ tokenName: NAME, owner: 'anna', ifVersion: 0, record });
      expect(await inspector.pexpiretime(KEY)).toBe(record.timestamp * 1000 + 60_000 + WEEK_MS);
    });

    test('one with a refresh token is never forgotten, whatever it replaces', async () => {
      const store = open();
      await store.commit({ tokenName: NAME, owner: 'anna', ifVersion: 0, record: fresh('without') });
      expect(await inspector.pttl(KEY)).toBeGreaterThan(0);
      const refreshable = fresh('with', { refresh_token: 'refresh' });
      await store.commit({ tokenName: NAME, owner: 'anna', ifVersion: 1, record: refreshable });
      expect(await inspector.pttl(KEY)).toBe(-1);
      await store.commit({ tokenName: NAME, owner: 'anna', ifVersion: 2, record: fresh('without again') });
      expect(await inspector.pttl(KEY)).toBeGreaterThan(0);
    });

    test.each([1e12, 1e16, 1e300])('a lifetime of %d seconds is stored all the same', async (expires_in) => {
      const store = open();
      const record = fresh('for ever', { expires_in });
      await expect(store.commit({ tokenName: NAME, owner: 'anna', ifVersion: 0, record })).resolves.toEqual({
        status: 'committed',
        version: 1,
      });
      expect((await store.read(NAME)).record).toEqual({ ...record, version: 1 });
      expect((await store.checkout(request('bert'))).lease).toBe('not_needed');
    });

    test('a name that never got a token leaves no lease or failure behind for ever', async () => {
      const store = open();
      await store.checkout(request('anna'));
      expect(await inspector.pttl(KEY)).toBeGreaterThan(LEASE_MS);
      await store.release({ tokenName: NAME, owner: 'anna', failure: failureOf(start) });
      expect(await inspector.pttl(KEY)).toBeGreaterThan(LEASE_MS);
      expect(await inspector.pttl(KEY)).toBeLessThanOrEqual(WEEK_MS);
      await store.release({ tokenName: 'another', owner: 'anna', failure: failureOf(start) });
      expect(await inspector.pttl('test:token:another')).toBeGreaterThan(0);
    });
  });

  describe('damaged records', () => {
    test.each<[string, Record<string, string>]>([
      ['text that is no JSON', { record: '{"token":' }],
      ['JSON that is no record', { record: '[]' }],
      ['a version that is no number', { version: 'abc' }],
      ['a version that is no whole number', { version: '1.5' }],
      ['a negative version', { version: '-3' }],
      ['a version beyond all numbers', { version: '1e999' }],
      ['a timestamp in milliseconds', { record: JSON.stringify({ token: tokenOf('x'), timestamp: 1.9e12 }) }],
      ['a refresh time that is no number', { timestamp: 'yesterday' }],
      ['another lifetime beside the record than in it', { expires_in: 'nan' }],
      ['a failure that is none', { failure: '{"code":7}' }],
      ['a lease that never ends', { owner: 'anna', until: 'never' }],
    ])('%s: nobody is stuck, and one refresh mends it', async (_, fields) => {
      const store = open();
      await store.commit({ tokenName: NAME, owner: 'seed', ifVersion: 0, record: recordOf('old', start - 200_000) });
      await inspector.hset(KEY, fields);
      const { record, lease } = await store.checkout(request('bert'));
      expect(lease).toBe('granted');
      const mended = fresh('mended');
      await expect(
        store.commit({ tokenName: NAME, owner: 'bert', ifVersion: record?.version ?? 0, record: mended }),
      ).resolves.toMatchObject({ status: 'committed' });
      const stored = await open().checkout(request('carl'));
      expect(stored).toMatchObject({ lease: 'not_needed', record: mended });
      expect(stored.failure).toBeUndefined();
    });

    test('one that is not due either is due by being damaged, for exactly one', async () => {
      const store = open();
      await store.commit({ tokenName: NAME, owner: 'seed', ifVersion: 0, record: fresh('good') });
      await inspector.hset(KEY, 'record', 'damaged');
      const checkouts = await Promise.all(Array.from({ length: 20 }, (_, index) => open().checkout(request(`owner ${index}`))));
      expect(checkouts.filter(({ lease }) => lease === 'granted')).toHaveLength(1);
      expect(checkouts.filter(({ record }) => record !== null)).toEqual([]);
    });

    test('one that somebody mends between two looks at it is not refreshed again', async () => {
      const [slow, quick] = [open(), open()];
      await quick.commit({ tokenName: NAME, owner: 'seed', ifVersion: 0, record: fresh('good') });
      await inspector.hset(KEY, 'record', 'damaged');
      await Promise.all([slow.read('another'), quick.checkout(request('quick'))]);
      // All three are under way before the first is answered; Redis takes them in the order in which they were sent.
      const first = slow.checkout(request('slow'));
      const mended = quick.commit({ tokenName: NAME, owner: 'quick', ifVersion: 0, record: fresh('mended') });
      expect((await mended).status).toBe('committed');
      expect((await first).lease).not.toBe('granted');
      expect((await open().checkout(request('carl'))).lease).toBe('not_needed');
    });

    test('a key that is somebody else\'s is not touched', async () => {
      await inspector.set(KEY, 'of another application');
      const error = await thrownBy(() => open().checkout(request('anna')));
      expect([error.code, error.message]).toEqual(['store_error', 'Redis holds something else under a key of the store (WRONGTYPE).']);
      expect(await inspector.get(KEY)).toBe('of another application');
    });
  });
});
