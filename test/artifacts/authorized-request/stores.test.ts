import { TransportError } from '../../../src/http';
import { refuse, useOutcomeWorld } from '../../support/outcome-world';
import type { Conversation, Store } from '../../support/outcome-world';

const STORES: Store[] = ['conversation', 'endpoint', 'redis'];
const SHARED: Store[] = ['endpoint', 'redis'];
const MINUTE = 60;
/** So long that it is not due in any of these tests. */
const issueLong = (_: unknown, index: number) => ({ data: JSON.stringify({ access_token: `token-${index + 1}`, token_type: 'Bearer', expires_in: 3600 }) });

const getWorld = useOutcomeWorld();

const conversations = (count: number): Conversation[] => Array.from({ length: count }, () => ({ context: {} }));
const calls = () => getWorld().calls.length;
const tokensSent = () => getWorld().calls.map(({ headers }) => headers['authorization']);

beforeEach(() => {
  getWorld().answer = issueLong;
});

describe.each(STORES)('with the store "%s"', (store) => {
  const config = (changes: object = {}) => getWorld().config(store, {}, changes);

  test('one node gives an answer; the next one in the conversation asks for no token', async () => {
    const conversation = { context: {} };
    const first = await getWorld().call(config(), conversation);
    expect(first.result).toEqual({
      status: 200,
      headers: {},
      body: { orders: [1, 2] },
      retried: false,
      token: { expires_in: expect.any(Number) as number, refreshed: true },
    });
    const second = await getWorld().call(config(), conversation);
    expect(second.result).toMatchObject({ status: 200, token: { refreshed: false } });
    expect([getWorld().sent.length, calls()]).toEqual([1, 2]);
  });

  test('a token that was revoked is replaced, and a POST sent again as it was, once', async () => {
    const conversation = { context: {} };
    await getWorld().call(config(), conversation);
    const seen: unknown[] = [];
    getWorld().apiAnswer = ({ headers, body }) => {
      seen.push(body);
      return headers['authorization'] === 'Bearer token-1' ? { status: 401 } : { data: '{}' };
    };
    const { result } = await getWorld().call(config({ method: 'POST', body: { text: 'Grüße' } }), conversation);
    expect(result).toMatchObject({ status: 200, retried: true, token: { refreshed: true } });
    expect(seen).toEqual(['{"text":"Grüße"}', '{"text":"Grüße"}']);
    expect(tokensSent().slice(1)).toEqual(['Bearer token-1', 'Bearer token-2']);
    expect(getWorld().sent).toHaveLength(2);
    // What came in its place is what the conversation goes on with.
    await getWorld().call(config(), conversation);
    expect(tokensSent().pop()).toBe('Bearer token-2');
  });

  test('an API that refuses every token is asked twice an execution, and one token is fetched in a minute', async () => {
    const conversation = { context: {} };
    await getWorld().call(config(), conversation);
    getWorld().apiAnswer = () => ({ status: 401 });
    for (let turn = 1; turn <= 6; turn += 1) {
      const before = calls();
      const { result } = await getWorld().call(config(), conversation);
      expect(result).toMatchObject({ status: 401, error: { code: 'api_error', status: 401 } });
      expect(calls() - before).toBeLessThanOrEqual(2);
      await getWorld().pass(9);
    }
    expect(getWorld().sent).toHaveLength(2);
    await getWorld().pass(MINUTE);
    await getWorld().call(config(), conversation);
    expect(getWorld().sent).toHaveLength(3);
  });

  test('where no other token can be had, the API and the token server are both heard', async () => {
    const conversation = { context: {} };
    await getWorld().call(config(), conversation);
    getWorld().play(refuse('invalid_client', 401));
    getWorld().apiAnswer = () => ({ status: 401, data: '{"detail":"revoked"}' });
    const { result, log } = await getWorld().call(config(), conversation);
    expect(result).toMatchObject({ status: 401, body: { detail: 'revoked' }, retried: false });
    expect(result.error).toMatchObject({ code: 'api_error', message: expect.stringMatching(/^The API answered 401, and .*invalid_client/) as unknown });
    expect(log).toContain('invalid_client');
  });

  test('without a token nothing is sent', async () => {
    getWorld().play(refuse('invalid_client', 401));
    const { result } = await getWorld().call(config());
    expect([Object.keys(result), result.error?.code, calls()]).toEqual([['error'], 'invalid_client', 0]);
  });

  test('all is over within the time of an execution, however slow everybody is', async () => {
    getWorld().latencyMs = 6000;
    getWorld().apiAnswer = () => new Promise(() => undefined);
    const start = getWorld().clock.now();
    const { result } = await getWorld().call(config({ method: 'POST', body: { a: 1 }, timeoutSeconds: 18 }));
    expect(result.error?.code).toBe('api_timeout');
    expect(getWorld().clock.now() - start).toBe(18_000);
    expect(calls()).toBe(1);
  });

  test('a refresh for which there is no time is not begun', async () => {
    const conversation = { context: {} };
    await getWorld().call(config(), conversation);
    const { clock } = getWorld();
    getWorld().apiAnswer = () => new Promise((resolve) => void clock.setTimeout(() => resolve({ status: 401 }), 14_500));
    const { result } = await getWorld().call(config({ timeoutSeconds: 18 }), conversation);
    expect(result.error).toMatchObject({ code: 'api_error', message: expect.stringContaining('no time left') as unknown });
    expect(getWorld().sent).toHaveLength(1);
  });
});

