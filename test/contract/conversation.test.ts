import type { TokenRecord } from '../../src/lifetime';
import { isTokenRecord } from '../../src/lifetime';
import { VirtualClock } from '../../tools/sandbox/virtual-clock';
import { ContextPort, StoreEngine } from '../../src/stores';
import { recordOf, START } from '../support/token-records';
import { describeTokenStore } from './token-store';

describeTokenStore(
  'the conversation',
  { keepsRefreshTokens: false, keepsOtherMembers: false, hasLeases: false, keepsFailures: false, isAtomic: true },
  () => {
    const clock = new VirtualClock(START);
    const context = new Map<string, unknown>();
    const copies = {
      get: (tokenName: string) => {
        const value = context.get(tokenName);
        return isTokenRecord(value) ? value : null;
      },
      put: (tokenName: string, record: TokenRecord) => void context.set(tokenName, record),
      remove: (tokenName: string) => void context.delete(tokenName),
    };
    return {
      store: new StoreEngine(new ContextPort(copies, () => clock.now())),
      clock,
      damage: (tokenName, value) => void context.set(tokenName, value),
    };
  },
);

describe('a conversation whose turns run on workers with clocks of their own', () => {
  const REQUEST = { tokenName: 'accessToken', owner: 'turn', leaseMs: 15_000, refreshPercent: 90 };

  test.each([3_600_000, 365 * 86_400_000])('a copy by a clock that is %d ms ahead is of no use to the others', async (aheadMs) => {
    const context = new Map<string, TokenRecord>();
    const copies = { get: (name: string) => context.get(name) ?? null, put: (name: string, record: TokenRecord) => void context.set(name, record), remove: (name: string) => void context.delete(name) };
    const storeOf = (now: number) => new StoreEngine(new ContextPort(copies, () => now));
    const record = recordOf('from the future', START + aheadMs);
    await storeOf(START + aheadMs).commit({ ...REQUEST, ifVersion: 0, record });
    expect(await storeOf(START + aheadMs).checkout(REQUEST)).toMatchObject({ lease: 'not_needed' });
    expect(await storeOf(START).checkout(REQUEST)).toMatchObject({ lease: 'granted' });
  });

  test('a copy by a clock that is an hour behind is refreshed early, and never late', async () => {
    const context = new Map<string, TokenRecord>();
    const copies = { get: (name: string) => context.get(name) ?? null, put: (name: string, record: TokenRecord) => void context.set(name, record), remove: (name: string) => void context.delete(name) };
    const storeOf = (now: number) => new StoreEngine(new ContextPort(copies, () => now));
    await storeOf(START - 3_600_000).commit({ ...REQUEST, ifVersion: 0, record: recordOf('old', START - 3_600_000) });
    expect(await storeOf(START).checkout(REQUEST)).toMatchObject({ lease: 'granted' });
  });
});
