import crypto from 'node:crypto';

import { StoreEngine } from '../../src/stores';
import { AesGcmCipher } from '../../src/stores/ports/record-cipher';
import { RedisPort } from '../../src/stores/ports/redis/redis-port';
import { LOAD } from '../../src/stores/ports/redis/scripts';
import { ContextCopies } from '../../src/nodes/context-copies';
import { COPIES_KEY } from '../../src/nodes/node-config';
import { MemorySessions } from '../support/memory-sessions';
import { StoreEndpoint } from '../support/store-endpoint';
import { fingerprint, START } from '../support/token-records';

// Bytes as version 0.1.0 has written them: whoever comes from there goes on with them.

const NAME = 'accessToken';
const TOKEN = { access_token: 'stored-by-0.1.0', token_type: 'Bearer', expires_in: 3600, refresh_token: 'refresh-token-of-0.1.0' };
const SECRET = 'an-endpoint-secret-of-0.1.0';
const SEALED_IN_SESSION =
  'access-token-1.hry42uYV.38U4vQYwqeyefcNK.J8ORTLf3gIpO85Fmgpm53TdP1D72a3+zQKrkmPtZE4AYXI1l1Lc1KKmoAeH17lD6pkPKA184XFSg+R6yZkHQlIWkEFUeH27Iz3hVV5/ANfJzQKW3Xt3cRz8CSG5YS7qx4lEyENtb4AgzFeu3OL/+UjHXNpqod8WhOzhRTC4UAielS2cyUjcp4b7cG4/br4zdXIfe6eOcb4ieiRhX3lZZMg==.1PNIl7pzWv92MH0LX7EnzA==';
const REDIS_KEY = 'an-encryption-key-of-0.1.0';
const SEALED_IN_REDIS =
  'access-token-1.3LCaWrSl.g2bbYuO4CLs2kHYu.ayTlkly4Ckb0/chs4Ozo/vdIchX7J+zKtEi1ODmDkfuCCIfHTNrGv2/bNUvuuHJykiXAmo2Dj466W0qMghvWnivr9acX6herO7mmOXgg6UgSucKr+NoX3Zz/Mo12IWuBYldsWegWZVjEbfEKYlzQSPDQy9JSmPGfciJ7kAD4AMLM9C2fLUiZ6OzLC4o49STQMhJX9Q==.HuFD29P5Z3sLatksuW6GDw==';
const CHECKOUT = { tokenName: NAME, owner: 'anna', leaseMs: 15_000, refreshPercent: 90 };

beforeEach(() => jest.spyOn(Date, 'now').mockReturnValue(START + 5000));
afterEach(() => jest.restoreAllMocks());

