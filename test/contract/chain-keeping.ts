import type { Checkout, Heartbeat, TokenStore } from '../../src/stores/token-store';

/** A store that a background chain uses, and the clock it goes by. */
export interface ChainStoreUnderTest {
  /** Empty. */
  store: TokenStore;
  clock: {
    /** Unix milliseconds, as the store sees it. */
    now: () => number;
    advanceBy: (ms: number) => Promise<void> | void;
  };
}

const BEAT_WITHIN_MS = 60_000;
/** Whoever is told to start the chain has this long before somebody else is. */
const RESTART_LEASE_MS = 60_000;

/** What stores do for the background chain, beyond the contract of every store. */
export function describeChainKeeping(
  name: string,
  { isAtomic }: { isAtomic: boolean },
  makeStore: () => ChainStoreUnderTest | Promise<ChainStoreUnderTest>,
): void {
  describe(`${name}: keeping the chain`, () => {
    let store: TokenStore;
    let clock: ChainStoreUnderTest['clock'];

    beforeEach(async () => {
      ({ store, clock } = await makeStore());
    });

    function beat(chainId: string, hop: number, members: Partial<Heartbeat> = {}): Promise<boolean> {
      return store.heartbeat({ chainId, hop, owner: `${chainId} ${hop}`, beatWithinMs: BEAT_WITHIN_MS, ...members });
    }

    function watch(owner: string, watchChain = true): Promise<Checkout> {
      return store.checkout({ tokenName: 'accessToken', owner, leaseMs: 15_000, refreshPercent: 90, watchChain });
    }

    async function isToRestart(owner: string): Promise<boolean> {
      return (await watch(owner)).restartChain === true;
    }

    describe('heartbeat', () => {
      test('hop after hop goes on', async () => {
        for (const hop of [0, 1, 2, 3]) expect(await beat('first', hop)).toBe(true);
      });

      test('the same hop of the same instance goes on, as after a retried request', async () => {
        expect(await beat('first', 1)).toBe(true);
        expect(await beat('first', 1)).toBe(true);
      });

      test('a second instance of the same hop, and an earlier hop, are told to end', async () => {
        expect(await beat('first', 2)).toBe(true);
        expect(await beat('first', 2, { owner: 'another instance' })).toBe(false);
        expect(await beat('first', 1)).toBe(false);
        expect(await beat('first', 3)).toBe(true);
      });

      test('the newest chain takes over, and the older one is told to end ever after', async () => {
        expect(await beat('old', 7)).toBe(true);
        expect(await beat('new', 0)).toBe(true);
        expect(await beat('old', 8)).toBe(false);
        expect(await beat('new', 1)).toBe(true);
        expect(await beat('newest', 0)).toBe(true);
        expect(await beat('old', 9)).toBe(false);
        expect(await beat('new', 2)).toBe(false);
      });

      test('the chains that were taken over from are all remembered', async () => {
        for (let chain = 0; chain <= 10; chain += 1) expect(await beat(`chain ${chain}`, 0)).toBe(true);
        for (let chain = 0; chain < 10; chain += 1) expect(await beat(`chain ${chain}`, 1)).toBe(false);
        expect(await beat('chain 10', 1)).toBe(true);
      });

      if (isAtomic) {
        test('of 20 instances of one hop at the same moment exactly one goes on', async () => {
          const answers = await Promise.all(
            Array.from({ length: 20 }, (_, index) => beat('first', 1, { owner: `instance ${index}` })),
          );
          expect(answers.filter((goesOn) => goesOn)).toHaveLength(1);
        });
      }
    });

    describe('checkout looks after the chain', () => {
      test('only when asked to', async () => {
        expect((await watch('anna', false)).restartChain ?? false).toBe(false);
      });

      test('one that never ran is to be started, by one caller', async () => {
        expect(await isToRestart('anna')).toBe(true);
        expect(await isToRestart('bert')).toBe(false);
      });

      test('one that beats is left alone until its next heartbeat is late, to the millisecond', async () => {
        await beat('first', 0);
        expect(await isToRestart('anna')).toBe(false);
        await clock.advanceBy(BEAT_WITHIN_MS - 1);
        expect(await isToRestart('anna')).toBe(false);
        await clock.advanceBy(1);
        expect(await isToRestart('anna')).toBe(true);
      });

      test('a start that led to nothing is tried again by somebody after a minute, not before', async () => {
        expect(await isToRestart('anna')).toBe(true);
        await clock.advanceBy(RESTART_LEASE_MS - 1);
        expect(await isToRestart('bert')).toBe(false);
        await clock.advanceBy(1);
        expect(await isToRestart('carl')).toBe(true);
        expect(await isToRestart('dora')).toBe(false);
      });

      test('a claim by a worker whose clock is a little ahead holds', async () => {
        await clock.advanceBy(50);
        expect(await isToRestart('anna')).toBe(true);
        await clock.advanceBy(-50);
        expect(await isToRestart('bert')).toBe(false);
      });

      test('a started chain that beats is left alone', async () => {
        expect(await isToRestart('anna')).toBe(true);
        await beat('started', 0, { beatWithinMs: 10 * RESTART_LEASE_MS });
        await clock.advanceBy(2 * RESTART_LEASE_MS);
        expect(await isToRestart('bert')).toBe(false);
      });

      test('a started chain that beats once and then stops is to be started again as soon as it is late', async () => {
        expect(await isToRestart('anna')).toBe(true);
        await clock.advanceBy(1000);
        await beat('started', 0, { beatWithinMs: 2000 });
        await clock.advanceBy(1999);
        expect(await isToRestart('bert')).toBe(false);
        await clock.advanceBy(1);
        expect(await isToRestart('carl')).toBe(true);
      });

      test('also where the token needs no refresh', async () => {
        const record = {
          token: { access_token: 'fresh', token_type: 'Bearer', expires_in: 100 },
          timestamp: Math.floor(clock.now() / 1000),
        };
        await store.commit({ tokenName: 'accessToken', owner: 'anna', ifVersion: 0, record });
        await expect(watch('anna')).resolves.toMatchObject({ lease: 'not_needed', restartChain: true });
      });

      if (isAtomic) {
        test('of 20 callers at the same moment exactly one is told to start it', async () => {
          const owners = Array.from({ length: 20 }, (_, index) => `owner ${index}`);
          const answers = await Promise.all(owners.map(isToRestart));
          expect(answers.filter((isTold) => isTold)).toHaveLength(1);
        });
      }
    });

    test('closing twice, and without having been used, is no mistake', () => {
      store.close();
      expect(() => store.close()).not.toThrow();
    });
  });
}
