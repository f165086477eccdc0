import { platformTransport } from '../../src/http/platform-transport';
import { RequestBudget } from '../../src/function/request-budget';
import type { HttpRequest, Transport } from '../../src/http';
import { VirtualClock } from '../../tools/sandbox/virtual-clock';
import { START } from '../support/token-records';
import { inVirtualTime } from '../support/virtual-time';

const REQUEST: HttpRequest = {
  method: 'POST',
  url: 'https://api.example.com',
  headers: { a: 'b' },
  body: { c: 'd' },
};

function transportOver(httpRequest: (request: unknown) => Promise<unknown>) {
  const clock = new VirtualClock(START);
  const transport = platformTransport({
    api: { httpRequest },
    setTimeout: (callback, ms) => clock.setTimeout(callback, ms),
  });
  return { clock, send: () => inVirtualTime(clock, transport(REQUEST, 1000)) };
}

/** Foreign code rejects with anything. */
function rejectedWith(reason: unknown): Promise<never> {
  // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- what is tested is that this is no Error
  return Promise.reject(reason);
}

const answer = {
  status: 201,
  statusText: 'Created',
  headers: { 'Content-Type': 'text/plain', 'Set-Cookie': ['a', 'b'] },
  data: 'x',
};
const read = { status: 201, headers: { 'content-type': 'text/plain', 'set-cookie': 'a, b' }, data: 'x' };

test('asks as the platform wants it', async () => {
  const httpRequest = jest.fn(() => Promise.resolve(answer));
  await expect(transportOver(httpRequest).send()).resolves.toEqual(read);
  expect(httpRequest).toHaveBeenCalledWith({
    method: 'POST',
    url: REQUEST.url,
    headers: { a: 'b' },
    data: { c: 'd' },
    maxRedirects: 0,
  });
});

test.each<[string, unknown]>([
  ['as axios does', Object.assign(new Error('x'), { response: answer })],
  ['with the answer as the error', { ...answer }],
  ['with statusCode and body', { statusCode: 201, headers: answer.headers, body: 'x' }],
])('a status that is thrown, %s, is an answer', async (_, thrown) => {
  await expect(transportOver(async () => Promise.reject(thrown as Error)).send()).resolves.toEqual(read);
});

test.each<[string, () => Promise<unknown>, string]>([
  ['no answer', () => new Promise(() => undefined), 'timeout'],
  [
    'a network error',
    () => Promise.reject(Object.assign(new Error('secret'), { code: 'ECONNRESET' })),
    'network (ECONNRESET)',
  ],
  [
    'an error with a strange code',
    () => Promise.reject(Object.assign(new Error('secret'), { code: 'token=secret' })),
    'network',
  ],
  ['an error that is nothing', () => rejectedWith(undefined), 'network'],
  ['an error that is text', () => rejectedWith('secret'), 'network'],
  ['an answer without a status', () => Promise.resolve({ data: 'x' }), 'network (NO_STATUS)'],
  ['an answer that is nothing', () => Promise.resolve(undefined), 'network (NO_STATUS)'],
  ["a proxy's refusal", () => Promise.resolve({ ...answer, status: 407 }), 'a proxy refused (HTTP 407)'],
  ["a proxy's refusal that is thrown", () => Promise.reject(new Error('Request failed with status code 407')), 'a proxy refused (HTTP 407)'],
])('%s is a transport error that tells nothing', async (_, httpRequest, message) => {
  await expect(transportOver(httpRequest).send()).rejects.toMatchObject({ name: 'TransportError', message });
});

test('a call that throws at once leaves no rejection behind', async () => {
  const { clock, send } = transportOver(() => {
    throw new Error('not allowed');
  });
  await expect(send()).rejects.toMatchObject({ message: 'network' });
  // An unhandled rejection would end the test run here.
  await clock.advanceBy(60_000);
});

describe('the request budget', () => {
  const transport: Transport = async () => ({ status: 200, headers: {}, data: '' });

  test('refuses what would eat into the reserve, and counts what went out', async () => {
    const budget = new RequestBudget();
    const limited = budget.limit(transport, 2);
    for (const left of [4, 3, 2]) {
      await limited(REQUEST, 1);
      expect(budget.left).toBe(left);
    }
    await expect(limited(REQUEST, 1)).rejects.toMatchObject({ message: 'network (REQUESTS_USED_UP)' });
    expect(budget.left).toBe(2);
    await budget.limit(transport, 0)(REQUEST, 1);
    await budget.limit(transport, 0)(REQUEST, 1);
    await expect(budget.limit(transport, 0)(REQUEST, 1)).rejects.toMatchObject({
      message: 'network (REQUESTS_USED_UP)',
    });
    expect(budget.left).toBe(0);
  });
});