// An Endpoint's storage is not atomic: 50 in the same instant are in `crowd.live.test.ts`.
describe('with the shared store "redis"', () => {
  const store = 'redis';

  test('50 executions at once meet a revoked token: one refresh, 50 answers', async () => {
    const all = conversations(50);
    const config = getWorld().config(store);
    await getWorld().call(config, all[0]);
    await getWorld().callFrom(all, config);
    expect(getWorld().sent).toHaveLength(1);
    getWorld().apiAnswer = ({ headers }) => (headers['authorization'] === 'Bearer token-1' ? { status: 401 } : { data: '"done"', headers: { 'content-type': 'application/json' } });
    const outcomes = await getWorld().callFrom(all, config);
    expect(outcomes.map(({ branch, result }) => [branch, result.body])).toEqual(all.map(() => ['OnSuccess', 'done']));
    expect(getWorld().sent).toHaveLength(2);
    expect(outcomes.filter(({ result }) => result.token?.refreshed)).toHaveLength(1);
  });

  test('15 executions at once at an API that refuses every token: one refresh in a minute for all of them', async () => {
    const all = conversations(10);
    const config = getWorld().config(store);
    await getWorld().callFrom(all, config);
    getWorld().apiAnswer = () => ({ status: 401 });
    for (let round = 0; round < 2; round += 1) {
      const before = calls();
      // Some come later, and find the new token in the store.
      await getWorld().callFrom([...all, ...conversations(5)], config);
      expect(calls() - before).toBeLessThanOrEqual(2 * 15);
      await getWorld().pass(15);
    }
    expect(getWorld().sent).toHaveLength(2);
  });
});

describe.each(SHARED)('with the shared store "%s"', (store) => {
  test('conversations that come one after the other fetch one token in a minute where the API refuses every one', async () => {
    const all = conversations(8);
    const config = getWorld().config(store);
    for (const conversation of all) await getWorld().call(config, conversation);
    getWorld().apiAnswer = () => ({ status: 401 });
    for (const conversation of [...all, ...conversations(8)]) {
      const before = calls();
      expect((await getWorld().call(config, conversation)).result).toMatchObject({ status: 401 });
      expect(calls() - before).toBeLessThanOrEqual(2);
    }
    expect(getWorld().sent).toHaveLength(2);
  });

  test('a token that somebody else has replaced meanwhile is taken from the store', async () => {
    const [one = { context: {} }, other = { context: {} }] = conversations(2);
    const config = getWorld().config(store);
    for (const conversation of [one, other]) await getWorld().call(config, conversation);
    getWorld().apiAnswer = ({ headers }) => (headers['authorization'] === 'Bearer token-1' ? { status: 401 } : { data: '{}' });
    await getWorld().call(config, one);
    const { result } = await getWorld().call(config, other);
    expect(result).toMatchObject({ status: 200, retried: true, token: { refreshed: false } });
    expect(getWorld().sent).toHaveLength(2);
  });
});

