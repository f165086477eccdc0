import { createServer, request } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';

import type { Studio } from '../support/studio';

/** What a page of somebody else tries; each resolves to what it could read. */
const ATTACKS = `async (studio) => {
  const tried = async (work) => { try { return await work(); } catch (error) { return 'refused'; } };
  const post = { method: 'POST', body: JSON.stringify({ breakage: 'tokenEndpointDown', on: true }) };
  const load = (element) => new Promise((resolve) => {
    element.onload = () => resolve('loaded');
    element.onerror = () => resolve('refused');
    document.body.append(element);
  });
  const tag = (name, properties) => Object.assign(document.createElement(name), properties);
  return {
    read: await tried(async () => (await fetch(studio + '/api/timeline')).text()),
    readBlindly: await tried(async () => (await fetch(studio + '/api/timeline', { mode: 'no-cors' })).text()),
    json: await tried(async () => (await fetch(studio + '/api/breakages', { ...post, headers: { 'content-type': 'application/json' } })).text()),
    blind: await tried(async () => (await fetch(studio + '/api/breakages', { ...post, mode: 'no-cors', headers: { 'content-type': 'text/plain' } })).text()),
    beacon: await tried(async () => { navigator.sendBeacon(studio + '/api/breakages', post.body); return ''; }),
    script: await load(tag('script', { src: studio + '/api/forms' })),
    image: await load(tag('img', { src: studio + '/icon.png' })),
  };
}`;

/** A form that another page sends off by itself, as JSON in disguise. */
const FORM = `(studio) => {
  const form = document.createElement('form');
  form.method = 'POST';
  form.enctype = 'text/plain';
  form.action = studio + '/api/breakages';
  const input = document.createElement('input');
  input.name = '{"breakage":"tokenEndpointDown","on":true,"x":"';
  input.value = '"}';
  form.append(input);
  document.body.append(form);
  form.submit();
}`;

/** Other pages in the same browser, and other machines, get at nothing. */
export function testProtection(studio: () => Studio): void {
  let elsewhere: Server;
  let foreign: string;

  beforeAll(async () => {
    elsewhere = createServer((_request, response) => {
      response.setHeader('content-type', 'text/html');
      response.end('<!doctype html><title>Elsewhere</title><body></body>');
    });
    await new Promise<void>((resolve) => void elsewhere.listen(0, '127.0.0.1', resolve));
    foreign = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/`;
  });
  afterAll(() => {
    elsewhere.closeAllConnections();
    elsewhere.close();
  });

  /** What is broken until somebody mends it. */
  async function broken(): Promise<string[]> {
    const stretches = (await studio().timeline()).broken;
    return stretches.filter((stretch) => stretch.until === undefined).map(({ breakage }) => breakage);
  }

  test('the page itself can: what follows would be noticed', async () => {
    const page = await studio().open('timeline');
    await page.getByRole('button', { name: 'Token endpoint down' }).click();
    await page.getByRole('button', { name: 'Token endpoint down', pressed: true }).waitFor();
    expect(await broken()).toEqual(['tokenEndpointDown']);
    await page.getByRole('button', { name: 'Token endpoint down' }).click();
    await page.getByRole('button', { name: 'Token endpoint down', pressed: false }).waitFor();
    expect(await broken()).toEqual([]);
  });

  test('they read nothing and change nothing, with fetch, beacon, script, image, form and frame', async () => {
    const page = await studio().blankPage();
    await page.goto(foreign);
    const got = await page.evaluate(`(${ATTACKS})(${JSON.stringify(studio().origin)})`);
    expect(got).toEqual({ read: 'refused', readBlindly: 'refused', json: 'refused', blind: 'refused', beacon: '', script: 'refused', image: 'refused' });
    const answered = page.waitForResponse('**/api/breakages');
    await page.evaluate(`(${FORM})(${JSON.stringify(studio().origin)})`);
    expect((await answered).status()).toBe(403);
    await page.waitForURL('**/api/breakages');
    await page.goto(foreign);
    // A frame that is refused loads too.
    await page.evaluate(`new Promise((resolve) => {
      document.body.append(Object.assign(document.createElement('iframe'), { src: '${studio().origin}/', onload: resolve }));
    })`);
    // The browser shows a page of its own in the frame.
    expect(page.frames()).toHaveLength(2);
    for (const frame of page.frames()) expect(await frame.getByText('Access Token studio').count()).toBe(0);
    await page.context().close();
    expect(await broken()).toEqual([]);
  });

  /** As a name that somebody's DNS points at this machine arrives. */
  function ask(headers: Record<string, string>, method = 'GET', path = '/api/timeline', on = true): Promise<number> {
    return new Promise((resolve, reject) => {
      const { port } = new URL(studio().origin);
      const sent = request({ host: '127.0.0.1', port, path, method, headers }, (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      });
      sent.on('error', reject);
      sent.end(method === 'POST' ? JSON.stringify({ breakage: 'tokenEndpointDown', on }) : undefined);
    });
  }

  test('another name for this machine is refused, for the page and for its data', async () => {
    const { port } = new URL(studio().origin);
    expect(await ask({ host: `127.0.0.1:${port}` })).toBe(200);
    expect(await ask({ host: `localhost:${port}` })).toBe(200);
    for (const host of [`evil.example:${port}`, 'evil.example', `127.0.0.1.evil.example:${port}`, '127.0.0.1']) {
      expect(await ask({ host })).toBe(403);
      expect(await ask({ host }, 'GET', '/')).toBe(403);
    }
  });

  test('what changes something needs the origin and JSON', async () => {
    const { host } = new URL(studio().origin);
    const json = { 'content-type': 'application/json' };
    const { origin } = studio();
    expect(await ask({ host, ...json }, 'POST', '/api/breakages')).toBe(403);
    expect(await ask({ host, ...json, origin: foreign.slice(0, -1) }, 'POST', '/api/breakages')).toBe(403);
    expect(await ask({ host, ...json, origin: 'null' }, 'POST', '/api/breakages')).toBe(403);
    expect(await ask({ host, origin, 'content-type': 'text/plain' }, 'POST', '/api/breakages')).toBe(403);
    expect(await broken()).toEqual([]);
    expect(await ask({ host, origin, ...json }, 'POST', '/api/breakages')).toBe(200);
    expect(await broken()).toEqual(['tokenEndpointDown']);
    expect(await ask({ host, origin, ...json }, 'POST', '/api/breakages', false)).toBe(200);
    expect(await broken()).toEqual([]);
  });

  test('nobody outside this machine gets to it', async () => {
    const { port } = new URL(studio().origin);
    const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
    for (const { address, family } of addresses.filter(({ internal }) => !internal)) {
      const host = family === 'IPv6' ? `[${address}]` : address;
      await expect(fetch(`http://${host}:${port}/`)).rejects.toThrow();
    }
    const { headers } = await fetch(studio().origin);
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
  });
}
