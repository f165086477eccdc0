import fc from 'fast-check';

import { DEFAULT_OPTIONS } from '../../../tools/sandbox/options';
import { SessionStorage } from '../../../tools/sandbox/session-storage';
import { VirtualClock } from '../../../tools/sandbox/virtual-clock';
import type { CommitOperation, StoreOperation } from '../../../src/stores';
import { MemorySessions } from '../../support/memory-sessions';
import { StoreEndpoint } from '../../support/store-endpoint';
import { failureOf, recordOf, START } from '../../support/token-records';
import { tries } from '../../support/tries';
import { inVirtualTime, sleepOn } from '../../support/virtual-time';

export const NAME = 'accessToken';
export const READ: StoreOperation = { op: 'read', tokenName: NAME };
export const COMMIT: CommitOperation = {
  op: 'commit',
  tokenName: NAME,
  owner: 'anna',
  ifVersion: 1,
  record: recordOf('second', START, { refresh_token: 'rotated' }),
};

interface Latency {
  writes: 'key' | 'session';
  writeMs: number;
  readMs: number;
}

/** An Endpoint over the sandbox's storage, whose writes land late and as a whole; holds a token of version 1. */
export async function lateEndpoint({ writes, writeMs, readMs }: Latency) {
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

export const OTHERS: StoreOperation[] = [
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

/** What may lie in the storage by mistake. */
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

/** @param share of the cases that a soak tries */
export function testUnreliableStorage(share: number): void {
  afterEach(() => jest.restoreAllMocks());

  test('a committed record survives everything else that goes on at the same time, with writes that land late', async () => {
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
      tries(300, share),
    );
  });

  test('damaged records, leases, failures and chains of any shape: no throw, no 5xx, mended by the next commit', async () => {
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
      tries(500, share),
    );
  });
}