describe('session storage, under the fixed ids of then', () => {
  let sessions: MemorySessions;
  let endpoint: StoreEndpoint;

  beforeEach(() => {
    sessions = new MemorySessions();
    sessions.plant(`record:${NAME}`, 'record', SEALED_IN_SESSION);
    sessions.plant('chain', 'chain', { chainId: 'old', hop: 41, owner: 'old/41', at: START, dueBy: START + 990_000, ended: ['older'] });
    endpoint = new StoreEndpoint(sessions.get, { endpointSecret: SECRET });
  });

  const operate = async (tokenStore: object) => (await endpoint.post({ endpointSecret: SECRET, tokenStore })).body;

  test('a record is read, refreshed and gone from there; a lease and a failure hold', async () => {
    sessions.plant(`lease:${NAME}`, 'lease', { owner: 'bert', until: START + 9000 });
    expect(await operate({ op: 'read', tokenName: NAME })).toMatchObject({ record: { token: TOKEN, timestamp: START / 1000, version: 7 } });
    expect(await operate({ op: 'checkout', ...CHECKOUT, rejected: fingerprint(TOKEN.access_token) })).toMatchObject({ lease: 'held' });
    const record = { token: { ...TOKEN, access_token: 'fresh' }, timestamp: START / 1000 + 5 };
    expect(await operate({ op: 'commit', tokenName: NAME, owner: 'bert', ifVersion: 7, record })).toEqual({ version: 8 });
    expect(await operate({ op: 'read', tokenName: NAME })).toMatchObject({ record: { token: { access_token: 'fresh' }, version: 8 } });
    expect(sessions.dump()).not.toContain(SEALED_IN_SESSION);
  });

  test('the chain of then goes on', async () => {
    const beat = (chainId: string, hop: number) => operate({ op: 'beat', chainId, hop, owner: `${chainId}/${hop}`, leaseMs: 30_000, tokens: [] });
    expect(await beat('older', 42)).toMatchObject({ continue: false });
    expect(await beat('old', 42)).toMatchObject({ continue: true });
    expect(await beat('old', 43)).toMatchObject({ continue: true });
  });

  test('another secret does not come by them, nor does a chat user by the new ones', async () => {
    await operate({ op: 'commit', tokenName: NAME, owner: 'anna', ifVersion: 7, record: { token: TOKEN, timestamp: START / 1000 } });
    const users = [...sessions.dump().matchAll(/accessTokenStore[^\\"]*/g)].map(([user]) => user);
    expect(new Set(users).size).toBe(2);
    const other = new StoreEndpoint(sessions.get, { endpointSecret: 'another' });
    expect((await other.post({ endpointSecret: 'another', tokenStore: { op: 'read', tokenName: NAME } })).body).toMatchObject({ record: null });
  });
});

describe('a hash in Redis', () => {
  const TOKEN_HASH: Record<string, string> = {
    record: SEALED_IN_REDIS,
    version: '7',
    timestamp: String(START / 1000),
    expires_in: '3600',
    fingerprint: fingerprint(TOKEN.access_token),
  };
  const CHAIN_HASH: Record<string, string> = { chainId: 'old', hop: '41', owner: 'old/41', at: String(START), dueBy: String(START + 6000), ended: '["older"]' };

  function storeOf(hashes: Record<string, Record<string, string>>): StoreEngine {
    const run = (script: object, [key = '']: readonly string[], args: ReadonlyArray<string | number>): Promise<unknown> => {
      const hash = (hashes[key] ??= {});
      if (script !== LOAD) {
        const written = args.slice(2 + 2 * Number(args[1]));
        for (let index = 0; index < written.length; index += 2) hash[String(written[index])] = String(written[index + 1]);
        return Promise.resolve(1);
      }
      return Promise.resolve([String(START / 1000 + 5), '0', args.map((name) => hash[name] ?? null)]);
    };
    const client = { run, acknowledged: async () => 0, reconnect: () => undefined, close: () => undefined };
    const log = () => undefined;
    const cipher = new AesGcmCipher([REDIS_KEY], crypto);
    return new StoreEngine(new RedisPort({ client, keyPrefix: 'p:', cipher, now: Date.now, log }));
  }

  test('is read, with its lease and its failure', async () => {
    const failure = { code: 'invalid_client', at: START, attempts: 2, retryAt: START + 60_000 };
    const marks = { owner: 'bert', until: String(START + 9000), failure: JSON.stringify(failure) };
    const store = storeOf({ [`p:token:${NAME}`]: { ...TOKEN_HASH, ...marks } });
    expect(await store.read(NAME)).toMatchObject({ record: { token: TOKEN, timestamp: START / 1000, version: 7 }, failure });
    expect(await store.checkout(CHECKOUT)).toMatchObject({ lease: 'not_needed' });
    expect(await store.checkout({ ...CHECKOUT, rejected: fingerprint(TOKEN.access_token) })).toMatchObject({ lease: 'held' });
    const record = { token: TOKEN, timestamp: START / 1000 + 5 };
    expect(await store.commit({ tokenName: NAME, owner: 'bert', ifVersion: 6, record })).toMatchObject({ status: 'version_conflict' });
    expect(await store.commit({ tokenName: NAME, owner: 'bert', ifVersion: 7, record })).toEqual({ status: 'committed', version: 8 });
  });

  test('a chain goes on, and is started again when it is late', async () => {
    const store = storeOf({ [`p:token:${NAME}`]: TOKEN_HASH, 'p:chain': CHAIN_HASH });
    expect((await store.checkout({ ...CHECKOUT, watchChain: true })).restartChain).toBeUndefined();
    expect(await store.heartbeat({ chainId: 'older', hop: 50, owner: 'x', beatWithinMs: 1000 })).toBe(false);
    expect(await store.heartbeat({ chainId: 'old', hop: 42, owner: 'old/42', beatWithinMs: 1000 })).toBe(true);
  });

  test('what a clock that was wrong has written keeps nobody away', async () => {
    const year = 365 * 86_400_000;
    const failure = { code: 'token_endpoint_unavailable', at: START + year, attempts: 1, retryAt: START + year + 1000 };
    const future = { ...TOKEN_HASH, owner: 'bert', until: String(START + year), failure: JSON.stringify(failure) };
    const store = storeOf({ [`p:token:${NAME}`]: future, 'p:chain': { ...CHAIN_HASH, at: String(START + year), dueBy: String(START + year + 1000) } });
    const checkout = await store.checkout({ ...CHECKOUT, rejected: fingerprint(TOKEN.access_token), watchChain: true });
    expect(checkout).toMatchObject({ lease: 'granted', restartChain: true });
    expect(checkout.failure).toBeUndefined();
  });
});

test('copies in a conversation’s context', () => {
  const copy = { token: { access_token: 'copied-by-0.1.0', token_type: 'Bearer', expires_in: 3600 }, timestamp: START / 1000, version: 3 };
  const copies = new ContextCopies({ [COPIES_KEY]: { [NAME]: copy } }, () => START);
  expect(copies.get(NAME)).toEqual(copy);
});
