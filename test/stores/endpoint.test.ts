import { AccessTokenError } from '../../src/errors';
import { TransportError } from '../../src/http';
import type { HttpRequest, HttpResponse, Transport } from '../../src/http';
import { EndpointStore } from '../../src/stores';
import { ENDPOINT_SECRET, ENDPOINT_URL } from '../support/store-endpoint';
import { failureOf, recordOf, START } from '../support/token-records';

const RECORD = { ...recordOf('stored', START), version: 3 };

/** A store whose Endpoint always answers the same, and what was asked of it. */
function storeAnswering(answer: Partial<HttpResponse> | Error) {
  const requests: { request: HttpRequest; timeoutMs: number }[] = [];
  const transport: Transport = async (request, timeoutMs) => {
    requests.push({ request, timeoutMs });
    if (answer instanceof Error) throw answer;
    return { status: 200, headers: {}, data: '', ...answer };
  };
  const store = new EndpointStore({
    url: ENDPOINT_URL,
    endpointSecret: ENDPOINT_SECRET,
    transport,
    timeoutMs: () => 1234,
  });
  return { store, requests };
}

const CHECKOUT = { tokenName: 'crm', owner: 'anna', leaseMs: 15_000, refreshPercent: 90 };

/** Each operation, as a caller makes it. */
const OPERATIONS: [string, (store: EndpointStore) => Promise<unknown>][] = [
  ['read', (store) => store.read('crm')],
  ['look', (store) => store.look('crm')],
  ['checkout', (store) => store.checkout(CHECKOUT)],
  ['commit', (store) => store.commit({ tokenName: 'crm', owner: 'anna', ifVersion: 3, record: RECORD })],
  ['beat', (store) => store.beat({ chainId: 'c', hop: 1, owner: 'anna', leaseMs: 1, tokens: [] })],
];

async function errorOf(work: Promise<unknown>): Promise<AccessTokenError> {
  const outcome = await work.then(
    () => 'no error',
    (thrown: unknown) => thrown,
  );
  expect(outcome).toBeInstanceOf(AccessTokenError);
  return outcome as AccessTokenError;
}

describe('requests', () => {
  test.each<[string, (store: EndpointStore) => Promise<unknown>, object]>([
    ['read', (store) => store.read('crm'), { tokenStore: { op: 'read', tokenName: 'crm' } }],
    ['look', (store) => store.look('crm'), { tokenStore: { op: 'read', tokenName: 'crm', chain: true } }],
    ['checkout', (store) => store.checkout(CHECKOUT), { tokenStore: { op: 'checkout', ...CHECKOUT } }],
    [
      'checkout without a rejected token',
      (store) => store.checkout({ ...CHECKOUT, rejected: undefined }),
      { tokenStore: { op: 'checkout', ...CHECKOUT } },
    ],
    [
      'checkout after a refusal',
      (store) => store.checkout({ ...CHECKOUT, rejected: '01234567' }),
      { tokenStore: { op: 'checkout', ...CHECKOUT, rejected: '01234567' } },
    ],
    [
      'commit',
      (store) => store.commit({ tokenName: 'crm', owner: 'anna', ifVersion: 3, record: recordOf('new', START) }),
      { tokenStore: { op: 'commit', tokenName: 'crm', owner: 'anna', ifVersion: 3, record: recordOf('new', START) } },
    ],
    [
      'release',
      (store) => store.release({ tokenName: 'crm', owner: 'anna' }),
      { tokenStore: { op: 'release', tokenName: 'crm', owner: 'anna' } },
    ],
    [
      'release with a failure',
      (store) => store.release({ tokenName: 'crm', owner: 'anna', failure: failureOf(START) }),
      { tokenStore: { op: 'release', tokenName: 'crm', owner: 'anna', failure: failureOf(START) } },
    ],
    [
      'beat',
      (store) => store.beat({ chainId: 'c', hop: 1, owner: 'anna', leaseMs: 5, tokens: [] }),
      { tokenStore: { op: 'beat', chainId: 'c', hop: 1, owner: 'anna', leaseMs: 5, tokens: [] } },
    ],
  ])('%s', async (_, operate, body) => {
    const answers = {
      record: null,
      lease: 'granted',
      version: 4,
      continue: true,
      schedule: [],
      granted: null,
      now: START,
    };
    const { store, requests } = storeAnswering({ data: answers });
    await operate(store);
    expect(requests).toEqual([
      {
        request: {
          method: 'POST',
          url: ENDPOINT_URL,
          headers: { accept: 'application/json', 'content-type': 'application/json' },
          body: { endpointSecret: ENDPOINT_SECRET, ...body },
        },
        timeoutMs: 1234,
      },
    ]);
  });
});

