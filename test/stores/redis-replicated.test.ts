import { AccessTokenError } from '../../src/errors';
import { StoreEngine } from '../../src/stores';
import { RedisPort } from '../../src/stores/ports/redis/redis-port';
import type { RedisClient } from '../../src/stores/ports/redis/redis-port';
import { LOAD } from '../../src/stores/ports/redis/scripts';
import { recordOf, START } from '../support/token-records';

type Hash = Record<string, string>;

/** A Redis server as the client sees it. */
interface Primary {
  hash: Hash;
  /** How many replicas are connected; none: they have left. `undefined`: there never was one. */
  replicas?: number;
  /** How many of them answer WAIT. */
  answering?: number;
}

/** A client that leads to one primary, and after each new connection to the next one. */
class ClientDouble implements RedisClient {
  readonly waits: { replicas: number; timeoutMs: number }[] = [];
  /** Whether INFO is refused. */
  isUnknown = false;
  /** What WAIT fails with. */
  fault: AccessTokenError | undefined;

  constructor(
    private current: Primary,
    private readonly next: Primary[] = [],
  ) {}

  run: RedisClient['run'] = async (script, _, args) => {
    const { hash, replicas } = this.current;
    if (script === LOAD) return [String(START / 1000), '0', args.map((name) => hash[name] ?? null)];
    const texts = args.map(String);
    const last = 2 + 2 * Number(texts[1]);
    for (let index = 2; index < last; index += 2) if ((hash[texts[index] ?? ''] ?? '') !== texts[index + 1]) return 0;
    for (let index = last; index < texts.length; index += 2) {
      const [name = '', value = ''] = texts.slice(index, index + 2);
      if (value === '') delete hash[name];
      else hash[name] = value;
    }
    if (this.isUnknown) return -1;
    return replicas === undefined ? 1 : 2 + replicas;
  };

  acknowledged: RedisClient['acknowledged'] = async (_, replicas, timeoutMs) => {
    this.waits.push({ replicas, timeoutMs });
    if (this.fault !== undefined) throw this.fault;
    return this.current.answering ?? 0;
  };

  reconnect(): void {
    this.current = this.next.shift() ?? this.current;
  }

  close(): void {
    // Nothing is open.
  }
}

const FRESH = recordOf('fresh', START, { refresh_token: 'rotated' });

function open(client: RedisClient, said: unknown[][] = []): StoreEngine {
  const log = (...told: unknown[]) => void said.push(told);
  return new StoreEngine(new RedisPort({ client, keyPrefix: '', cipher: undefined, now: () => START, log }));
}

const checkOut = (store: StoreEngine) => store.checkout({ tokenName: 'a', owner: 'me', leaseMs: 15_000, refreshPercent: 90 });
const commit = (store: StoreEngine) => store.commit({ tokenName: 'a', owner: 'me', ifVersion: 0, record: FRESH });

test('a server that has no replica is not asked for one', async () => {
  const client = new ClientDouble({ hash: {} });
  const store = open(client);
  expect(await checkOut(store)).toMatchObject({ lease: 'granted' });
  expect(await commit(store)).toEqual({ status: 'committed', version: 1 });
  expect(client.waits).toEqual([]);
});

test('all replicas are waited for, and one is enough: for the lease, and for the token', async () => {
  const client = new ClientDouble({ hash: {}, replicas: 2, answering: 1 });
  const store = open(client);
  await checkOut(store);
  expect(client.waits).toEqual([{ replicas: 2, timeoutMs: 500 }]);
  expect(await commit(store)).toEqual({ status: 'committed', version: 1 });
  expect(client.waits).toHaveLength(2);
});

test('what is released, and what a chain says, waits for nobody', async () => {
  const client = new ClientDouble({ hash: {}, replicas: 1, answering: 0 });
  const store = open(client);
  await store.heartbeat({ chainId: 'chain', hop: 1, owner: 'hop', beatWithinMs: 1 });
  await store.release({ tokenName: 'a', owner: 'me' });
  expect(client.waits).toEqual([]);
});

