import { callApi } from '../../src/api-request';
import type { CallEnvironment, Replacement, TokenToSend } from '../../src/api-request';
import { TransportError } from '../../src/http';
import type { HttpRequest, HttpResponse } from '../../src/http';
import { readRequest } from '../../src/settings/request';
import { VirtualClock } from '../../tools/sandbox/virtual-clock';
import { thrownBy } from '../support/thrown-by';
import { inVirtualTime, sleepOn } from '../support/virtual-time';

const URL_OF_API = 'https://api.example.com/v1';
const LATENCY_MS = 100;
const WHOLE_MS = 18_000;

type Answer = Partial<HttpResponse> | TransportError | 'hang';

const tokenOf = (text: string, refreshed = false): TokenToSend => ({ header: { name: 'Authorization', value: `Bearer ${text}` }, told: { expires_in: 50, refreshed } });

/** What was sent when, to an API that gives its answers one after the other; the last one again and again. */
class Api {
  readonly clock = new VirtualClock();
  readonly sent: (HttpRequest & { at: number })[] = [];
  replacements = 0;
  replacement: () => Replacement | Promise<Replacement> = () => ({ token: tokenOf('token-2', true) });

  constructor(private readonly answers: Answer[]) {}

  call(entered: object = {}, changes: Partial<CallEnvironment> = {}): ReturnType<typeof callApi> {
    const environment: CallEnvironment = {
      now: () => this.clock.now(),
      sleep: sleepOn(this.clock),
      transport: async (request, timeoutMs) => {
        this.sent.push({ ...request, at: this.clock.now() });
        const answer = this.answers[Math.min(this.sent.length, this.answers.length) - 1] ?? {};
        await sleepOn(this.clock)(answer === 'hang' ? timeoutMs : Math.min(timeoutMs, LATENCY_MS));
        if (answer === 'hang') throw new TransportError('timeout');
        if (answer instanceof TransportError) throw answer;
        return { status: 200, headers: {}, data: '{}', ...answer };
      },
      deadline: this.clock.now() + WHOLE_MS,
      allowInsecure: false,
      replaceToken: async () => {
        this.replacements += 1;
        return this.replacement();
      },
      ...changes,
    };
    return inVirtualTime(this.clock, callApi(readRequest({ url: URL_OF_API, ...entered }, false), tokenOf('token-1'), environment));
  }

  get tokens(): (string | undefined)[] {
    return this.sent.map(({ headers }) => headers['authorization']?.replace('Bearer ', ''));
  }
}

const OK: Answer = { data: '{"id": 1}', headers: { 'content-type': 'application/json', etag: '1' } };
const REFUSED: Answer = { status: 401, data: '{"error": "expired"}' };
const busy = (status: number, after?: string): Answer => ({ status, headers: after === undefined ? {} : { 'retry-after': after } });

test('an answer comes with its status, headers and body, and with what is told of the token', async () => {
  const api = new Api([OK]);
  expect(await api.call()).toEqual({
    status: 200,
    headers: { 'content-type': 'application/json', etag: '1' },
    body: { id: 1 },
    retried: false,
    token: { expires_in: 50, refreshed: false },
  });
  expect(api.sent).toMatchObject([{ method: 'GET', url: URL_OF_API, asBytes: true }]);
  expect(api.sent[0]).not.toHaveProperty('tokenHeader');
});

