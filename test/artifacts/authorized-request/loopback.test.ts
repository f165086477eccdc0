import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';

import type { ApiResult } from '../../../src/api-request';
import { createCertificate } from '../../support/certificate';
import type { Certificate } from '../../support/certificate';
import { LoopbackServer } from '../../support/loopback-server';
import type { Answer } from '../../support/loopback-server';
import { clearProxyVariables } from '../../support/proxy-variables';
import { RealExtension } from '../../support/real-extension';

const CANARY = 'canary-access-token-5b1f';
const MEGABYTE = 1024 * 1024;

type Result = Partial<ApiResult> & { error?: { code: string; message: string; status?: number } };

let restoreVariables: () => void;
let certificate: Certificate;
let extension: RealExtension;
let api: LoopbackServer;
let other: LoopbackServer;
let secure: LoopbackServer;
let otherSecure: LoopbackServer;

beforeAll(async () => {
  restoreVariables = clearProxyVariables();
  extension = new RealExtension();
  certificate = await createCertificate();
  [api, other, secure, otherSecure] = await Promise.all([LoopbackServer.start(), LoopbackServer.start(), LoopbackServer.start(certificate), LoopbackServer.start(certificate)]);
});

beforeEach(() => {
  for (const server of [api, other, secure, otherSecure]) {
    server.requests.length = 0;
    server.answer = (response) => response.end('{}');
  }
});

afterAll(async () => {
  restoreVariables();
  certificate.remove();
  await Promise.all([api, other, secure, otherSecure].map((server) => server.stop()));
});

/** A conversation that has a token, which is all that these tests need. */
function context(): object {
  const token = { access_token: CANARY, token_type: 'Bearer', expires_in: 3600 };
  return { _accessTokenCopies: { accessToken: { token, timestamp: Math.floor(Date.now() / 1000), version: 1 } } };
}

/** Calls the API; nothing but the token's own copy shows the token. */
async function call(config: object = {}): Promise<Result> {
  const connection = { tokenUrl: 'http://127.0.0.1:1/token', clientId: 'bot', clientSecret: 'canary-client-secret-5b1f' };
  const tlsConnection = { certificateAuthority: certificate.cert };
  const execution = await extension.run('authorizedRequest', { connection, url: api.url, ...config, ...(JSON.stringify(config).includes('https:') ? { tlsConnection } : {}) }, context());
  const { apiResponse, ...rest } = execution.context;
  delete rest['_accessTokenCopies'];
  expect(JSON.stringify([apiResponse, rest, execution.logs, execution.input])).not.toContain('canary');
  const result = apiResponse as Result;
  expect(execution.nextNodeId).toBe(result.error === undefined ? 'OnSuccess' : 'OnError');
  return result;
}

const answering =
  (status: number, headers: Record<string, string>, body: Uint8Array | string = ''): Answer =>
  (response) =>
    response.writeHead(status, headers).end(body);
const JSON_TYPE = { 'content-type': 'application/json' };

describe('a request', () => {
  test('goes out as it was described, with the token', async () => {
    await call({ method: 'PUT', url: `${api.url}/a b?q=ü`, headers: { 'X-Trace': '1' }, body: { text: 'Grüße' } });
    expect(api.requests).toMatchObject([
      {
        method: 'PUT',
        url: '/a%20b?q=%C3%BC',
        headers: { authorization: `Bearer ${CANARY}`, 'x-trace': '1', 'content-type': 'application/json', 'content-length': '18' },
        body: Buffer.from('{"text":"Grüße"}'),
      },
    ]);
  });

  test.each(['DELETE', 'POST', 'PATCH'])('with %s and a body says how long that is', async (method) => {
    await call({ method, body: { id: 1 } });
    expect(api.requests).toMatchObject([{ method, headers: { 'content-length': '8' }, body: Buffer.from('{"id":1}') }]);
    expect(api.requests[0]?.headers).not.toHaveProperty('transfer-encoding');
  });

  test('with GET has no body', async () => {
    await call({ body: { id: 1 } });
    expect(api.requests).toMatchObject([{ method: 'GET', body: Buffer.alloc(0) }]);
    expect(api.requests[0]?.headers).not.toHaveProperty('content-type');
  });
});