test('where none answers, the commit says so, and has not waited for longer than the reserve for it', async () => {
  const client = new ClientDouble({ hash: {}, replicas: 1, answering: 0 });
  const store = open(client);
  await checkOut(store);
  const before = client.waits.length;
  const result = await commit(store);
  expect(result).toMatchObject({ status: 'committed', version: 1, warning: { code: 'commit_not_replicated', transient: true } });
  const waitedMs = client.waits.slice(before).reduce((sum, { timeoutMs }) => sum + timeoutMs, 0);
  expect(waitedMs).toBe(1000);
});

test('a primary that another one took the place of: the token lies on that one, under the same lease', async () => {
  const lease = { owner: 'me', until: String(START + 15_000) };
  const old: Primary = { hash: { ...lease }, replicas: 0 };
  const now: Primary = { hash: { ...lease }, replicas: 1, answering: 1 };
  expect(await commit(open(new ClientDouble(old, [now])))).toEqual({ status: 'committed', version: 1 });
  expect(now.hash).toMatchObject({ version: '1', record: expect.stringContaining('rotated') as string });
  expect(now.hash).not.toHaveProperty('owner');
});

test('the same, where the new one has nobody behind it yet: the token is there, and the result warns', async () => {
  const now: Primary = { hash: {}, replicas: 0 };
  const result = await commit(open(new ClientDouble({ hash: {}, replicas: 0 }, [now])));
  expect(result).toMatchObject({ status: 'committed', warning: { code: 'commit_not_replicated' } });
  expect(now.hash['version']).toBe('1');
});

test('the same, where somebody else has refreshed there: theirs stays', async () => {
  const theirs = { version: '1', record: JSON.stringify(recordOf('theirs', START)) };
  const now: Primary = { hash: { ...theirs }, replicas: 1, answering: 1 };
  expect(await commit(open(new ClientDouble({ hash: {}, replicas: 0 }, [now])))).toMatchObject({
    status: 'version_conflict',
    record: { token: { access_token: 'theirs' } },
  });
  expect(now.hash).toEqual(theirs);
});

test('a lease that somebody else holds on the new primary is held', async () => {
  const now: Primary = { hash: { owner: 'another', until: String(START + 9000) }, replicas: 1, answering: 1 };
  expect(await checkOut(open(new ClientDouble({ hash: {}, replicas: 0 }, [now])))).toMatchObject({ lease: 'held' });
});

test('a commit that has landed, and its answer was lost, is confirmed by the next try', async () => {
  const primary: Primary = { hash: {}, replicas: 1, answering: 0 };
  const client = new ClientDouble(primary);
  const store = open(client);
  await commit(store);
  primary.answering = 1;
  expect(await commit(store)).toEqual({ status: 'committed', version: 1 });
  expect(primary.hash['version']).toBe('1');
});

test('a user who may not use WAIT: the result warns, with the right to give', async () => {
  const client = new ClientDouble({ hash: {}, replicas: 1 });
  client.fault = new AccessTokenError('store_refused', 'Redis refused the user or the password.');
  const result = await commit(open(client));
  expect(result).toMatchObject({ warning: { code: 'commit_not_replicated', remedy: expect.stringContaining('+wait') as string } });
  expect(client.waits).toHaveLength(1);
});

test('a connection that ends while replicas are waited for is made anew', async () => {
  const now: Primary = { hash: {}, replicas: 1, answering: 1 };
  const client = new ClientDouble({ hash: {}, replicas: 1 }, [now]);
  client.fault = new AccessTokenError('store_unreachable', "Redis can't be reached.", { transient: true });
  const reconnect = client.reconnect.bind(client);
  client.reconnect = () => {
    client.fault = undefined;
    reconnect();
  };
  expect(await commit(open(client))).toEqual({ status: 'committed', version: 1 });
  expect(now.hash['version']).toBe('1');
});

test('a user who may not ask for replicas: the log says what to give, and nothing fails', async () => {
  const client = new ClientDouble({ hash: {} });
  client.isUnknown = true;
  const said: unknown[][] = [];
  expect(await commit(open(client, said))).toEqual({ status: 'committed', version: 1 });
  expect(said).toEqual([['warn', 'redis_replicas_unknown', expect.stringContaining('+info')]]);
  expect(client.waits).toEqual([]);
});
