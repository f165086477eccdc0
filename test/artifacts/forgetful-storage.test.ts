import type { Session } from '../../src/stores/ports/session-storage';
import { BuiltTransformer } from '../support/built-transformer';
import { recordOf } from '../support/token-records';

const SECRET = 'canary-endpoint-secret-21f0';

/** How long the storage keeps a session that is not written, milliseconds. */
const KEPT_MS = 3600_000;
const HOP_MS = 770_000;
const DAY_SECONDS = 86_400;

let hops: number;
let writes: string[];
let store: BuiltTransformer;

beforeEach(() => {
  hops = 0;
  writes = [];
  const sessions = new Map<string, { contents: Session; at: number }>();
  const open = (userId: string, sessionId: string) => {
    const key = `${userId} ${sessionId}`;
    const kept = sessions.get(key);
    const contents = kept === undefined || store.time - kept.at > KEPT_MS ? {} : kept.contents;
    return Promise.resolve(
      new Proxy({ ...contents }, {
        set: (target, member, value: unknown) => {
          target[String(member)] = value;
          sessions.set(key, { contents: { ...target }, at: store.time });
          if (member === 'record') writes.push(sessionId);
          return true;
        },
      }),
    );
  };
  store = new BuiltTransformer('rest', { endpointSecret: SECRET }, { open });
});

async function commit(tokenName: string, expires_in: number): Promise<void> {
  const record = recordOf(`of ${tokenName}`, store.time, { expires_in, refresh_token: 'rotated' });
  await store.operate(SECRET, { op: 'commit', tokenName, owner: 'a node', ifVersion: 0, record });
  writes.length = 0;
}

async function beat(...tokenNames: string[]): Promise<void> {
  hops += 1;
  const tokens = tokenNames.map((tokenName) => ({ tokenName, refreshPercent: 90 }));
  await store.operate(SECRET, { op: 'beat', chainId: 'chain', hop: hops, owner: `hop ${hops}`, leaseMs: 15_000, first: hops === 1, tokens });
}

async function stored(tokenName: string) {
  return (await store.operate(SECRET, { op: 'read', tokenName })).body;
}

test('a token that lives longer than the storage remembers is there as long as the chain beats', async () => {
  await commit('long', DAY_SECONDS);
  for (let hop = 0; hop < 90; hop += 1) {
    await beat('long');
    store.time += HOP_MS;
  }
  expect(await stored('long')).toMatchObject({ record: { version: 1, token: { access_token: 'of long', refresh_token: 'rotated' } } });
});

test('a busy chain writes each record once in ten minutes, and a few at a time', async () => {
  const names = Array.from({ length: 50 }, (_, index) => `token ${index}`);
  for (const name of names) await commit(name, DAY_SECONDS);
  for (let second = 0; second < 1200; second += 2) {
    await beat(...names);
    store.time += 2000;
  }
  expect(writes.length).toBeLessThanOrEqual(2 * names.length);
  expect(new Set(writes).size).toBe(names.length);
});

test.each<[string, number, number]>([
  ['is due', 1000, 950_000],
  ['is due within a minute', 1000, 860_000],
])('a record that %s is left to its refresh', async (_, lifetime, afterMs) => {
  await commit('mine', lifetime);
  store.time += afterMs;
  await beat('mine');
  expect(writes).toEqual([]);
});

test('a record that somebody is refreshing is left alone', async () => {
  await commit('mine', DAY_SECONDS);
  store.time += KEPT_MS / 2;
  await store.operate(SECRET, { op: 'checkout', tokenName: 'mine', owner: 'a node', leaseMs: 15_000, refreshPercent: 1 });
  await beat('mine');
  expect(writes).toEqual([]);
  store.time += 20_000;
  await beat('mine');
  expect(writes).toEqual(['record:mine']);
});