describe('an answer', () => {
  const text = JSON.stringify({ text: 'Grüße' });

  test.each<[string, Answer]>([
    ['packed with gzip', answering(200, { ...JSON_TYPE, 'content-encoding': 'gzip' }, gzipSync(text))],
    ['packed with brotli', answering(200, { ...JSON_TYPE, 'content-encoding': 'br' }, brotliCompressSync(text))],
    ['packed with deflate', answering(200, { ...JSON_TYPE, 'content-encoding': 'deflate' }, deflateSync(text))],
    [
      'in chunks that cut a character',
      (response) => {
        response.writeHead(200, JSON_TYPE);
        for (const byte of Buffer.from(text)) response.write(Buffer.of(byte));
        response.end();
      },
    ],
    ['without a type', answering(200, {}, text)],
    ['in Latin 1', answering(200, { 'content-type': 'application/json; charset=iso-8859-1' }, Buffer.from(text, 'latin1'))],
    ['in UTF-16', answering(200, { 'content-type': 'application/json; charset=utf-16le' }, Buffer.from(text, 'utf16le'))],
  ])('%s is read', async (_, answer) => {
    api.answer = answer;
    expect(await call()).toMatchObject({ status: 200, body: { text: 'Grüße' } });
  });

  test('without a body is null: 204, HEAD', async () => {
    api.answer = answering(204, {});
    expect(await call()).toMatchObject({ status: 204, body: null });
    api.answer = answering(200, { 'content-type': 'image/png', 'content-length': '5000', etag: '"1"', 'content-encoding': 'gzip' });
    expect(await call({ method: 'HEAD' })).toMatchObject({ status: 200, body: null, headers: { etag: '"1"' } });
    expect(api.requests.map(({ method }) => method)).toEqual(['GET', 'HEAD']);
  });

  test('of an error is there beside the error', async () => {
    api.answer = answering(422, JSON_TYPE, '{"detail": "no such article"}');
    expect(await call()).toMatchObject({ status: 422, body: { detail: 'no such article' }, error: { code: 'api_error', status: 422 } });
    // A proxy on the way may answer so; it is the API's all the same.
    api.answer = answering(400, JSON_TYPE, '{"detail": "ü"}');
    expect(await call()).toMatchObject({ status: 400, body: { detail: 'ü' } });
  });

  test.each([
    ['image/png', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a])],
    ['application/octet-stream', Buffer.from([0, 1, 2, 3, 255])],
  ])('of the type %s is refused by its name', async (type, bytes) => {
    api.answer = answering(200, { 'content-type': type }, bytes);
    const result = await call();
    expect(Object.keys(result)).toEqual(['error']);
    expect(result.error).toMatchObject({ code: 'response_not_text', message: expect.stringContaining(type) as unknown });
  });

  test('of 10 MB, plain or packed, is refused, and nothing of it is stored', async () => {
    api.answer = answering(200, JSON_TYPE, Buffer.alloc(10 * MEGABYTE, '1'));
    expect(await call()).toMatchObject({ error: { code: 'response_too_large' } });
    api.answer = answering(200, { ...JSON_TYPE, 'content-encoding': 'gzip' }, gzipSync(Buffer.alloc(10 * MEGABYTE, '1')));
    expect(Object.keys(await call())).toEqual(['error']);
    api.answer = answering(200, JSON_TYPE, JSON.stringify({ id: 7, text: 'x'.repeat(70_000) }));
    expect(await call()).toMatchObject({ error: { code: 'response_too_large', status: 200 } });
    expect(await call({ includePaths: 'id' })).toMatchObject({ body: { id: 7 } });
  });

  test('that breaks off is none', async () => {
    api.answer = (response) => {
      response.writeHead(200, { ...JSON_TYPE, 'content-length': '100' });
      response.write('{"a"');
      setImmediate(() => response.destroy());
    };
    expect(await call({ method: 'POST', body: { a: 1 } })).toMatchObject({ error: { code: 'api_unreachable' } });
    expect(api.requests).toHaveLength(1);
  });

  test('whose cookies and token are shown nowhere', async () => {
    api.answer = answering(200, { ...JSON_TYPE, 'set-cookie': 'session=canary' }, '{"a": 1}');
    expect(await call()).toMatchObject({ status: 200, body: { a: 1 } });
  });
});

describe('a redirect', () => {
  const to =
    (location: string, status = 307): Answer =>
    (response) =>
      response.writeHead(status, { location }).end();
  const first = (answer: Answer, then: Answer): Answer => {
    let count = 0;
    return (response, request) => (count++ === 0 ? answer : then)(response, request);
  };

  test.each([
    [307, 'POST'],
    [308, 'POST'],
    [301, 'GET'],
    [302, 'GET'],
    [303, 'GET'],
  ])('within the origin, with %i, is followed with the token: the POST is a %s', async (status, method) => {
    api.answer = first(to('/next?a=1', status), answering(200, JSON_TYPE, '{"a": 1}'));
    expect(await call({ method: 'POST', body: { b: 2 } })).toMatchObject({ status: 200, body: { a: 1 }, retried: false });
    const body = method === 'POST' ? '{"b":2}' : '';
    expect(api.requests[1]).toMatchObject({ method, url: '/next?a=1', headers: { authorization: `Bearer ${CANARY}` }, body: Buffer.from(body) });
  });

  test.each<[string, () => [LoopbackServer, LoopbackServer]]>([
    ['http', () => [api, other]],
    ['https', () => [secure, otherSecure]],
  ])('to another origin (%s) is followed without token, cookies and keys', async (_, servers) => {
    const [from, at] = servers();
    from.answer = to(`${at.url}/there`);
    at.answer = answering(200, JSON_TYPE, '{"there": true}');
    expect(await call({ url: from.url, headers: { Cookie: 'a=b', 'X-Api-Key': 'k', 'X-Trace': '1' } })).toMatchObject({ status: 200, body: { there: true } });
    expect(from.requests[0]?.headers).toMatchObject({ authorization: `Bearer ${CANARY}`, cookie: 'a=b' });
    expect(at.requests[0]?.headers).toMatchObject({ 'x-trace': '1' });
    for (const name of ['authorization', 'cookie', 'x-api-key']) expect(at.requests[0]?.headers).not.toHaveProperty(name);
  });

  test('to another port of the same host is one to another origin', async () => {
    secure.answer = to(`${otherSecure.url}/`);
    await call({ url: secure.url });
    expect(JSON.stringify(otherSecure.requests.map(({ headers }) => headers))).not.toContain('canary');
  });

  test('from https to http is not followed', async () => {
    secure.answer = to(`${api.url}/`);
    expect(await call({ url: secure.url })).toMatchObject({ error: { code: 'redirect_refused' } });
    expect(api.requests).toEqual([]);
  });

  test('that leads round in a circle ends', async () => {
    api.answer = to('/again');
    expect(await call()).toMatchObject({ error: { code: 'redirect_refused' } });
    expect(api.requests).toHaveLength(6);
  });
});
