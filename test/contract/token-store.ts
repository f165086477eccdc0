import type { RefreshFailure } from '../../src/lifetime';
import type { Checkout, CheckoutRequest, CommitResult, TokenStore } from '../../src/stores';
import { failureOf, fingerprint, recordOf, tokenOf } from '../support/token-records';
import { describeForgetting } from './forgetting';

/** In what adapters may differ, each declared. Everything else is the same for all. */
export interface StoreTraits {
  /** Whether refresh tokens come back out. */
  keepsRefreshTokens: boolean;
  /** Whether members beyond RFC 6749 §5.1 come back out. */
  keepsOtherMembers: boolean;
  /** Whether a second owner is held off while a lease runs; without leases everybody is granted. */
  hasLeases: boolean;
  /** Whether the reason of a failed refresh is kept. */
  keepsFailures: boolean;
  /** Whether of several callers at the same moment exactly one is let through. */
  isAtomic: boolean;
}

export interface StoreUnderTest {
  /** Empty, fingerprinting as `fingerprint` in test/support does. */
  store: TokenStore;
  clock: {
    /** Unix milliseconds, as the store sees it. */
    now: () => number;
    advanceBy: (ms: number) => Promise<void> | void;
  };
  /** Puts something in the place of a record that is none. */
  damage: (tokenName: string, value: unknown) => Promise<void> | void;
}

const NAME = 'accessToken';
const LEASE_MS = 15_000;
/** Lifetime of the tokens in here, milliseconds; 90 % of it is `DUE_AFTER_MS`. */
const LIFETIME_MS = 100_000;
const DUE_AFTER_MS = 90_000;

