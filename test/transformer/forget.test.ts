import fc from 'fast-check';

import type { CommitOperation, StoreOperation } from '../../src/stores';
import { MemorySessions } from '../support/memory-sessions';
import { BEAT, CHECKOUT, COMMIT, READ } from '../support/operations';
import { ENDPOINT_SECRET, StoreEndpoint } from '../support/store-endpoint';
import { recordOf, START } from '../support/token-records';

const FORGET = { op: 'forget', tokenName: 'accessToken' } as const;
const ACCESS_TOKEN = 'canary-access-token-4c19';
const REFRESH_TOKEN = 'canary-refresh-token-d07b';
const KEPT: CommitOperation = { ...COMMIT, record: recordOf(ACCESS_TOKEN, START, { refresh_token: REFRESH_TOKEN }) };

let now = START;
let sessions: MemorySessions;
let endpoint: StoreEndpoint;

beforeEach(() => {
  now = START;
  jest.spyOn(Date, 'now').mockImplementation(() => now);
  sessions = new MemorySessions();
  endpoint = new StoreEndpoint(sessions.get);
});

afterEach(() => jest.restoreAllMocks());

async function read(from = endpoint): Promise<unknown> {
  const { body } = await from.operate(READ);
  return (body as { record: { token: { access_token: string } } | null }).record?.token.access_token ?? null;
}

describe('on the wire', () => {
  test('forget is answered with 200 and whether there was a token, and nothing else', async () => {
    await endpoint.operate(KEPT);
    expect(await endpoint.operate(FORGET)).toMatchObject({ status: 200, body: { forgotten: true }, returned: null });
    expect((await endpoint.operate(FORGET)).body).toEqual({ forgotten: false });
    expect(await read()).toBeNull();
  });

  test.each([
    [{ op: 'forget' }, 'tokenName'],
    [{ ...FORGET, tokenName: '' }, 'tokenName'],
    [{ ...FORGET, boundTo: 7 }, 'boundTo'],
    [{ ...FORGET, boundTo: 'x'.repeat(201) }, 'boundTo'],
  ])('%j is refused for its %s, and takes nothing away', async (operation, field) => {
    await endpoint.operate(KEPT);
    const answer = await endpoint.operate(operation as unknown as StoreOperation);
    expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_request', field } });
    expect(await read()).toBe(ACCESS_TOKEN);
  });

  test('without the right secret nothing is forgotten', async () => {
    await endpoint.operate(KEPT);
    expect(await endpoint.post({ endpointSecret: 'wrong', tokenStore: FORGET })).toMatchObject({ status: 401 });
    expect(await read()).toBe(ACCESS_TOKEN);
  });
});