describe('a refused token', () => {
  test.each(['GET', 'POST', 'DELETE', 'PATCH'])('is replaced, and a %s sent once more, as it was', async (method) => {
    const api = new Api([REFUSED, OK]);
    expect(await api.call({ method, body: { a: 1 } })).toMatchObject({ status: 200, retried: true, token: { refreshed: true } });
    expect(api.tokens).toEqual(['token-1', 'token-2']);
    expect(new Set(api.sent.map(({ body }) => body)).size).toBe(1);
  });

  test('that is refused for ever makes two requests, and no more', async () => {
    const api = new Api([REFUSED]);
    expect(await api.call()).toMatchObject({ status: 401, body: { error: 'expired' }, retried: true, error: { code: 'api_error', status: 401 } });
    expect([api.sent.length, api.replacements]).toEqual([2, 1]);
  });

  test('for which there is no other one is told with the reason, after one request', async () => {
    const api = new Api([REFUSED]);
    api.replacement = () => ({ problem: 'getting another token failed: invalid_grant' });
    const { error, retried } = await api.call();
    expect(error).toMatchObject({ code: 'api_error', status: 401, message: 'The API answered 401, and getting another token failed: invalid_grant.' });
    expect([retried, api.sent.length]).toEqual([false, 1]);
  });

  test('is known by a status that is configured, also where that leads elsewhere', async () => {
    const api = new Api([{ status: 302, headers: { location: '/login' } }, OK]);
    expect(await api.call({ retryStatuses: '302' })).toMatchObject({ status: 200, retried: true });
    expect(api.sent.map(({ url }) => url)).toEqual([URL_OF_API, URL_OF_API]);
    const other = new Api([{ status: 403 }]);
    expect(await other.call({ retryStatuses: '401' })).toMatchObject({ status: 403, retried: false });
    const none = new Api([REFUSED]);
    expect(await none.call({ retryStatuses: 'none' })).toMatchObject({ status: 401, retried: false });
  });

  test.each([
    [200, { error: { code: 'TOKEN_EXPIRED' } }, 'error.code', 'TOKEN_EXPIRED'],
    [400, [{ errorCode: 'INVALID_SESSION_ID' }], '[0].errorCode', 'INVALID_SESSION_ID'],
    [403, { code: 190 }, 'code', 190],
    [200, { isExpired: true }, 'isExpired', 'true'],
  ])('is known by a value in an answer with %i: %j', async (status, data, retryPath, retryValue) => {
    const answer = { status, data: JSON.stringify(data) };
    expect(await new Api([answer, OK]).call({ retryPath, retryValue })).toMatchObject({ body: { id: 1 }, retried: true });
    const forever = new Api([answer]);
    expect(await forever.call({ retryPath, retryValue })).toMatchObject({ status, error: { code: 'api_error', status } });
    expect(forever.sent).toHaveLength(2);
    expect(await new Api([answer]).call({ retryPath, retryValue: 'other' })).toMatchObject({ status, retried: false });
    expect(await new Api([answer]).call()).toMatchObject({ status, retried: false });
  });

  test.each([401, 403])('is not what is wrong where the API says insufficient_scope with %i', async (status) => {
    const headers = { 'www-authenticate': 'Bearer realm="x", error="insufficient_scope", scope="orders.write"' };
    const api = new Api([{ status, headers, data: '{"code": "x"}' }]);
    const { error } = await api.call({ retryStatuses: '401, 403', retryPath: 'code', retryValue: 'x' });
    expect(error).toMatchObject({ code: 'api_error', status, remedy: expect.stringContaining('"orders.write"') as unknown });
    expect([api.sent.length, api.replacements]).toEqual([1, 0]);
  });

  test('is none where it was not sent: at the place of another owner', async () => {
    const api = new Api([{ status: 307, headers: { location: 'https://other.example/x' } }, REFUSED]);
    expect(await api.call()).toMatchObject({ status: 401, retried: false });
    expect(api.tokens).toEqual(['token-1', undefined]);
    expect(api.replacements).toBe(0);
  });
});

describe('a busy API', () => {
  test.each([429, 503])('is asked again after the pause that it asks for with %i, once', async (status) => {
    const api = new Api([busy(status, '3'), OK]);
    expect(await api.call()).toMatchObject({ status: 200, retried: true });
    expect((api.sent[1]?.at ?? 0) - (api.sent[0]?.at ?? 0)).toBe(3000 + LATENCY_MS);
    const forever = new Api([busy(status, '1')]);
    expect(await forever.call()).toMatchObject({ status, retried: true, error: { code: 'api_error' } });
    expect(forever.sent).toHaveLength(2);
  });

  test.each([
    ['without a word of when', 'GET', busy(429)],
    ['for longer than there is time', 'GET', busy(503, '17')],
    ['with another status', 'GET', busy(500, '1')],
    ['with a POST', 'POST', busy(503, '1')],
    ['with a PATCH', 'PATCH', busy(429, '1')],
  ])('%s is not asked again', async (_, method, answer) => {
    const api = new Api([answer]);
    expect(await api.call({ method, body: { a: 1 } })).toMatchObject({ retried: false });
    expect(api.sent).toHaveLength(1);
  });

  test('and then a refused token: three requests at most', async () => {
    const api = new Api([busy(429, '1'), REFUSED]);
    expect(await api.call()).toMatchObject({ status: 401 });
    expect(api.tokens).toEqual(['token-1', 'token-1', 'token-2']);
  });
});