/** The contract that every store passes. */
export function describeTokenStore(
  name: string,
  traits: StoreTraits,
  makeStore: () => StoreUnderTest | Promise<StoreUnderTest>,
): void {
  describe(`${name}: the contract of every store`, () => {
    let store: TokenStore;
    let clock: StoreUnderTest['clock'];
    let damage: StoreUnderTest['damage'];

    beforeEach(async () => {
      ({ store, clock, damage } = await makeStore());
    });

    function checkout(owner: string, request: Partial<CheckoutRequest> = {}): Promise<Checkout> {
      return store.checkout({ tokenName: NAME, owner, leaseMs: LEASE_MS, refreshPercent: 90, ...request });
    }

    function commit(
      access_token: string,
      ifVersion: number,
      owner = 'anna',
      tokenName = NAME,
    ): Promise<CommitResult> {
      return store.commit({ tokenName, owner, ifVersion, record: recordOf(access_token, clock.now()) });
    }

    async function storedToken(tokenName = NAME): Promise<string | undefined> {
      return (await store.read(tokenName)).record?.token.access_token;
    }

    describeForgetting(traits, () => ({ store, clock }));

    /** What a second owner gets while the first one's lease runs. */
    const keptOff = traits.hasLeases ? 'held' : 'granted';

    describe('settings', () => {
      const boundTo = '0123456789abcdef';

      beforeEach(async () => {
        await store.commit({ tokenName: NAME, owner: 'anna', ifVersion: 0, record: { ...recordOf('first', clock.now()), boundTo } });
      });

      test('that the token is for need no refresh, others do', async () => {
        expect((await checkout('anna', { boundTo })).lease).toBe('not_needed');
        expect((await checkout('anna')).lease).toBe('not_needed');
        expect((await checkout('anna', { boundTo: 'fedcba9876543210' })).lease).toBe('granted');
        expect((await checkout('bert', { boundTo: 'fedcba9876543210' })).lease).toBe(keptOff);
        // Whom the token is for, it is of use to all the time.
        expect((await checkout('bert', { boundTo })).lease).toBe('not_needed');
      });

      if (traits.keepsFailures) {
        test('that have failed wait, and others take the lease', async () => {
          await clock.advanceBy(DUE_AFTER_MS);
          const now = clock.now();
          await checkout('anna', { settings: 'wrong' });
          await store.release({ tokenName: NAME, owner: 'anna', failure: { ...failureOf(now), retryAt: now + 60_000, settings: 'wrong' } });
          // Who waits needs no lease: the next one is told the same.
          for (const owner of ['anna', 'bert']) {
            expect(await checkout(owner, { settings: 'wrong' })).toMatchObject({ lease: 'granted', failure: { settings: 'wrong' } });
          }
          expect((await checkout('carl', { settings: 'mended' })).lease).toBe('granted');
          expect((await checkout('dora', { settings: 'mended' })).lease).toBe('held');
        });
      }
    });

    describe('what is stored', () => {
      test('nothing is read as nothing', async () => {
        const { record, failure } = await store.read(NAME);
        expect(record).toBeNull();
        expect(failure).toBeUndefined();
      });

      test('a committed record is read back, with its version', async () => {
        const now = clock.now();
        await expect(commit('first', 0)).resolves.toEqual({ status: 'committed', version: 1 });
        const { record } = await store.read(NAME);
        expect(record).toEqual({ token: tokenOf('first'), timestamp: Math.floor(now / 1000), version: 1 });
      });

      test('the members of RFC 6749 §5.1 make the round trip, the others as declared', async () => {
        const token = tokenOf('all', {
          token_type: 'DPoP',
          expires_in: 12.5,
          scope: 'read write ✓',
          id_token: 'x.y.z',
          nested: { list: [1, 'two', null] },
        });
        await store.commit({
          tokenName: NAME,
          owner: 'anna',
          ifVersion: 0,
          record: { token, timestamp: 1_893_456_000 },
        });
        const { record } = await store.read(NAME);
        const { access_token, token_type, expires_in, scope } = token;
        expect(record).toEqual({
          token: traits.keepsOtherMembers ? token : { access_token, token_type, expires_in, scope },
          timestamp: 1_893_456_000,
          version: 1,
        });
      });

      test('what a record is for, and what it has come from, makes the round trip', async () => {
        const known = { boundTo: '0123456789abcdef', seeds: ['01234567', '89abcdef'], grant: 'refresh_token', isRepeated: true } as const;
        await store.commit({ tokenName: NAME, owner: 'anna', ifVersion: 0, record: { ...recordOf('first', clock.now()), ...known, seeds: [...known.seeds] } });
        expect((await store.read(NAME)).record).toMatchObject(known);
      });

      test(`a refresh token ${traits.keepsRefreshTokens ? 'comes back' : 'stays out'}`, async () => {
        expect(store.keepsRefreshTokens).toBe(traits.keepsRefreshTokens);
        const record = recordOf('with refresh token', clock.now(), { refresh_token: 'canary-refresh-token' });
        await store.commit({ tokenName: NAME, owner: 'anna', ifVersion: 0, record });
        const kept = traits.keepsRefreshTokens ? 'canary-refresh-token' : undefined;
        expect((await store.read(NAME)).record?.token.refresh_token).toBe(kept);
        expect((await checkout('anna')).record?.token.refresh_token).toBe(kept);
      });

      test.each(['a:b', 'a', 'lease:a', '__proto__', 'constructor', 'with space', 'name.with.dots', 'ключ 🔑'])(
        'the token name %j is one of its own',
        async (tokenName) => {
          await commit('another', 0);
          expect((await store.read(tokenName)).record).toBeNull();
          await commit('named', 0, 'anna', tokenName);
          expect(await storedToken(tokenName)).toBe('named');
          expect(await storedToken()).toBe('another');
        },
      );

      test.each([
        ['text', 'damaged'],
        ['half a record', { token: { access_token: 'x' } }],
        ['a list', []],
      ])('a damaged record (%s) counts as missing and is mended by the next commit', async (_, value) => {
        await damage(NAME, value);
        expect((await store.read(NAME)).record).toBeNull();
        const { record, lease } = await checkout('anna');
        expect({ record, lease }).toEqual({ record: null, lease: 'granted' });
        await expect(commit('mended', 0)).resolves.toEqual({ status: 'committed', version: 1 });
        expect(await storedToken()).toBe('mended');
      });
    });

    describe('commit', () => {
      test('counts the versions up by one', async () => {
        for (const version of [1, 2, 3]) {
          await expect(commit(`token ${version}`, version - 1)).resolves.toEqual({ status: 'committed', version });
          expect((await store.read(NAME)).record?.version).toBe(version);
        }
      });

      test.each([0, 1, 3])(
        'with version %d where 2 is stored is a conflict that shows the stored record',
        async (ifVersion) => {
          await commit('first', 0);
          await commit('second', 1);
          const stored = (await store.read(NAME)).record;
          await expect(commit('third', ifVersion)).resolves.toEqual({ status: 'version_conflict', record: stored });
          expect((await store.read(NAME)).record).toEqual(stored);
        },
      );

      test('with a version where nothing is stored is a conflict with nothing to show', async () => {
        await expect(commit('first', 1)).resolves.toEqual({ status: 'version_conflict', record: null });
        expect((await store.read(NAME)).record).toBeNull();
      });

      if (traits.isAtomic) {
        test('of 20 at the same moment exactly one is let through', async () => {
          const results = await Promise.all(
            Array.from({ length: 20 }, (_, index) => commit(`token ${index}`, 0, `owner ${index}`)),
          );
          expect(results.filter(({ status }) => status === 'committed')).toHaveLength(1);
          const winner = results.findIndex(({ status }) => status === 'committed');
          expect(await storedToken()).toBe(`token ${winner}`);
        });
      }
    });

    describe('checkout: whether a refresh is due', () => {
      test('a missing token: granted', async () => {
        await expect(checkout('anna')).resolves.toMatchObject({ record: null, lease: 'granted' });
      });

      test('a fresh token: not needed, with the record', async () => {
        await commit('fresh', 0);
        const { record } = await store.read(NAME);
        await expect(checkout('anna')).resolves.toMatchObject({ record, lease: 'not_needed' });
      });

      test('the moment of refreshAt belongs to "due", the millisecond before does not', async () => {
        await clock.advanceBy(1000 - (clock.now() % 1000));
        await commit('ageing', 0);
        await clock.advanceBy(DUE_AFTER_MS - 1);
        expect((await checkout('anna')).lease).toBe('not_needed');
        await clock.advanceBy(1);
        expect((await checkout('anna')).lease).toBe('granted');
      });

      test('the refresh percent is the one that is asked with', async () => {
        await commit('half way', 0);
        await clock.advanceBy(LIFETIME_MS / 2);
        expect((await checkout('anna', { refreshPercent: 60 })).lease).toBe('not_needed');
        expect((await checkout('anna', { refreshPercent: 40 })).lease).toBe('granted');
      });

      test('a fresh token that an API refused: granted; another refused one: not needed', async () => {
        await commit('refused', 0);
        expect((await checkout('anna', { rejected: fingerprint('an older one') })).lease).toBe('not_needed');
        expect((await checkout('anna', { rejected: fingerprint('refused') })).lease).toBe('granted');
        await commit('replaced', 1);
        expect((await checkout('bert', { rejected: fingerprint('refused') })).lease).toBe('not_needed');
      });
    });

    describe('checkout: the lease', () => {
      test(`a second owner is ${keptOff} while the lease runs, and sees the record`, async () => {
        await commit('expired', 0);
        await clock.advanceBy(LIFETIME_MS);
        const first = await checkout('anna');
        expect(first.lease).toBe('granted');
        await expect(checkout('bert')).resolves.toMatchObject({ record: first.record, lease: keptOff });
      });

      test(`the owner of another refused token is ${keptOff} too`, async () => {
        await commit('refused', 0);
        await checkout('anna', { rejected: fingerprint('refused') });
        expect((await checkout('bert', { rejected: fingerprint('refused') })).lease).toBe(keptOff);
        expect((await checkout('carl')).lease).toBe('not_needed');
      });

      test('runs until its last millisecond and lapses at exactly its end', async () => {
        await checkout('anna');
        await clock.advanceBy(LEASE_MS - 1);
        expect((await checkout('bert')).lease).toBe(keptOff);
        await clock.advanceBy(1);
        expect((await checkout('carl')).lease).toBe('granted');
      });

      test('its owner gets it again, from then on', async () => {
        await checkout('anna');
        await clock.advanceBy(LEASE_MS - 1);
        expect((await checkout('anna')).lease).toBe('granted');
        await clock.advanceBy(LEASE_MS - 1);
        expect((await checkout('bert')).lease).toBe(keptOff);
        await clock.advanceBy(1);
        expect((await checkout('bert')).lease).toBe('granted');
      });

      test('a lease on one token is none on another', async () => {
        await checkout('anna');
        expect((await checkout('bert', { tokenName: 'another' })).lease).toBe('granted');
      });

      test('is freed by the commit', async () => {
        await checkout('anna');
        await commit('fresh', 0);
        expect((await checkout('bert', { rejected: fingerprint('fresh') })).lease).toBe('granted');
      });

      test('is freed by a commit that ends in a conflict', async () => {
        await checkout('anna');
        await expect(commit('too late', 7)).resolves.toMatchObject({ status: 'version_conflict' });
        expect((await checkout('bert')).lease).toBe('granted');
      });

      test('is freed by its owner only', async () => {
        await checkout('anna');
        await store.release({ tokenName: NAME, owner: 'bert' });
        expect((await checkout('bert')).lease).toBe(keptOff);
        await store.release({ tokenName: NAME, owner: 'anna' });
        expect((await checkout('bert')).lease).toBe('granted');
      });

      test('that nobody has can be released', async () => {
        await expect(store.release({ tokenName: NAME, owner: 'anna' })).resolves.toBeUndefined();
      });

      if (traits.isAtomic && traits.hasLeases) {
        test('of 20 owners at the same moment exactly one is granted', async () => {
          const checkouts = await Promise.all(Array.from({ length: 20 }, (_, index) => checkout(`owner ${index}`)));
          expect(checkouts.filter(({ lease }) => lease === 'granted')).toHaveLength(1);
        });
      }
    });

    describe('the failure of a refresh', () => {
      async function noted(): Promise<(RefreshFailure | undefined)[]> {
        return [(await store.read(NAME)).failure, (await checkout('anna')).failure];
      }

      function expected(failure: RefreshFailure): (RefreshFailure | undefined)[] {
        return traits.keepsFailures ? [failure, failure] : [undefined, undefined];
      }

      test('is kept where there is no record', async () => {
        await checkout('anna');
        const failure = failureOf(clock.now(), { attempts: 3 });
        await store.release({ tokenName: NAME, owner: 'anna', failure });
        expect(await noted()).toEqual(expected(failure));
        expect((await store.read(NAME)).record).toBeNull();
      });

      test('is kept beside the record, which stays as it is', async () => {
        await commit('kept', 0);
        const before = (await store.read(NAME)).record;
        await clock.advanceBy(DUE_AFTER_MS);
        await checkout('anna');
        const failure = failureOf(clock.now());
        await store.release({ tokenName: NAME, owner: 'anna', failure });
        expect(await noted()).toEqual(expected(failure));
        expect((await store.read(NAME)).record).toEqual(traits.keepsFailures ? { ...before, failure } : before);
      });

      test('frees the lease, and does not keep the next one from being granted: gating is up to the caller', async () => {
        await checkout('anna');
        await store.release({
          tokenName: NAME,
          owner: 'anna',
          failure: failureOf(clock.now(), { retryAt: clock.now() + 60_000 }),
        });
        expect((await checkout('bert')).lease).toBe('granted');
      });

      test('is replaced by the next one, which says since when it has failed', async () => {
        const since = clock.now();
        for (const attempts of [1, 2, 3, 1]) {
          await checkout('anna');
          const failure = failureOf(clock.now(), { attempts });
          await store.release({ tokenName: NAME, owner: 'anna', failure });
          expect(await noted()).toEqual(expected(attempts === 1 ? failure : { ...failure, since }));
          await clock.advanceBy(1000);
        }
      });

      test('has words, an HTTP status and a host, of bounded length', async () => {
        const words = { message: 'm'.repeat(301), status: 503, host: 'h'.repeat(260) };
        await checkout('anna');
        const failure = failureOf(clock.now(), words);
        await store.release({ tokenName: NAME, owner: 'anna', failure });
        expect(await noted()).toEqual(expected({ ...failure, message: 'm'.repeat(300), host: 'h'.repeat(259) }));
      });

      test('is outdated by the next commit', async () => {
        await checkout('anna');
        await store.release({ tokenName: NAME, owner: 'anna', failure: failureOf(clock.now()) });
        await checkout('anna');
        await commit('fresh', 0);
        expect(await noted()).toEqual([undefined, undefined]);
        expect((await store.read(NAME)).record).not.toHaveProperty('failure');
      });
    });
  });
}