describe('the node', () => {
  const config = (changes: object = {}) => getWorld().config('conversation', {}, changes);

  test.each<[object, string, RegExp]>([
    [{ url: 'http://orders.example.com' }, 'insecure_url', /"URL of the API"/],
    [{ url: '' }, 'url_missing', /"URL of the API"/],
    [{ headers: { 'X-User': 'a\r\nb' } }, 'request_invalid', /"Headers"/],
    [{ method: 'POST', body: 'no JSON' }, 'request_invalid', /"Body"/],
    [{ timeoutSeconds: 60 }, 'request_invalid', /"Timeout in seconds"/],
  ])('names the field that is wrong in %j, and sends nothing', async (changes, code, message) => {
    const { result, log } = await getWorld().call(config(changes));
    expect(result.error).toMatchObject({ code, message: expect.stringMatching(message) as unknown });
    expect(log).toContain(code);
    expect(calls()).toBe(0);
  });

  test('puts its answer where it is told to', async () => {
    const { execution } = await getWorld().call(config({ contextKey: 'other', storeLocation: 'context' }), { context: { apiResponse: {} } });
    expect(execution.context['other']).toMatchObject({ status: 200 });
  });

  test('sends the token in the header, and after the word, that are configured', async () => {
    getWorld().apiAnswer = () => ({ data: '{}' });
    await getWorld().call(config({ authorizationHeader: 'X-Shop-Token' }));
    await getWorld().call(config({ authorizationScheme: 'Zoho-oauthtoken' }));
    expect(getWorld().calls.map(({ headers }) => [headers['x-shop-token'], headers['authorization']])).toEqual([
      ['token-1', undefined],
      [undefined, 'Zoho-oauthtoken token-2'],
    ]);
  });

  test('shows what else of the token was asked for', async () => {
    getWorld().play({ data: JSON.stringify({ access_token: 'token-1', expires_in: 100, instance_url: 'https://eu1.example.com' }) });
    const { result } = await getWorld().call(config({ includeMembers: 'instance_url' }));
    expect(result.token).toMatchObject({ response: { instance_url: 'https://eu1.example.com' } });
  });

  test.each([
    ['api_unreachable', new TransportError('network', 'ECONNREFUSED')],
    ['api_timeout', new TransportError('timeout')],
  ])('%s is told where there is no answer', async (code, failure) => {
    getWorld().apiAnswer = () => failure;
    const { result, log } = await getWorld().call(config());
    expect([Object.keys(result), result.error?.code]).toEqual([['error'], code]);
    expect(log).toContain(code);
  });

  test('an error of the API is in the log with its status, and without its answer', async () => {
    getWorld().apiAnswer = () => ({ status: 500, data: '{"trace": "private words"}' });
    const { result, log } = await getWorld().call(config());
    expect(result).toMatchObject({ status: 500, body: { trace: 'private words' } });
    expect(log).toMatch(/ api_error token=accessToken status=500 The API answered 500\./);
    expect(log).not.toContain('private');
  });

  test('a token that should have been refreshed is used, and the log says why', async () => {
    const conversation = { context: {} };
    getWorld().answer = (_, index) => ({ data: JSON.stringify({ access_token: `token-${index + 1}`, token_type: 'Bearer', expires_in: 100 }) });
    await getWorld().call(config(), conversation);
    await getWorld().pass(95);
    getWorld().play({ status: 503 });
    getWorld().apiAnswer = () => ({ data: '{}' });
    const { branch, log } = await getWorld().call(config(), conversation);
    expect([branch, tokensSent().pop()]).toEqual(['OnSuccess', 'Bearer token-1']);
    expect(log).toContain('token_endpoint_unavailable');
  });
});
