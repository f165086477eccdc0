import type { TokenStore } from '../../src/stores/token-store';
import { getToken } from '../../src/refresh';
import type { HandedOutToken } from '../../src/refresh';
import { clientConfig } from '../support/token-world';

/** A shared store, and the clock it goes by. */
export interface ClockedStore {
  /** Empty. */
  store: TokenStore;
  clock: {
    /** Unix milliseconds. */
    now: () => number;
    advanceBy: (ms: number) => Promise<void> | void;
  };
}

const NAME = 'accessToken';
const HOUR_MS = 3_600_000;
const LIFETIME_MS = 100_000;
/** No failure keeps anybody away for longer. */
const LONGEST_PAUSE_MS = 60_000;

const WRONG_CLOCKS: [string, number][] = [
  ['an hour ahead', HOUR_MS],
  ['a year ahead', 365 * 24 * HOUR_MS],
  ['an hour behind', -HOUR_MS],
];

/** A worker whose clock is wrong does no harm to the others: all times in a store are the store's. */
export function describeWrongClocks(name: string, makeStore: () => ClockedStore | Promise<ClockedStore>): void {
  describe.each(WRONG_CLOCKS)(`${name}: a worker whose clock is %s`, (_, aheadMs) => {
    let store: TokenStore;
    let clock: ClockedStore['clock'];
    let requests: number;
    let isDown: boolean;

    beforeEach(async () => {
      ({ store, clock } = await makeStore());
      requests = 0;
      isDown = false;
    });

    function get(owner: string, workerAheadMs: number): Promise<HandedOutToken> {
      const now = () => clock.now() + workerAheadMs;
      const transport = async () => {
        requests += 1;
        if (isDown) return { status: 503, headers: {}, data: 'down' };
        return { status: 200, headers: {}, data: { access_token: `token ${requests}`, token_type: 'Bearer', expires_in: LIFETIME_MS / 1000 } };
      };
      const request = { tokenName: NAME, refreshPercent: 90, config: clientConfig(), deadline: now() + 14_000 };
      const sleep = async (ms: number) => clock.advanceBy(ms);
      return getToken(request, { store, owner, now, sleep, random: () => 0.5, transport, log: () => undefined });
    }

    test('its token lives as long as it lives, for everybody', async () => {
      const issued = clock.now();
      const { record, now } = await get('wrong', aheadMs);
      expect(record.timestamp).toBe(Math.floor(issued / 1000));
      expect(now).toBe(clock.now());
      for (const workerAheadMs of [0, aheadMs, -aheadMs]) {
        expect(await get('another', workerAheadMs)).toMatchObject({ record: { token: { access_token: 'token 1' } }, stale: false });
      }
      await clock.advanceBy(LIFETIME_MS);
      for (const workerAheadMs of [aheadMs, 0]) {
        expect(await get('another', workerAheadMs)).toMatchObject({ record: { token: { access_token: 'token 2' } }, stale: false });
      }
      expect(requests).toBe(2);
    });

    test('its failure keeps nobody away for longer than any other', async () => {
      isDown = true;
      await expect(get('wrong', aheadMs)).rejects.toMatchObject({ code: 'token_endpoint_unavailable' });
      const { failure } = await store.read(NAME);
      expect(failure?.at).toBeLessThanOrEqual(clock.now());
      expect((failure?.retryAt ?? Infinity) - clock.now()).toBeLessThanOrEqual(LONGEST_PAUSE_MS);
      isDown = false;
      await clock.advanceBy(LONGEST_PAUSE_MS);
      expect(await get('right', 0)).toMatchObject({ refreshed: true });
    });

    test('what it would release with times of its own is kept by the time of the store', async () => {
      await store.checkout({ tokenName: NAME, owner: 'wrong', leaseMs: 15_000, refreshPercent: 90 });
      const at = clock.now() + aheadMs;
      await store.release({ tokenName: NAME, owner: 'wrong', failure: { code: 'x', at, attempts: 1, retryAt: at + 5000 } });
      expect((await store.read(NAME)).failure).toEqual({ code: 'x', at: clock.now(), attempts: 1, retryAt: clock.now() + 5000 });
    });

    test('a record from its future is refused, and takes the place of nothing', async () => {
      await get('right', 0);
      const record = { token: { access_token: 'theirs', token_type: 'Bearer', expires_in: 100 }, timestamp: Math.floor((clock.now() + aheadMs) / 1000) };
      const commit = store.commit({ tokenName: NAME, owner: 'wrong', ifVersion: 1, record });
      if (aheadMs > 0) {
        await expect(commit).rejects.toMatchObject({ code: 'store_error' });
        expect((await store.read(NAME)).record?.token.access_token).toBe('token 1');
      } else {
        await expect(commit).resolves.toEqual({ status: 'committed', version: 2 });
        expect(await get('right', 0)).toMatchObject({ refreshed: true });
      }
    });

    test('a chain that it has heard is started again when it is late', async () => {
      expect(await store.heartbeat({ chainId: 'chain', hop: 0, owner: 'wrong', beatWithinMs: 60_000 })).toBe(true);
      const watch = () => store.checkout({ tokenName: NAME, owner: 'right', leaseMs: 15_000, refreshPercent: 90, watchChain: true });
      await clock.advanceBy(59_999);
      expect((await watch()).restartChain ?? false).toBe(false);
      await clock.advanceBy(1);
      expect((await watch()).restartChain).toBe(true);
    });
  });
}