describe('answers', () => {
  test('text that is JSON is understood', async () => {
    const { store } = storeAnswering({ data: JSON.stringify({ record: RECORD, now: START }) });
    await expect(store.read('crm')).resolves.toEqual({ record: RECORD, failure: undefined, now: START });
  });

  test('a record that is none is missing', async () => {
    const { store } = storeAnswering({ data: { record: { token: {} }, lease: 'granted', now: START } });
    await expect(store.checkout(CHECKOUT)).resolves.toEqual({
      record: null,
      failure: undefined,
      lease: 'granted',
      restartChain: false,
      now: START,
    });
  });

  test('a failure is read from beside a missing record and from within a present one', async () => {
    const failure = failureOf(START);
    await expect(storeAnswering({ data: { record: null, failure, now: START } }).store.read('crm')).resolves.toEqual({
      record: null,
      failure,
      now: START,
    });
    const record = { ...RECORD, failure };
    const { store } = storeAnswering({ data: { record, now: START } });
    await expect(store.read('crm')).resolves.toEqual({ record, failure, now: START });
  });

  test.each([
    ['a chain', { chainId: 'c', hop: 3, at: START - 5, dueBy: START + 5 }],
    ['no chain yet', null],
    ['an older transformer, which does not tell', undefined],
  ])('a look shows %s', async (_, chain) => {
    const { store } = storeAnswering({ data: { record: RECORD, now: START, ...(chain === undefined ? {} : { chain }) } });
    await expect(store.look('crm')).resolves.toEqual({ record: RECORD, failure: undefined, chain, now: START });
  });

  test.each([
    ['a chain that is none', { chain: { chainId: 'c', hop: '3', at: START, dueBy: START } }],
    ['a text for a chain', { chain: 'c' }],
    ['no time', { now: 'soon' }],
  ])('a look that shows %s is no answer of a token store', async (_, members) => {
    const { store } = storeAnswering({ data: { record: null, now: START, ...members } });
    expect(await errorOf(store.look('crm'))).toMatchObject({ code: 'store_not_installed' });
  });

  test('a conflict is no error', async () => {
    const { store } = storeAnswering({ status: 409, data: { error: 'version_conflict', record: RECORD } });
    const commit = store.commit({ tokenName: 'crm', owner: 'anna', ifVersion: 1, record: RECORD });
    await expect(commit).resolves.toEqual({ status: 'version_conflict', record: RECORD });
  });

  test.each([
    ['an entry that is null', [null]],
    ['an entry without times', [{ tokenName: 'crm' }]],
    ['times that are no numbers', [{ tokenName: 'crm', refreshAt: '1', expiresAt: null, version: 1 }]],
    [
      'a failure that is none',
      [{ tokenName: 'crm', refreshAt: 1, expiresAt: 2, version: 1, failure: { retryAt: 'soon' } }],
    ],
    ['no list', {}],
  ])('a schedule with %s is no answer of a token store', async (_, schedule) => {
    const { store } = storeAnswering({ data: { continue: true, schedule, granted: null, now: START } });
    expect(await errorOf(store.beat({ chainId: 'c', hop: 1, owner: 'a', leaseMs: 1, tokens: [] }))).toMatchObject({
      code: 'store_not_installed',
    });
  });
});

describe.each(OPERATIONS)('errors of %s', (_, operate) => {
  test.each<[string, Partial<HttpResponse> | Error, object]>([
    ['no connection', new TransportError('network', 'ECONNREFUSED'), { code: 'store_unreachable', transient: true }],
    ['no answer in time', new TransportError('timeout'), { code: 'store_timeout', transient: true }],
    [
      'a wrong secret',
      { status: 401, data: { error: 'invalid_endpoint_secret' } },
      { code: 'invalid_endpoint_secret', status: 401, transient: false },
    ],
    [
      'a refused member',
      { status: 400, data: { error: 'invalid_request', field: 'owner' } },
      { code: 'store_error', status: 400, field: 'owner', transient: false },
    ],
    ['HTTP 500', { status: 500, data: 'oops' }, { code: 'store_error', status: 500, transient: true }],
    [
      'HTTP 503 with JSON',
      { status: 503, data: { error: 'store_unavailable' } },
      { code: 'store_error', transient: true },
    ],
    ['HTTP 429', { status: 429 }, { code: 'store_error', status: 429, transient: true }],
    ['HTTP 408', { status: 408 }, { code: 'store_error', status: 408, transient: true }],
    [
      'HTTP 404',
      { status: 404, data: { title: 'Not Found' } },
      { code: 'store_not_installed', status: 404, transient: false },
    ],
    ['a redirect', { status: 302, data: {} }, { code: 'store_not_installed', status: 302 }],
    [
      'a 401 of something else',
      { status: 401, data: { error: 'unauthorized' } },
      { code: 'store_not_installed', status: 401 },
    ],
    [
      'a 409 of something else',
      { status: 409, data: { error: 'conflict' } },
      { code: 'store_not_installed', status: 409 },
    ],
    ['a page', { data: '<!doctype html><title>Sign in</title>' }, { code: 'store_not_installed' }],
    ['nothing', { data: '' }, { code: 'store_not_installed' }],
    ['a list', { data: [1] }, { code: 'store_not_installed' }],
    [
      'a chat Endpoint without the transformer',
      { data: { text: 'Hello', data: {}, outputStack: [], userId: 'u', sessionId: 's' } },
      { code: 'store_not_installed' },
    ],
  ])('%s', async (__, answer, expected) => {
    const error = await errorOf(operate(storeAnswering(answer).store));
    expect(error).toMatchObject(expected);
    expect(JSON.stringify([error.message, error.remedy])).not.toContain(ENDPOINT_SECRET);
  });

  test('what is no transport error is not explained away', async () => {
    await expect(operate(storeAnswering(new RangeError('a bug')).store)).rejects.toThrow(RangeError);
  });
});

test('a checkout with an unknown lease is no answer of a token store', async () => {
  const { store } = storeAnswering({ data: { record: null, lease: 'maybe', now: START } });
  expect(await errorOf(store.checkout(CHECKOUT))).toMatchObject({ code: 'store_not_installed' });
});

test('a long field name from outside is cut', async () => {
  const { store } = storeAnswering({ status: 400, data: { error: 'invalid_request', field: 'x'.repeat(1000) } });
  expect((await errorOf(store.read('crm'))).message.length).toBeLessThan(150);
});
