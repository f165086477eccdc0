import fc from 'fast-check';

import type { Checkout, CommitResult, TokenStore } from '../../src/stores';
import { failureOf, recordOf } from '../support/token-records';
import type { StoreTraits, StoreUnderTest } from './token-store';

const NAME = 'accessToken';
const LEASE_MS = 15_000;
const BOUND_TO = '0123456789abcdef';
/** No lease runs longer than ten minutes. */
const NO_LEASE_LEFT_MS = 600_000;

/** What every store does when it is told to forget a token. */
export function describeForgetting(traits: StoreTraits, current: () => Pick<StoreUnderTest, 'store' | 'clock'>): void {
  describe('forget', () => {
    let store: TokenStore;
    let clock: StoreUnderTest['clock'];
    let names = 0;

    beforeEach(() => ({ store, clock } = current()));

    function checkout(owner: string, tokenName = NAME): Promise<Checkout> {
      return store.checkout({ tokenName, owner, leaseMs: LEASE_MS, refreshPercent: 90 });
    }

    function commit(access_token: string, ifVersion: number, owner = 'anna', tokenName = NAME): Promise<CommitResult> {
      return store.commit({ tokenName, owner, ifVersion, record: recordOf(access_token, clock.now(), { refresh_token: `refresh ${access_token}` }) });
    }

    async function storedToken(tokenName = NAME): Promise<string | undefined> {
      return (await store.read(tokenName)).record?.token.access_token;
    }

    test('takes the token away, and says whether there was one', async () => {
      expect(await store.forget({ tokenName: NAME })).toBe(false);
      await checkout('anna');
      await commit('first', 0);
      expect(await store.forget({ tokenName: NAME })).toBe(true);
      expect(await store.read(NAME)).toMatchObject({ record: null });
      expect(await store.forget({ tokenName: NAME })).toBe(false);
    });

    test('lets the next one get a fresh token, as often as it goes on', async () => {
      for (const token of ['first', 'second', 'third']) {
        expect(await checkout(token)).toMatchObject({ record: null, lease: 'granted' });
        expect(await commit(token, 0, token)).toMatchObject({ status: 'committed' });
        expect(await checkout('somebody else')).toMatchObject({ record: { token: { access_token: token } }, lease: 'not_needed' });
        expect(await store.forget({ tokenName: NAME })).toBe(true);
      }
    });

    test('leaves other names alone', async () => {
      await commit('other', 0, 'anna', 'another');
      await commit('first', 0);
      await store.forget({ tokenName: NAME });
      expect(await storedToken('another')).toBe('other');
    });

    test('leaves a token alone that is for other settings, and takes one that is for nobody in particular', async () => {
      await store.commit({ tokenName: NAME, owner: 'anna', ifVersion: 0, record: { ...recordOf('bound', clock.now()), boundTo: BOUND_TO } });
      const before = await store.read(NAME);
      expect(await store.forget({ tokenName: NAME, boundTo: 'fedcba9876543210' })).toBe(false);
      expect((await store.read(NAME)).record).toEqual(before.record);
      expect(await store.forget({ tokenName: NAME, boundTo: BOUND_TO })).toBe(true);
      await commit('unbound', 0, 'bert', 'another');
      expect(await store.forget({ tokenName: 'another', boundTo: BOUND_TO })).toBe(true);
      expect([await storedToken(), await storedToken('another')]).toEqual([undefined, undefined]);
    });

    if (traits.isAtomic) {
      test('of ten at the same moment one is told that there was a token', async () => {
        await commit('first', 0);
        const answers = await Promise.all(Array.from({ length: 10 }, () => store.forget({ tokenName: NAME })));
        expect(answers.filter(Boolean)).toHaveLength(1);
        expect(await storedToken()).toBeUndefined();
      });
    }

    if (traits.keepsFailures) {
      test('takes the failure with it, and one that comes later is not noted', async () => {
        await checkout('anna');
        await commit('first', 0);
        const failure = failureOf(clock.now(), { retryAt: clock.now() + 60_000 });
        await store.release({ tokenName: NAME, owner: 'anna', failure });
        await store.forget({ tokenName: NAME });
        expect((await store.read(NAME)).failure).toBeUndefined();
        await store.release({ tokenName: NAME, owner: 'anna', ifVersion: 1, failure });
        expect((await checkout('bert')).failure).toBeUndefined();
      });
    }

    if (!traits.hasLeases) return;

    test('takes the lease with it: the next one need not wait, and whoever had it commits no more', async () => {
      await commit('first', 0);
      await clock.advanceBy(100_000);
      expect(await checkout('anna')).toMatchObject({ lease: 'granted', record: { version: 1 } });
      await store.forget({ tokenName: NAME });
      expect(await checkout('bert')).toMatchObject({ lease: 'granted', record: null });
      // As a refresh goes on that meets a conflict: what lies there is of no use, so its own goes in that place.
      for (const ifVersion of [1, 0, 0]) {
        expect(await commit('brought back', ifVersion, 'anna')).toEqual({ status: 'version_conflict', record: null });
      }
      expect(await commit('fresh', 0, 'bert')).toMatchObject({ status: 'committed' });
      expect(await commit('brought back', 1, 'anna')).toMatchObject({ status: 'version_conflict', record: { token: { access_token: 'fresh' } } });
      expect(await storedToken()).toBe('fresh');
    });

    test('keeps back whoever is fetching the first token, too', async () => {
      await checkout('anna');
      expect(await store.forget({ tokenName: NAME })).toBe(false);
      expect(await commit('too late', 0)).toEqual({ status: 'version_conflict', record: null });
      expect(await storedToken()).toBeUndefined();
    });

    test('keeps nobody back once no lease from before can run any more', async () => {
      await commit('first', 0);
      await store.forget({ tokenName: NAME });
      await clock.advanceBy(NO_LEASE_LEFT_MS - 1);
      expect(await commit('early', 0)).toMatchObject({ status: 'version_conflict' });
      await clock.advanceBy(1);
      expect(await commit('late', 0)).toMatchObject({ status: 'committed' });
      expect(await storedToken()).toBe('late');
    });

    test('a version is never given a second time', async () => {
      await commit('first', 0);
      await store.forget({ tokenName: NAME });
      await checkout('bert');
      await commit('second', 0, 'bert');
      expect((await store.read(NAME)).record?.version).toBeGreaterThan(1);
    });

    // Owners that are in the middle of something whatever happens meanwhile, and that do as a refresh does.
    const owner = fc.constantFrom('anna', 'bert', 'carl');
    const step = fc.oneof(
      { weight: 4, arbitrary: fc.record({ does: fc.constantFrom('checkout' as const, 'commit' as const), owner }) },
      { weight: 2, arbitrary: fc.record({ does: fc.constantFrom('forget' as const, 'release' as const), owner }) },
      { weight: 1, arbitrary: fc.record({ does: fc.constant('wait' as const), owner }) },
    );

    test('whatever happens in whatever order: a token that was asked for before is never read after', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 16 }), async (steps) => {
          const tokenName = `name ${(names += 1)}`;
          const held = new Map<string, { token: string; version: number }>();
          const gone = new Set<string>();
          const asked: string[] = [];
          for (const { does, owner: who } of steps) {
            const mine = held.get(who);
            if (does === 'wait') await clock.advanceBy(40_000);
            if (does === 'release') await store.release({ tokenName, owner: who });
            if (does === 'checkout' && mine === undefined) {
              const { lease, record } = await checkout(who, tokenName);
              const token = `${tokenName} token ${asked.length}`;
              if (lease === 'granted') asked.push(token);
              if (lease === 'granted') held.set(who, { token, version: record?.version ?? 0 });
            }
            if (does === 'commit' && mine !== undefined) {
              held.delete(who);
              for (let ifVersion = mine.version, tries = 0; tries < 3; tries += 1) {
                const result = await commit(mine.token, ifVersion, who, tokenName);
                if (result.status === 'committed' || result.record !== null) break;
                ifVersion = 0;
              }
            }
            if (does === 'forget') {
              await store.forget({ tokenName });
              for (const token of asked) gone.add(token);
              expect(await storedToken(tokenName)).toBeUndefined();
            }
            const token = await storedToken(tokenName);
            if (token !== undefined) expect(gone).not.toContain(token);
          }
        }),
        { numRuns: 60, endOnFailure: true },
      );
    });
  });
}
