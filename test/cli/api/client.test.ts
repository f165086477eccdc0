import { sendRequest } from '../../../tools/cli/api/client';
import { ApiFailure, toCliError } from '../../../tools/cli/api/failure';
import { reader } from '../../../tools/cli/api/shape';
import { LoopbackServer } from '../../support/loopback-server';

const API_KEY = 'canary-api-key-77f0';

let server: LoopbackServer;

beforeEach(async () => {
  server = await LoopbackServer.start();
});
afterEach(() => server.stop());

function send(method: 'GET' | 'POST' = 'GET', timeoutMs = 60_000): Promise<unknown> {
  const options = { baseUrl: server.url, apiKey: API_KEY, strike: (text: string) => text.replaceAll(API_KEY, '[secret]'), timeoutMs, now: () => 1000 };
  const body = method === 'POST' ? { name: 'a name' } : undefined;
  return sendRequest(method, '/new/v2.0/things?projectId=1', body, options, reader({ id: 'id' }));
}

test('sends the key, and hands over what came back', async () => {
  server.answer = (response) => {
    response.writeHead(201, { 'content-type': 'application/json' }).end('{"_id": "7", "more": 1}');
  };
  await expect(send('POST')).resolves.toEqual({ id: '7' });
  expect(JSON.parse(server.requests[0]?.body.toString('utf8') ?? '')).toEqual({ name: 'a name' });
  expect(server.requests[0]?.headers['x-api-key']).toBe(API_KEY);
  expect(server.requests[0]?.url).toBe('/new/v2.0/things?projectId=1');
});

test.each([400, 401, 404, 429, 500, 501])('status %d is a failure, sent once', async (status) => {
  server.answer = (response) => {
    response.writeHead(status, { 'retry-after': '3', 'content-type': 'application/json' });
    response.end(JSON.stringify({ detail: `not with ${API_KEY}` }));
  };
  await expect(send()).rejects.toMatchObject({
    call: 'GET /new/v2.0/things',
    status,
    detail: 'not with [secret]',
    transient: status === 429 || status === 500,
    retryAt: 4000,
  });
  expect(server.requests).toHaveLength(1);
});

test('a redirect is not followed: it would carry the key elsewhere', async () => {
  server.answer = (response) => response.writeHead(302, { location: '/elsewhere' }).end();
  await expect(send()).rejects.toMatchObject({ status: 302, transient: false });
  expect(server.requests).toHaveLength(1);
});

test('a page in place of the API is a failure, which leads to apiUrl', async () => {
  server.answer = (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html></html>');
  const failure: unknown = await send().catch((error: unknown) => error);
  expect(failure).toMatchObject({ status: 200, transient: false });
  expect(toCliError(failure as ApiFailure)).toMatchObject({ code: 'api_not_an_api', message: "GET /new/v2.0/things was answered with HTTP 200: not the management API's JSON, but a web page." });
});

test('a lost connection is a failure that may pass, and is not repeated here', async () => {
  server.answer = (response) => response.destroy();
  await expect(send('POST')).rejects.toMatchObject({ status: undefined, detail: 'ECONNRESET', transient: true });
  expect(server.requests).toHaveLength(1);
});

test('an answer that goes on and on is given up', async () => {
  let timer: NodeJS.Timeout | undefined;
  server.answer = (response) => {
    response.writeHead(200);
    timer = setInterval(() => response.write(' '), 20);
  };
  await expect(send('GET', 200)).rejects.toMatchObject({ status: undefined, transient: true });
  clearInterval(timer);
});

test('a failure carries nothing of the request', async () => {
  server.answer = (response) => response.writeHead(500).end();
  const failure: unknown = await send('POST').then(undefined, (error: unknown) => error);
  expect(failure).toBeInstanceOf(ApiFailure);
  const members = JSON.stringify(failure, Object.getOwnPropertyNames(failure));
  expect(members).not.toContain(API_KEY);
  expect(members).not.toContain('a name');
});