describe('a token that was forgotten', () => {
  test('is not there for user code either', async () => {
    await endpoint.operate(KEPT);
    expect(await endpoint.store.accessToken()).toBe(ACCESS_TOKEN);
    await endpoint.operate(FORGET);
    expect(await endpoint.store.accessToken()).toBeNull();
  });

  test('leaves nothing in the storage, under the ids of former secrets and of version 0.1 neither', async () => {
    const former = new StoreEndpoint(sessions.get, { endpointSecret: 'the-former-secret-31' });
    await former.post({ endpointSecret: 'the-former-secret-31', tokenStore: KEPT });
    sessions.plant('record:of 0.1', 'record', { ...recordOf(ACCESS_TOKEN, START, { refresh_token: REFRESH_TOKEN }), version: 3 });
    const changed = new StoreEndpoint(sessions.get, { previousEndpointSecret: 'the-former-secret-31' });
    const formerText = sealedTexts();
    expect(formerText).toHaveLength(1);
    // Two copies: its own besides the one that it was read from.
    await endpoint.operate(KEPT);
    for (const tokenName of ['accessToken', 'of 0.1']) {
      expect((await changed.operate({ ...FORGET, tokenName })).body).toEqual({ forgotten: true });
      expect((await changed.operate({ ...READ, tokenName })).body).toMatchObject({ record: null });
    }
    expect(sealedTexts()).toEqual([]);
    expect(sessions.dump()).not.toMatch(/canary-/);
    expect(await read(former)).toBeNull();
  });

  test('is not the initial one again', async () => {
    endpoint = new StoreEndpoint(sessions.get, { initialTokens: { accessToken: recordOf('initial', START) } });
    expect(await read()).toBe('initial');
    expect((await endpoint.operate(FORGET)).body).toEqual({ forgotten: true });
    expect(await read()).toBeNull();
  });

  test('is not brought back by a beat that has seen it', async () => {
    await endpoint.operate(KEPT);
    now += 3_600_000;
    // It has been granted the lease of a token that is gone by the time it writes.
    const beating = endpoint.operate({ ...BEAT, tokens: [...BEAT.tokens] });
    const forgetting = endpoint.operate(FORGET);
    const [{ body }] = await Promise.all([beating, forgetting]);
    const granted = (body as { granted: { record: { version: number } | null } | null }).granted;
    for (const ifVersion of [granted?.record?.version ?? 0, 0, 0]) {
      await endpoint.operate({ ...KEPT, owner: BEAT.owner, ifVersion, record: recordOf('by the chain', now) });
      if (granted?.record) expect(await read()).toBeNull();
    }
    expect(await read()).not.toBe(ACCESS_TOKEN);
  });

  test('is not brought back by what writes records again that the storage would lose', async () => {
    await endpoint.operate({ ...KEPT, record: recordOf(ACCESS_TOKEN, START, { expires_in: 86_400 }) });
    now += 700_000;
    await Promise.all([endpoint.operate({ ...BEAT, tokens: [...BEAT.tokens] }), endpoint.operate(FORGET)]);
    expect(await read()).toBeNull();
  });

  test('is not brought back by a classic update with a token from before', async () => {
    await endpoint.operate(KEPT);
    now += 30_500;
    await endpoint.operate(FORGET);
    const update = (issuedAt: number) => endpoint.post({ endpointSecret: ENDPOINT_SECRET, ...recordOf(`issued at ${issuedAt}`, issuedAt) });
    for (const issuedAt of [START, START + 30_000]) {
      expect((await update(issuedAt)).status).toBe(200);
      expect(await read()).toBeNull();
    }
    now += 1000;
    await update(START + 31_000);
    expect(await read()).toBe(`issued at ${START + 31_000}`);
  });

  test('has no version that a mark in the storage could make of it: what is no mark is passed over', async () => {
    for (const forgotten of ['text', 7, {}, { version: 'x', at: START }, { version: 9, at: START + 3_600_000 }, { version: 1.5, at: START }]) {
      sessions = new MemorySessions();
      endpoint = new StoreEndpoint(sessions.get);
      sessions.plant('record:accessToken', 'forgotten', forgotten);
      expect((await endpoint.operate(KEPT)).body).toEqual({ version: 1 });
      expect(await read()).toBe(ACCESS_TOKEN);
    }
  });
});

// Where writes are seen at once; where they land late, one that crosses the forgetting may win.
test('whatever runs at the same moment: the forgotten token is not read afterwards', async () => {
  const others: StoreOperation[] = [
    READ,
    { ...CHECKOUT, owner: 'bert' },
    { ...KEPT, ifVersion: 1, record: recordOf('refreshed', START, { refresh_token: 'rotated' }) },
    { ...BEAT, tokens: [...BEAT.tokens] },
    { op: 'release', tokenName: 'accessToken', owner: 'anna' },
    FORGET,
  ];
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom(...others), { maxLength: 4 }), fc.array(fc.constantFrom(...others), { maxLength: 4 }), async (before, after) => {
      sessions = new MemorySessions();
      endpoint = new StoreEndpoint(sessions.get);
      await endpoint.operate(KEPT);
      await endpoint.operate({ ...CHECKOUT, owner: 'anna', rejected: 'another' });
      await Promise.all([...before, FORGET, ...after].map((operation) => endpoint.operate(operation)));
      expect(await read()).toBeNull();
    }),
    { numRuns: 100 },
  );
});

/** The records that lie in the storage. */
function sealedTexts(): string[] {
  return sessions.dump().match(/access-token-1\.[^"\\]+/g) ?? [];
}
