import type { BeatAnswer, BeatOperation } from '../../src/stores';
import { electChain } from '../../src/stores/engine/chain';
import type { ChainState } from '../../src/stores/engine/chain';
import { MemorySessions } from '../support/memory-sessions';
import { StoreEndpoint } from '../support/store-endpoint';
import { failureOf, recordOf, START } from '../support/token-records';

let now: number;
let endpoint: StoreEndpoint;
let sessions: MemorySessions;

beforeEach(() => {
  now = START;
  jest.spyOn(Date, 'now').mockImplementation(() => now);
  sessions = new MemorySessions();
  endpoint = new StoreEndpoint(sessions.get);
});

afterEach(() => {
  jest.restoreAllMocks();
});

async function beat(operation: Partial<BeatOperation> = {}): Promise<BeatAnswer> {
  const hop = operation.hop ?? 0;
  const base = { op: 'beat', chainId: 'chain', hop, owner: `hop ${hop}`, leaseMs: 30_000 } as const;
  const tokens = operation.tokens ?? watched('accessToken');
  const { status, body } = await endpoint.operate({ ...base, ...operation, tokens });
  expect(status).toBe(200);
  return body as BeatAnswer;
}

function watched(...tokenNames: string[]) {
  return tokenNames.map((tokenName) => ({ tokenName, refreshPercent: 90 }));
}

/** Puts a token there that expires in a number of seconds. */
async function keep(tokenName: string, expiresInSeconds: number): Promise<void> {
  const record = recordOf(`token of ${tokenName}`, now, { expires_in: expiresInSeconds });
  await endpoint.operate({ op: 'commit', tokenName, owner: 'anna', ifVersion: 0, record });
}

async function grantedName(operation: Partial<BeatOperation>): Promise<string | undefined> {
  return (await beat(operation)).granted?.tokenName;
}

describe('which chain goes on', () => {
  test('the newest one; the older one is told to end, and stays ended', async () => {
    expect((await beat({ chainId: 'older', hop: 4 })).continue).toBe(true);
    expect((await beat({ chainId: 'newer', hop: 0 })).continue).toBe(true);
    expect((await beat({ chainId: 'older', hop: 5 })).continue).toBe(false);
    expect((await beat({ chainId: 'newer', hop: 1 })).continue).toBe(true);
    expect((await beat({ chainId: 'older', hop: 6 })).continue).toBe(false);
  });

  test('a chain that ends gets no lease and sees no schedule', async () => {
    await beat({ chainId: 'older', tokens: [] });
    await beat({ chainId: 'newer', tokens: [] });
    expect(await beat({ chainId: 'older', hop: 1 })).toEqual({ continue: false, schedule: [], granted: null, now });
  });

  test('of two instances of a hop the second one ends; the first may beat again', async () => {
    expect((await beat({ hop: 3, owner: 'first' })).continue).toBe(true);
    expect((await beat({ hop: 3, owner: 'second' })).continue).toBe(false);
    expect((await beat({ hop: 3, owner: 'first' })).continue).toBe(true);
    expect((await beat({ hop: 4, owner: 'third' })).continue).toBe(true);
    expect((await beat({ hop: 3, owner: 'first' })).continue).toBe(false);
  });

  test('hops may be skipped', async () => {
    await beat({ hop: 3 });
    expect((await beat({ hop: 9 })).continue).toBe(true);
  });

  test('the last hundred ended chains are remembered', () => {
    let state: ChainState | null = null;
    for (let index = 0; index <= 101; index += 1) {
      state = electChain(state, { chainId: `chain ${index}`, hop: 0, owner: 'x' }, START + index);
    }
    expect(state).toEqual({
      chainId: 'chain 101',
      hop: 0,
      owner: 'x',
      at: START + 101,
      dueBy: START + 101 + 1_000_000,
      ended: Array.from({ length: 100 }, (_, index) => `chain ${100 - index}`),
    });
  });
});

