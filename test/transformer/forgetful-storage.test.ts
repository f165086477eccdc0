import type { Session } from '../../src/stores/ports/session-storage';
import { StoreEndpoint } from '../support/store-endpoint';
import { recordOf, START } from '../support/token-records';

/** How long the storage keeps a session that is not written, milliseconds. */
const KEPT_MS = 3600_000;
const HOP_MS = 770_000;
const DAY_SECONDS = 86_400;

let now: number;
let hops: number;
let writes: string[];
let endpoint: StoreEndpoint;

beforeEach(() => {
  now = START;
  hops = 0;
  writes = [];
  jest.spyOn(Date, 'now').mockImplementation(() => now);
  const sessions = new Map<string, { contents: Session; at: number }>();
  endpoint = new StoreEndpoint((userId, sessionId) => {
    const key = `${userId} ${sessionId}`;
    const kept = sessions.get(key);
    const contents = kept === undefined || now - kept.at > KEPT_MS ? {} : kept.contents;
    return Promise.resolve(
      new Proxy({ ...contents }, {
        set: (target, member, value: unknown) => {
          target[String(member)] = value;
          sessions.set(key, { contents: { ...target }, at: now });
          if (member === 'record') writes.push(sessionId);
          return true;
        },
      }),
    );
  });
});

afterEach(() => {
  jest.restoreAllMocks();
});

async function commit(tokenName: string, expires_in: number): Promise<void> {
  const record = recordOf(`of ${tokenName}`, now, { expires_in, refresh_token: 'rotated' });
  await endpoint.operate({ op: 'commit', tokenName, owner: 'a node', ifVersion: 0, record });
  writes.length = 0;
}

async function beat(...tokenNames: string[]): Promise<void> {
  hops += 1;
  const tokens = tokenNames.map((tokenName) => ({ tokenName, refreshPercent: 90 }));
  await endpoint.operate({ op: 'beat', chainId: 'chain', hop: hops, owner: `hop ${hops}`, leaseMs: 15_000, first: hops === 1, tokens });
}

async function stored(tokenName: string) {
  return (await endpoint.operate({ op: 'read', tokenName })).body;
}

test('a token that lives longer than the storage remembers is there as long as the chain beats', async () => {
  await commit('long', DAY_SECONDS);
  for (let hop = 0; hop < 90; hop += 1) {
    await beat('long');
    now += HOP_MS;
  }
  expect(await stored('long')).toMatchObject({ record: { version: 1, token: { access_token: 'of long', refresh_token: 'rotated' } } });
});

test('a busy chain writes each record once in ten minutes, and a few at a time', async () => {
  const names = Array.from({ length: 50 }, (_, index) => `token ${index}`);
  for (const name of names) await commit(name, DAY_SECONDS);
  for (let second = 0; second < 1200; second += 2) {
    await beat(...names);
    now += 2000;
  }
  expect(writes.length).toBeLessThanOrEqual(2 * names.length);
  expect(new Set(writes).size).toBe(names.length);
});

test.each<[string, number, number]>([
  ['is due', 1000, 950_000],
  ['is due within a minute', 1000, 860_000],
])('a record that %s is left to its refresh', async (_, lifetime, afterMs) => {
  await commit('mine', lifetime);
  now += afterMs;
  await beat('mine');
  expect(writes).toEqual([]);
});

test('a record that somebody is refreshing is left alone', async () => {
  await commit('mine', DAY_SECONDS);
  now += KEPT_MS / 2;
  await endpoint.operate({ op: 'checkout', tokenName: 'mine', owner: 'a node', leaseMs: 15_000, refreshPercent: 1 });
  await beat('mine');
  expect(writes).toEqual([]);
  now += 20_000;
  await beat('mine');
  expect(writes).toEqual(['record:mine']);
});