describe('without an answer', () => {
  test.each(['GET', 'POST'])('in time, a %s is not sent again', async (method) => {
    const api = new Api(['hang']);
    const start = api.clock.now();
    expect(await thrownBy(() => api.call({ method, body: { a: 1 }, timeoutSeconds: 3 }))).toMatchObject({ code: 'api_timeout' });
    expect([api.sent.length, api.clock.now() - start]).toEqual([1, 3000]);
  });

  test('in time after a refused token, a POST is not sent a third time', async () => {
    const api = new Api([REFUSED, 'hang']);
    expect(await thrownBy(() => api.call({ method: 'POST', body: { a: 1 } }))).toMatchObject({ code: 'api_timeout' });
    expect(api.sent).toHaveLength(2);
  });

  test('nothing lasts longer than there is time in all', async () => {
    const api = new Api([busy(503, '14'), 'hang']);
    const start = api.clock.now();
    expect(await thrownBy(() => api.call({ timeoutSeconds: 10 }))).toMatchObject({ code: 'api_timeout' });
    expect(api.clock.now() - start).toBe(WHOLE_MS);
    const late = new Api([OK]);
    expect(await thrownBy(() => late.call({}, { deadline: late.clock.now() }))).toMatchObject({ code: 'api_timeout' });
    expect(late.sent).toHaveLength(0);
  });

  test('the time limit is that of all redirects together', async () => {
    const api = new Api([{ status: 307, headers: { location: '/b' } }, 'hang']);
    const start = api.clock.now();
    expect(await thrownBy(() => api.call({ timeoutSeconds: 2 }))).toMatchObject({ code: 'api_timeout' });
    expect(api.clock.now() - start).toBe(2000);
  });

  test('the reason is told', async () => {
    const failing = (kind: 'timeout' | 'network', reason: string) => thrownBy(() => new Api([new TransportError(kind, reason)]).call());
    expect(await failing('network', 'ECONNREFUSED')).toMatchObject({ code: 'api_unreachable', message: expect.stringContaining('ECONNREFUSED') as unknown });
    expect(await failing('network', 'ERR_BAD_RESPONSE')).toMatchObject({ code: 'response_too_large' });
    expect(await failing('network', 'ERR_BUFFER_TOO_LARGE')).toMatchObject({ code: 'response_too_large' });
  });
});

describe('redirects', () => {
  const to = (location: string, status = 307): Answer => ({ status, headers: { location } });

  test('are followed, five at most', async () => {
    const api = new Api([to('/1'), to('/2'), to('/3'), to('/4'), to('/5'), OK]);
    expect(await api.call()).toMatchObject({ status: 200, retried: false });
    const loop = new Api([to('/a')]);
    expect(await thrownBy(() => loop.call())).toMatchObject({ code: 'redirect_refused', message: expect.stringContaining('5 times') as unknown });
    expect(loop.sent).toHaveLength(6);
  });

  test('to http are not', async () => {
    const api = new Api([to('http://api.example.com/v1')]);
    expect(await thrownBy(() => api.call())).toMatchObject({ code: 'redirect_refused' });
    expect(api.sent).toHaveLength(1);
  });
});

describe('what is stored', () => {
  const large = (bytes: number): Partial<HttpResponse> => ({ data: JSON.stringify({ id: 1, text: 'ü'.repeat(bytes / 2) }) });

  test('is all of it or nothing, by its bytes', async () => {
    const { body } = await new Api([large(40_000)]).call();
    expect(body).toMatchObject({ id: 1 });
    expect(await thrownBy(() => new Api([large(50_000)]).call())).toMatchObject({ code: 'response_too_large', status: 200 });
    expect(await new Api([large(59_000)]).call({ maxBytes: 60_000 })).toMatchObject({ status: 200 });
    expect(await thrownBy(() => new Api([large(1000)]).call({ maxBytes: 500 }))).toMatchObject({ code: 'response_too_large' });
    expect(await thrownBy(() => new Api([{ ...large(50_000), status: 500 }]).call())).toMatchObject({ code: 'response_too_large', status: 500 });
  });

  test('is what is named of it, however large the rest; of an error too', async () => {
    expect(await new Api([large(900_000)]).call({ includePaths: 'id' })).toMatchObject({ body: { id: 1 } });
    const { body, error } = await new Api([{ status: 404, data: '{"id": 1, "secret": "canary"}' }]).call({ includePaths: 'id' });
    expect([body, error?.code]).toEqual([{ id: 1 }, 'api_error']);
  });
});

test.each([400, 401, 403, 404, 405, 413, 418, 429, 500, 503])('the error of %i says what to do', async (status) => {
  const { error } = await new Api([{ status }]).call({ retryStatuses: 'none' });
  expect(error).toEqual({ code: 'api_error', message: `The API answered ${status}.`, remedy: expect.stringMatching(/^[A-Z].{10,200}\.$/) as unknown, status });
});