describe('which token is granted', () => {
  test('one that still lives before all that are lost, however long those have been', async () => {
    await keep('expired', 10);
    await keep('living', 100);
    now += 95_000;
    const tokens = watched('expired', 'missing', 'living');
    expect(await grantedName({ hop: 1, tokens, leaseMs: 1 })).toBe('living');
    expect(await grantedName({ hop: 2, tokens, leaseMs: 1 })).toBe('missing');
    expect(await grantedName({ hop: 3, tokens, leaseMs: 1 })).toBe('expired');
    // At the end of its life it is lost too.
    now = START + 100_000;
    expect(await grantedName({ hop: 4, tokens: watched('living', 'expired') })).toBe('expired');
  });

  test('those whose refresh failed take turns, after what still lives', async () => {
    const fail = async (tokenName: string, retryAt: number) => {
      const failure = failureOf(now, { retryAt });
      await endpoint.operate({ op: 'release', tokenName, owner: 'hop', failure });
    };
    await keep('living', 100);
    await keep('living, but failed', 99);
    now += 95_000;
    await fail('one', now + 1000);
    await fail('other', now + 2000);
    await endpoint.operate({
      op: 'release',
      tokenName: 'living, but failed',
      owner: 'hop',
      ifVersion: 1,
      failure: failureOf(now, { retryAt: now + 1500 }),
    });
    now += 3000;
    const tokens = watched('other', 'living, but failed', 'living', 'one');
    expect(await grantedName({ hop: 1, tokens, leaseMs: 1 })).toBe('living');
    await endpoint.operate({ op: 'commit', tokenName: 'living', owner: 'x', ifVersion: 1, record: recordOf('new', now) });
    now += 1;
    expect(await grantedName({ hop: 2, tokens, leaseMs: 1 })).toBe('one');
    await fail('one', now + 1);
    now += 1;
    expect(await grantedName({ hop: 3, tokens })).toBe('living, but failed');
    expect(await grantedName({ hop: 4, tokens })).toBe('other');
    expect(await grantedName({ hop: 5, tokens })).toBe('one');
  });

  test('the one that expires first, of those that are due; one at a time', async () => {
    await keep('later', 60);
    await keep('sooner', 58);
    await keep('soonest, yet long due', 57);
    await keep('not due', 600);
    now += 55_000;
    const tokens = watched('later', 'sooner', 'soonest, yet long due', 'not due');
    expect(await grantedName({ hop: 1, tokens })).toBe('soonest, yet long due');
    expect(await grantedName({ hop: 2, tokens })).toBe('sooner');
    expect(await grantedName({ hop: 3, tokens })).toBe('later');
    expect(await grantedName({ hop: 4, tokens })).toBeUndefined();
  });

  test('from refreshAt on, not a millisecond before', async () => {
    await keep('accessToken', 100);
    now = START + 89_999;
    expect(await grantedName({ hop: 1 })).toBeUndefined();
    now = START + 90_000;
    expect(await grantedName({ hop: 2 })).toBe('accessToken');
  });

  test('each with its own percent', async () => {
    await keep('a', 100);
    await keep('b', 100);
    now = START + 50_000;
    const tokens = [
      { tokenName: 'a', refreshPercent: 90 },
      { tokenName: 'b', refreshPercent: 50 },
    ];
    const { granted, schedule } = await beat({ tokens });
    expect(granted?.tokenName).toBe('b');
    expect(schedule.map(({ refreshAt }) => refreshAt - START)).toEqual([90_000, 50_000]);
  });

  test('never one whose lease somebody else holds, until it lapses', async () => {
    await endpoint.operate({
      op: 'checkout',
      tokenName: 'accessToken',
      owner: 'a node',
      leaseMs: 15_000,
      refreshPercent: 90,
    });
    expect(await grantedName({ hop: 1 })).toBeUndefined();
    now += 14_999;
    expect(await grantedName({ hop: 2 })).toBeUndefined();
    now += 1;
    expect(await grantedName({ hop: 3 })).toBe('accessToken');
  });

  test('and its lease keeps the nodes off, for as long as was asked', async () => {
    await beat({ leaseMs: 30_000 });
    const checkout = {
      op: 'checkout',
      tokenName: 'accessToken',
      owner: 'a node',
      leaseMs: 15_000,
      refreshPercent: 90,
    } as const;
    now += 29_999;
    expect((await endpoint.operate(checkout)).body).toMatchObject({ lease: 'held' });
    now += 1;
    expect((await endpoint.operate(checkout)).body).toMatchObject({ lease: 'granted' });
  });

  test('the words of a failure are not in the answer: in an outage each token of a chain would have them', async () => {
    const failure = failureOf(now, { settings: 'mine' });
    const words = { message: 'The token endpoint answered HTTP 503.', status: 503, host: 'login.example.com' };
    await endpoint.operate({ op: 'release', tokenName: 'accessToken', owner: 'a node', failure: { ...failure, ...words } });
    expect((await beat({ hop: 1 })).schedule).toEqual([{ tokenName: 'accessToken', refreshAt: 0, expiresAt: 0, version: 0, failure }]);
    expect((await endpoint.operate({ op: 'read', tokenName: 'accessToken' })).body).toMatchObject({ failure: words });
  });

  test('never before the failure allows it, and exactly then', async () => {
    const failure = failureOf(now, { retryAt: now + 5000 });
    await endpoint.operate({ op: 'release', tokenName: 'accessToken', owner: 'a node', failure });
    expect(await beat({ hop: 1 })).toMatchObject({ granted: null, schedule: [{ version: 0, failure }] });
    now += 4999;
    expect(await grantedName({ hop: 2 })).toBeUndefined();
    now += 1;
    expect(await grantedName({ hop: 3 })).toBe('accessToken');
  });
});

test('a chain without tokens goes on', async () => {
  expect(await beat({ tokens: [] })).toEqual({ continue: true, schedule: [], granted: null, now });
});

describe('a node that was granted the same lease in the same moment', () => {
  const lookAgain = async (tokenName = 'accessToken') => {
    const request = { op: 'checkout', tokenName, owner: 'node', leaseMs: 15_000, refreshPercent: 90 } as const;
    return (await endpoint.operate(request)).body as { lease: string };
  };

  beforeEach(async () => {
    expect((await beat()).granted).toMatchObject({ tokenName: 'accessToken' });
    // The node's write lands last.
    sessions.plant('lease:accessToken', 'lease', { owner: 'node', until: now + 15_000 });
  });

  test('gives way to the chain when it looks again', async () => {
    now += 100;
    expect(await lookAgain()).toMatchObject({ lease: 'held' });
    expect(await lookAgain('another')).toMatchObject({ lease: 'granted' });
  });

  test('goes on where the chain has not used its precedence', async () => {
    now += 1000;
    expect(await lookAgain()).toMatchObject({ lease: 'granted' });
  });
});
