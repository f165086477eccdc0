import express from 'express';
import { listenOnLoopback, type LoopbackServer } from '../../../tools/sandbox/loopback-server';
import { guardAgainstOtherPages } from '../../../tools/sandbox/studio/guard';
import { ask, type Answered } from './support';

let server: LoopbackServer;
let port: string;
/** What came past the guard. */
let reached: string[];

beforeAll(async () => {
  const app = express();
  app.use(guardAgainstOtherPages(() => server.origin));
  app.use((request, response) => {
    reached.push(request.method);
    response.json({});
  });
  server = await listenOnLoopback(app, 0);
  ({ port } = new URL(server.origin));
});
beforeEach(() => {
  reached = [];
});
afterAll(() => server.close());

function read(headers: Record<string, string> = {}, method = 'GET'): Promise<Answered> {
  return ask(server.origin, { method, headers: { host: `127.0.0.1:${port}`, ...headers } });
}

function post(headers: Record<string, string>): Promise<Answered> {
  return ask(server.origin, { method: 'POST', headers: { host: `127.0.0.1:${port}`, ...headers }, body: '{}' });
}

const JSON_BODY = { 'content-type': 'application/json' };
const MALICE = 'https://malice.example';

describe('the name in Host', () => {
  it.each(['127.0.0.1', 'localhost'])('lets %s with the port pass', async (name) => {
    expect((await read({ host: `${name}:${port}` })).status).toBe(200);
    expect(reached).toEqual(['GET']);
  });

  it('refuses any other name, and a port that is missing or another', async () => {
    const names = ['malice.example', `malice.example:${port}`, `127.0.0.1.malice.example:${port}`, `127.0.0.2:${port}`];
    for (const host of [...names, '127.0.0.1', 'localhost', `127.0.0.1:${Number(port) + 1}`, `127.0.0.1:${port}0`]) {
      expect({ host, status: (await read({ host })).status }).toEqual({ host, status: 403 });
      const status = (await post({ host, origin: server.origin, ...JSON_BODY })).status;
      expect({ host, status }).toEqual({ host, status: 403 });
    }
    expect(reached).toEqual([]);
  });
});

describe('the Origin', () => {
  it('lets its own pass, by number and by name', async () => {
    for (const origin of [server.origin, `http://localhost:${port}`]) {
      expect((await read({ origin })).status).toBe(200);
      expect((await post({ origin, ...JSON_BODY })).status).toBe(200);
    }
    expect(reached).toEqual(['GET', 'POST', 'GET', 'POST']);
  });

  it('refuses a foreign one, one that is hidden, another port and another scheme', async () => {
    for (const origin of [MALICE, 'null', '', `http://127.0.0.1:${Number(port) + 1}`, `https://127.0.0.1:${port}`]) {
      expect({ origin, status: (await read({ origin })).status }).toEqual({ origin, status: 403 });
      expect({ origin, status: (await post({ origin, ...JSON_BODY })).status }).toEqual({ origin, status: 403 });
    }
    expect(reached).toEqual([]);
  });
});

describe('what changes something', () => {
  it('must say its origin', async () => {
    expect((await post(JSON_BODY)).status).toBe(403);
    expect(reached).toEqual([]);
  });

  it('must be JSON, which no form can send', async () => {
    const { origin } = server;
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'text/json']) {
      expect({ type, status: (await post({ origin, 'content-type': type })).status }).toEqual({ type, status: 403 });
    }
    expect((await post({ origin })).status).toBe(403);
    expect(reached).toEqual([]);
    expect((await post({ origin, 'content-type': 'application/json; charset=utf-8' })).status).toBe(200);
  });

  it.each(['PUT', 'PATCH', 'DELETE', 'OPTIONS'])('is also a %s', async (method) => {
    expect((await read({}, method)).status).toBe(403);
    expect(reached).toEqual([]);
  });
});

describe('what the browser says of a reading request', () => {
  it.each(['same-origin', 'none'])('lets %s pass', async (site) => {
    expect((await read({ 'sec-fetch-site': site, 'sec-fetch-mode': 'cors' })).status).toBe(200);
  });

  it.each(['cross-site', 'same-site'])('refuses %s, whatever is loaded', async (site) => {
    for (const mode of ['cors', 'no-cors', 'same-origin', 'websocket']) {
      for (const method of ['GET', 'HEAD']) {
        const { status } = await read({ 'sec-fetch-site': site, 'sec-fetch-mode': mode }, method);
        expect({ mode, method, status }).toEqual({ mode, method, status: 403 });
      }
    }
    expect((await read({ 'sec-fetch-site': site })).status).toBe(403);
    expect(reached).toEqual([]);
  });

  it('lets a link from another page pass, unless the name in Host is wrong', async () => {
    const link = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' };
    expect((await read(link)).status).toBe(200);
    expect((await read({ ...link, host: `malice.example:${port}` })).status).toBe(403);
    expect(reached).toEqual(['GET']);
  });

  it('does not excuse a change', async () => {
    expect((await post({ ...JSON_BODY, 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'navigate' })).status).toBe(403);
  });
});

describe('the headers', () => {
  it('are on every answer, the refusals included', async () => {
    for (const { status, headers } of [await read(), await read({ origin: MALICE }), await post(JSON_BODY)]) {
      expect({ status, ...headers }).toMatchObject({
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
        'referrer-policy': 'no-referrer',
        'x-content-type-options': 'nosniff',
        'cache-control': 'no-store',
      });
      expect(headers).not.toHaveProperty('access-control-allow-origin');
    }
  });

  it('let the page load from, send to, and be framed by nobody else', async () => {
    for (const { headers } of [await read(), await read({ origin: MALICE })]) {
      const policy = String(headers['content-security-policy']).split('; ');
      expect(policy).toEqual(
        expect.arrayContaining(["default-src 'none'", "script-src 'self'", "connect-src 'self'", "base-uri 'none'"]),
      );
      expect(policy).toEqual(expect.arrayContaining(["form-action 'none'", "frame-ancestors 'none'"]));
      expect(policy.join()).not.toMatch(/unsafe|\*|https?:|data:/);
    }
  });

  it('come with a refusal that says why and nothing else', async () => {
    const { status, text } = await read({ origin: MALICE });
    expect([status, JSON.parse(text)]).toEqual([403, { error: 'The studio answers its own page only.' }]);
  });
});
